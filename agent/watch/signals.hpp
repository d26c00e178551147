#pragma once

#include "agent/watch/uevent.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// What the operating system tells by itself. Nothing here polls: while nothing happens no signal
/// wakes the agent.
///
/// Each source: `open` fails with `forbidden` or `unsupported` where the system does not tell us;
/// `next` waits for the next signal and fails with `cancelled` when the coroutine is stopped. One
/// coroutine uses one source.
namespace mimamori::agent::watch {

/// Devices that come and go.
class DeviceSignals
{
public:
    static Result<DeviceSignals> open(const asio::any_io_executor& executor);

    DeviceSignals(DeviceSignals&&) noexcept;
    DeviceSignals& operator=(DeviceSignals&&) noexcept;
    ~DeviceSignals();

    struct Batch
    {
        std::vector<Uevent> events;
        bool some_were_lost{false}; ///< There were more than we could take.
    };

    awaitable<Result<Batch>> next();

private:
    struct State;
    explicit DeviceSignals(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Programs that are started.
class ExecSignals
{
public:
    static Result<ExecSignals> open(const asio::any_io_executor& executor);

    ExecSignals(ExecSignals&&) noexcept;
    ExecSignals& operator=(ExecSignals&&) noexcept;
    ~ExecSignals();

    struct Batch
    {
        std::vector<std::uint32_t> processes; ///< Their ids, in the order they began.
        bool some_were_lost{false};
    };

    awaitable<Result<Batch>> next();

private:
    struct State;
    explicit ExecSignals(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Network adapters whose link, address or name changes. What changed is for a probe to find out.
class NetworkSignals
{
public:
    static Result<NetworkSignals> open(const asio::any_io_executor& executor);

    NetworkSignals(NetworkSignals&&) noexcept;
    NetworkSignals& operator=(NetworkSignals&&) noexcept;
    ~NetworkSignals();

    /// Ends when something really changed; repetitions of what is known do not count.
    awaitable<Result<void>> next();

private:
    struct State;
    explicit NetworkSignals(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Files that are written.
class FileSignals
{
public:
    static Result<FileSignals> open(const asio::any_io_executor& executor);

    FileSignals(FileSignals&&) noexcept;
    FileSignals& operator=(FileSignals&&) noexcept;
    ~FileSignals();

    /// Watches the entries of these folders (not of folders in them) from now on, and no others.
    /// Those that do not exist are passed over. At most 63.
    void watch(const std::vector<std::filesystem::path>& folders);

    /// The folders in which something was written, replaced or removed, each once.
    awaitable<Result<std::vector<std::filesystem::path>>> next();

private:
    struct State;
    explicit FileSignals(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace mimamori::agent::watch
