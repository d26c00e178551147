#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// Things that belong to the hospital, and those that nobody knows: USB media, network neighbours.
namespace mimamori::collector::api {

/// GET /api/v1/usb-media?state=unregistered|registered&q=&filter=&sort=&limit=&after=: unregistered
/// ones, the last plugged in first; registered ones by label; else in the order of `sort`.
awaitable<http::Response> get_media(const http::Request& request, Services& services);

/// POST /api/v1/usb-media {vendor_id, product_id, serial, label, until}: 201 with its id.
awaitable<http::Response> post_medium(const http::Request& request, Services& services);

/// DELETE /api/v1/usb-media/{id}: takes it off the register.
awaitable<http::Response> delete_medium(const http::Request& request, Services& services);

/// GET /api/v1/neighbours?state=unknown|known&q=&filter=&sort=&limit=&after=: unknown ones, the
/// newest first; known ones by name; else in the order of `sort`.
awaitable<http::Response> get_neighbours(const http::Request& request, Services& services);

/// POST /api/v1/neighbours {mac, name, until}: 201 with its id. With `device` in place of `mac`,
/// all that this device saw first get the name: 200 with their number.
awaitable<http::Response> post_neighbour(const http::Request& request, Services& services);

/// DELETE /api/v1/neighbours/{id}: it is unknown again.
awaitable<http::Response> delete_neighbour(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
