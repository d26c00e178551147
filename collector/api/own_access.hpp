#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// What people arrange about their own access: second factor, sign-ins, tokens for programs.
namespace mimamori::collector::api {

/// GET /api/v1/session/second-factor: whether one is in force.
awaitable<http::Response> get_second_factor(const http::Request& request, Services& services);

/// POST /api/v1/session/second-factor {password}: a secret for the authenticator, which waits for
/// its first code.
awaitable<http::Response> post_second_factor(const http::Request& request, Services& services);

/// POST /api/v1/session/second-factor/confirm {code}: in force from now on; the recovery codes.
awaitable<http::Response> post_first_code(const http::Request& request, Services& services);

/// POST /api/v1/session/second-factor/remove {password}
awaitable<http::Response> post_no_second_factor(const http::Request& request, Services& services);

/// GET /api/v1/session/sign-ins: where one is signed in.
awaitable<http::Response> get_sign_ins(const http::Request& request, Services& services);

/// DELETE /api/v1/session/sign-ins/{id}
awaitable<http::Response> delete_sign_in(const http::Request& request, Services& services);

/// GET /api/v1/session/tokens: one's own.
awaitable<http::Response> get_tokens(const http::Request& request, Services& services);

/// POST /api/v1/session/tokens {name, role, sites, days}: 201 and the token, this once.
awaitable<http::Response> post_token(const http::Request& request, Services& services);

/// DELETE /api/v1/session/tokens/{id}
awaitable<http::Response> delete_token(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
