#pragma once

#include "common/async/asio.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace mimamori::test {

/// Runs one coroutine, and whatever it starts on `io`, to the end. Rethrows what it throws.
template <class T>
T run_coro(asio::io_context& io, awaitable<T> task)
{
    std::exception_ptr failure;
    std::optional<T> outcome;
    asio::co_spawn(io, std::move(task), [&](std::exception_ptr thrown, T result) {
        failure = thrown;
        outcome.emplace(std::move(result));
    });
    io.restart();
    io.run();
    if (failure)
        std::rethrow_exception(failure);
    return std::move(*outcome);
}

inline void run_coro(asio::io_context& io, awaitable<void> task)
{
    std::exception_ptr failure;
    asio::co_spawn(io, std::move(task), [&](std::exception_ptr thrown) { failure = thrown; });
    io.restart();
    io.run();
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace mimamori::test
