#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// How the whole hospital is.
namespace mimamori::collector::api {

/// GET /api/v1/overview: how many devices are in which state, the score and what it would be with
/// today's tasks done, the three things to do today, what happened last.
awaitable<http::Response> get_overview(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
