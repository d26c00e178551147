#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// Signing in and out.
namespace mimamori::collector::api {

/// GET /api/v1/session: who is signed in, and the numbers beside the navigation.
awaitable<http::Response> get_session(const http::Request& request, Services& services);

/// POST /api/v1/session {name, password}: 200 and the cookie; 401; 429 with Retry-After.
/// From another site's page it is refused (Origin, Sec-Fetch-Site), so nobody can be signed in as
/// somebody else.
awaitable<http::Response> post_session(const http::Request& request, Services& services);

/// DELETE /api/v1/session
awaitable<http::Response> delete_session(const http::Request& request, Services& services);

/// POST /api/v1/session/password {password, new_password}: one's own; 403 "wrong_password".
awaitable<http::Response> post_own_password(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
