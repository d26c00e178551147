#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

namespace mimamori::collector::api {

/// GET /api/v1/knowledge: the knowledge files in use, built in or carried in, with their dates.
awaitable<http::Response> get_knowledge(const http::Request& request, Services& services);

/// POST /api/v1/knowledge: takes a signed knowledge file, the body as it was signed. Agents get
/// theirs within half a day; the collector uses its own from its next start on.
awaitable<http::Response> post_knowledge(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
