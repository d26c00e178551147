#pragma once

#include "common/async/asio.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace mimamori::async {

/// Runs blocking `work` on `pool` and comes back to the caller's executor with what it returned.
///
/// Work that has begun is not cut short; the pool must be joined before the caller's executor goes.
/// Name the callable on a line of its own before the `co_await` (g++ 12, see STYLE.md).
template <class Work>
awaitable<std::invoke_result_t<Work&>> offload(asio::thread_pool& pool, Work work)
{
    std::optional<std::invoke_result_t<Work&>> outcome;
    std::exception_ptr failure;
    // The coroutine stays suspended until the handler runs, so the references stay good.
    auto start = [&](auto handler) {
        auto home = asio::make_work_guard(handler);
        auto job = [&outcome, &failure, &work, handler = std::move(handler),
                    home = std::move(home)]() mutable {
            try
            {
                outcome.emplace(work());
            }
            catch (...)
            {
                failure = std::current_exception();
            }
            asio::dispatch(home.get_executor(), std::move(handler));
        };
        asio::post(pool, std::move(job));
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        std::move(start), asio::use_awaitable);
    if (failure)
        std::rethrow_exception(failure);
    co_return std::move(*outcome);
}

} // namespace mimamori::async
