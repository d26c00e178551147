#pragma once

#include "common/async/asio.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mimamori::agent::app {

/// Tells the service manager how the program is. Does nothing where there is none.
class ServiceManager
{
public:
    /// Takes what the service manager left in the environment.
    ServiceManager();

    /// It runs; `status` is shown where the manager has room for it (`systemctl status`).
    static void ready(std::string_view status);
    static void stopping();
    static void alive();

    /// To be said before the process is left without winding up.
    static void ended();

    /// How often `alive` has to be called; nothing when nobody asks.
    std::optional<std::chrono::milliseconds> watchdog() const { return watchdog_; }

private:
    std::optional<std::chrono::milliseconds> watchdog_;
};

/// Waits until somebody asks the program to end: by a signal or Ctrl-C, the service manager, the
/// end of the machine's day. One at a time.
class StopRequest
{
public:
    explicit StopRequest(const asio::any_io_executor& executor);
    ~StopRequest();
    StopRequest(const StopRequest&) = delete;
    StopRequest& operator=(const StopRequest&) = delete;

    /// False when cancelled.
    awaitable<bool> wait();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Why the program is asked to end: "shutdown" when the machine goes down, else "service stop".
/// `root`: where Linux tells it.
std::string stop_reason(const std::filesystem::path& root = "/");

} // namespace mimamori::agent::app
