#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// One device, and what happened on devices.
namespace mimamori::collector::api {

/// GET /api/v1/devices/{id}?at=: the device, its facts now (or at that moment of collector time),
/// its findings and incidents.
awaitable<http::Response> get_device(const http::Request& request, Services& services);

/// GET /api/v1/devices/{id}/events?filter=&q=&kind=&limit=&after=: what happened on it, the newest
/// first. `next` is the `after` of the following page; with a filter a page may be shorter than
/// asked for, or empty, and still have one.
awaitable<http::Response> get_device_events(const http::Request& request, Services& services);

/// GET /api/v1/events?filter=&q=&kind=&limit=&after=: of all devices.
awaitable<http::Response> get_events(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
