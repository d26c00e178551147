#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

namespace mimamori::collector::api {

/// GET /api/v1/devices/{id}/hours: in which hours of the week the device is usually heard.
awaitable<http::Response> get_device_hours(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
