#pragma once

#include "common/async/asio.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <memory>

namespace mimamori::agent::watch {

/// Wakes one coroutine from the system's own threads. Who calls `ring` there must have stopped
/// doing so before the io context goes.
class Wake : public std::enable_shared_from_this<Wake>
{
public:
    explicit Wake(const asio::any_io_executor& executor)
        : timer_{executor, asio::steady_timer::time_point::max()}
    {}

    /// From any thread.
    void ring()
    {
        asio::post(timer_.get_executor(), [self = shared_from_this()] {
            self->has_rung_ = true;
            self->timer_.cancel();
        });
    }

    /// False when the coroutine is cancelled.
    awaitable<bool> wait()
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        if (!has_rung_)
            co_await timer_.async_wait(token);
        const auto state = co_await asio::this_coro::cancellation_state;
        has_rung_ = false;
        co_return state.cancelled() == asio::cancellation_type::none;
    }

private:
    asio::steady_timer timer_;
    bool has_rung_{false};
};

} // namespace mimamori::agent::watch
