#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

namespace mimamori::collector::api {

/// GET /api/v1/directory: whether people sign in by a directory, which one, and which of its groups
/// gives which role and sites; `from` says whether the settings file says so or the page.
awaitable<http::Response> get_directory(const http::Request& request, Services& services);

/// POST /api/v1/directory/roles {items}: in place of those before, in the order in which they are
/// tried: the first of somebody's groups decides. None: as the settings file says. Who is signed in
/// has the new role at the next look, within minutes.
awaitable<http::Response> post_directory_roles(const http::Request& request, Services& services);

/// POST /api/v1/directory/test {name, password}: what a sign-in by the directory would do, step by
/// step; the password is tried only when there is one.
awaitable<http::Response> post_directory_test(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
