#include "common/async/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <iterator>

namespace mimamori::async {
namespace {

/// A coroutine hears of a polite cancellation only if it says that it listens.
awaitable<void> listen(awaitable<void> task)
{
    const asio::enable_total_cancellation politely;
    co_await asio::this_coro::reset_cancellation_state(politely);
    co_await std::move(task);
}

} // namespace

TaskGroup::TaskGroup(asio::any_io_executor strand, OnFailure on_failure)
    : strand_{std::move(strand)}
    , on_failure_{std::move(on_failure)}
    , emptied_{strand_}
{}

void TaskGroup::spawn(std::string name, awaitable<void> task)
{
    Task& added = tasks_.emplace_back();
    added.name = std::move(name);
    const auto place = std::prev(tasks_.end());
    asio::co_spawn(
        strand_, listen(std::move(task)),
        asio::bind_cancellation_slot(
            added.cancel.slot(),
            [this, place](std::exception_ptr failure) { finished(place, failure); }));
}

awaitable<bool> TaskGroup::stop(std::chrono::milliseconds grace)
{
    // First where nothing is half done, a wait or a read; then anywhere.
    constexpr std::array stages{asio::cancellation_type::total, asio::cancellation_type::terminal};
    for (const asio::cancellation_type stage : stages)
    {
        emit(stage);
        if (!empty())
        {
            emptied_.expires_after(grace);
            co_await emptied_.async_wait(token);
        }
    }
    co_return empty();
}

void TaskGroup::emit(asio::cancellation_type how)
{
    for (auto task = tasks_.begin(); task != tasks_.end();)
        (task++)->cancel.emit(how); // The task may end, and leave the list, right here.
}

void TaskGroup::finished(std::list<Task>::iterator task, std::exception_ptr failure)
{
    const std::string name = std::move(task->name);
    tasks_.erase(task);
    if (empty())
        emptied_.cancel();
    try
    {
        if (failure)
            std::rethrow_exception(failure);
    }
    catch (const boost::system::system_error& error)
    {
        if (error.code() != asio::error::operation_aborted)
            on_failure_(name, error);
    }
    catch (const std::exception& error)
    {
        on_failure_(name, error);
    }
}

} // namespace mimamori::async
