#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// Devices: the list, one device, what happened on it.
namespace mimamori::collector::api {

/// GET /api/v1/devices?q=&state=&limit=&after=: a page by name; `next` is the `after` of the
/// following page, null at the end.
awaitable<http::Response> get_devices(const http::Request& request, Services& services);

/// GET /api/v1/devices/{id}?at=: the device, its facts now (or at that moment of collector time),
/// its findings and incidents.
awaitable<http::Response> get_device(const http::Request& request, Services& services);

/// GET /api/v1/devices/{id}/events?kind=&limit=&before=
awaitable<http::Response> get_device_events(const http::Request& request, Services& services);

/// GET /api/v1/events?kind=&limit=&before=: of all devices.
awaitable<http::Response> get_events(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
