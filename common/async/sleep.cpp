#include "common/async/sleep.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace mimamori::async {

awaitable<bool> sleep_for(std::chrono::milliseconds wait)
{
    // A cancelled sleep is an answer here, not an exception.
    co_await asio::this_coro::throw_if_cancelled(false);
    // Who was cancelled during another wait, and forgot it, does not sleep here instead.
    const auto before = co_await asio::this_coro::cancellation_state;
    if (before.cancelled() != asio::cancellation_type::none)
        co_return false;
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer{executor, wait};
    const auto [ec] = co_await timer.async_wait(token);
    co_return !ec;
}

} // namespace mimamori::async
