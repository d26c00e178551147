#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// Devices of a site that fell silent together, and which of them are back.
namespace mimamori::collector::api {

/// GET /api/v1/site-events?limit=&after=: the newest first. Counts are of the devices that the
/// reader sees.
awaitable<http::Response> get_site_events(const http::Request& request, Services& services);

/// GET /api/v1/site-events/{id}: with its devices, those that are not back first.
awaitable<http::Response> get_site_event(const http::Request& request, Services& services);

/// POST /api/v1/site-events/{id}/close: what is still missing is told by itself from now on. 409
/// when it has ended.
awaitable<http::Response> post_site_event_end(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
