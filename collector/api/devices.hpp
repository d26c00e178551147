#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// One device, and what happened on devices.
namespace mimamori::collector::api {

/// GET /api/v1/devices/{id}?at=: the device, its facts now (or at that moment of collector time),
/// its findings and incidents.
awaitable<http::Response> get_device(const http::Request& request, Services& services);

/// GET /api/v1/devices/{id}/events?kind=&limit=&before=
awaitable<http::Response> get_device_events(const http::Request& request, Services& services);

/// GET /api/v1/events?kind=&limit=&before=: of all devices.
awaitable<http::Response> get_events(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
