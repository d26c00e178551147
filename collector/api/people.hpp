#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// People who may sign in, for administrators.
namespace mimamori::collector::api {

/// GET /api/v1/people
awaitable<http::Response> get_people(const http::Request& request, Services& services);

/// POST /api/v1/people {name, password, role, sites}: without sites, of the whole site.
awaitable<http::Response> post_person(const http::Request& request, Services& services);

/// POST /api/v1/people/{name}/role {role, sites}
awaitable<http::Response> post_role(const http::Request& request, Services& services);

/// POST /api/v1/people/{name}/access {disabled}: ends or allows a person's sign-ins.
awaitable<http::Response> post_access(const http::Request& request, Services& services);

/// POST /api/v1/people/{name}/sign-out: ends all sign-ins of a person.
awaitable<http::Response> post_sign_out(const http::Request& request, Services& services);

/// POST /api/v1/people/{name}/no-second-factor: for who has lost authenticator and codes.
awaitable<http::Response> post_factor_lost(const http::Request& request, Services& services);

/// GET /api/v1/tokens: of all people.
awaitable<http::Response> get_all_tokens(const http::Request& request, Services& services);

/// DELETE /api/v1/tokens/{id}
awaitable<http::Response> delete_any_token(const http::Request& request, Services& services);

/// POST /api/v1/people/{name}/password {password}
awaitable<http::Response> post_password(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
