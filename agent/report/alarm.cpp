#include "agent/report/alarm.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace mimamori::agent::report {

awaitable<bool> is_cancelled()
{
    const auto state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() != asio::cancellation_type::none;
}

awaitable<bool> TimerAlarm::sleep_until(Time until)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    const bool was_cancelled = co_await is_cancelled();
    if (was_cancelled)
        co_return false;
    if (!rung_)
    {
        timer_.expires_at(until);
        co_await timer_.async_wait(token);
    }
    rung_ = false;
    const bool cancelled = co_await is_cancelled();
    co_return !cancelled;
}

void TimerAlarm::ring()
{
    rung_ = true;
    timer_.cancel();
}

} // namespace mimamori::agent::report
