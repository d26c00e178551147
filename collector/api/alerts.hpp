#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// Who is told of what: channels, routes, contacts, duties, maintenance, digests, and what is on
/// its way.
namespace mimamori::collector::api {

/// What is set of one kind: channel, route, contact, duty, maintenance, digest.
awaitable<http::Response> get_alert_settings(const http::Request& request, Services& services);

/// Sets a new one, or with an id in the path another one in its place.
awaitable<http::Response> post_alert_setting(const http::Request& request, Services& services);

/// Removes one that nothing else refers to.
awaitable<http::Response> delete_setting(const http::Request& request, Services& services);

/// Sends a test by a channel.
awaitable<http::Response> post_channel_test(const http::Request& request, Services& services);

/// Messages that wait, were sent or could not be delivered. ?state, ?before, ?limit
awaitable<http::Response> get_deliveries(const http::Request& request, Services& services);

/// Sends a dead letter once more.
awaitable<http::Response> post_send_again(const http::Request& request, Services& services);

/// Removes a dead letter.
awaitable<http::Response> delete_delivery(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
