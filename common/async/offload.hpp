#pragma once

#include "common/async/asio.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/this_coro.hpp>

#include <functional>
#include <optional>
#include <utility>

namespace mimamori::async {

/// Runs blocking `work` on `pool` and comes back to the caller's executor with what it returned.
///
/// Work that has begun is not cut short. Name the callable on a line of its own before the
/// `co_await` (g++ 12 miscompiles closures written inside the expression).
template <class Work>
awaitable<std::invoke_result_t<Work&>> offload(asio::thread_pool& pool, Work work)
{
    const auto home = co_await asio::this_coro::executor;
    co_await asio::post(pool, asio::use_awaitable);
    // From here on we are on a pool thread; the coroutine's own executor is unchanged.
    auto outcome = work();
    co_await asio::dispatch(home, asio::use_awaitable);
    co_return outcome;
}

} // namespace mimamori::async
