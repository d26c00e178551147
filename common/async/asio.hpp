#pragma once

// The part of Asio that our code speaks: awaitables, and operations that return their error.

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mimamori {

namespace asio = boost::asio;

template <class T = void>
using awaitable = asio::awaitable<T>;

/// Completion token of every Asio call: `const auto [ec, n] = co_await x.async_…(token);`
inline constexpr auto token = asio::as_tuple(asio::use_awaitable);

} // namespace mimamori
