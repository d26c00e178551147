#pragma once

#include "collector/api/services.hpp"
#include "collector/http/router.hpp"

#include <vector>

namespace mimamori::collector::api {

/// The browser API's part of the route table; also served at the local socket. `services` must
/// outlive it.
std::vector<http::Route> routes(Services& services);

} // namespace mimamori::collector::api
