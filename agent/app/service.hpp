#pragma once

#include "common/async/asio.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
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

    /// It runs; `status` is shown by `systemctl status`.
    static void ready(std::string_view status);
    static void stopping();
    static void alive();

    /// How often `alive` has to be called; nothing when nobody asks.
    std::optional<std::chrono::milliseconds> watchdog() const { return watchdog_; }

private:
    std::optional<std::chrono::milliseconds> watchdog_;
};

/// Waits until somebody asks the program to end. False when cancelled.
class StopRequest
{
public:
    explicit StopRequest(const asio::any_io_executor& executor);

    awaitable<bool> wait();

private:
    asio::signal_set signals_;
};

/// Why the program is asked to end: "shutdown" when the machine goes down, else "service stop".
std::string stop_reason();

} // namespace mimamori::agent::app
