#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

namespace mimamori::collector::api {

/// GET /api/v1/devices/{id}/scores?days=91: how the device was at the end of each day.
awaitable<http::Response> get_device_scores(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
