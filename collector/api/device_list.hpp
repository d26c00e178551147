#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// The list of devices, with what people know of them.
namespace mimamori::collector::api {

/// GET /api/v1/devices?filter=&q=&state=&sort=&after=&skip=&limit=: a page in the order of `sort`
/// (a field, with - in front backwards; the name when absent); `next` is the `after` of the
/// following page, null at the end. `filter` is the language of docs/api/filters.md; a wrong one is
/// 400 "bad_filter" with the `place` in it. `q` takes plain words.
awaitable<http::Response> get_devices(const http::Request& request, Services& services);

/// GET /api/v1/device-values?field=&filter=&q=&state=&limit=: what devices have in that field, the
/// most frequent first.
awaitable<http::Response> get_device_values(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
