#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// Findings and the overview made from them.
namespace mimamori::collector::api {

/// GET /api/v1/findings?state=open|active|resolved|…&rule=&severity=&device=&limit=&after=
awaitable<http::Response> get_findings(const http::Request& request, Services& services);

/// GET /api/v1/overview: how we are and what to do today.
awaitable<http::Response> get_overview(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
