#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// How current systems and antivirus patterns are, and what next year's replacements cost.
namespace mimamori::collector::api {

/// GET /api/v1/os-support: devices by site, system and last day of updates, with the prices of the
/// budget list.
awaitable<http::Response> get_os_support(const http::Request& request, Services& services);

/// GET /api/v1/os-support/devices?before=2028-03-31: devices that need a decision by that day, by
/// last day of updates; at most 20,000.
awaitable<http::Response> get_support_ending(const http::Request& request, Services& services);

/// POST /api/v1/os-support/prices: what a device in place of one with this system costs; the empty
/// system is any other, 0 takes the price away.
awaitable<http::Response> post_price(const http::Request& request, Services& services);

/// GET /api/v1/freshness: devices by age of their updates and patterns, by site and by product.
awaitable<http::Response> get_freshness(const http::Request& request, Services& services);

/// GET /api/v1/freshness/devices?of=pattern&bar=5&site=&q=&filter=&sort=&limit=200&after=: oldest
/// first, or in the order of `sort`; at most 20,000. `next` is the `after` of the following page.
awaitable<http::Response> get_oldest(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
