#pragma once

#include "common/async/asio.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <list>
#include <string>

namespace mimamori::async {

/// Owns coroutines, so that none outlives what it uses. Nothing else in the program spawns any.
///
/// Use it from one strand. Destroy it only when it is empty: `co_await stop(...)` first.
class TaskGroup
{
public:
    /// Called when a task ends by an exception that is not its cancellation.
    using OnFailure = std::function<void(const std::string& task, const std::exception& failure)>;

    TaskGroup(asio::any_io_executor strand, OnFailure on_failure);

    void spawn(std::string name, awaitable<void> task);

    /// Ends all tasks at their next wait with nothing half done, cuts short those that have not
    /// ended after `grace`, and gives them `grace` once more. False means that some do not react: a
    /// bug, end the process.
    [[nodiscard]] awaitable<bool> stop(std::chrono::milliseconds grace);

    bool empty() const { return tasks_.empty(); }

private:
    struct Task
    {
        std::string name;
        asio::cancellation_signal cancel;
    };

    void emit(asio::cancellation_type how);
    void finished(std::list<Task>::iterator task, std::exception_ptr failure);

    asio::any_io_executor strand_;
    OnFailure on_failure_;
    std::list<Task> tasks_;
    asio::steady_timer emptied_; ///< Cancelled when the last task ends.
};

} // namespace mimamori::async
