#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"

#include <string>

/// The tree of sites: headquarters, hospitals, departments.
namespace mimamori::collector::api {

/// The hospital's name, which everybody may know; empty until there is one.
awaitable<Result<std::string>> hospital_now(Services& services);

/// GET /api/v1/sites: those that the reader sees, by name. The parent of the uppermost ones may be
/// out of sight.
awaitable<http::Response> get_sites(const http::Request& request, Services& services);

/// POST /api/v1/sites {name, parent}: 201 with its id. Without parent: below the root.
awaitable<http::Response> post_site(const http::Request& request, Services& services);

/// POST /api/v1/sites/{id} {name, parent}: what is left out stays. The name of the
/// root is the hospital's.
awaitable<http::Response> post_site_change(const http::Request& request, Services& services);

/// DELETE /api/v1/sites/{id}: 409 while something refers to it.
awaitable<http::Response> delete_site(const http::Request& request, Services& services);

/// POST /api/v1/devices/{id}/site {site}: puts a device into a site.
awaitable<http::Response> post_device_site(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
