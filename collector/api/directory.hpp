#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

namespace mimamori::collector::api {

/// POST /api/v1/directory/test {name, password}: what a sign-in by the directory would do, step by
/// step; the password is tried only when there is one.
awaitable<http::Response> post_directory_test(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
