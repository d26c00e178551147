#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// Who is told of what: channels, routes, contacts, duties, maintenance, digests, and what is on
/// its way.
namespace mimamori::collector::api {

/// GET /api/v1/alert-settings/{kind}: of channel, route, contact, duty, maintenance, digest or
/// mail_server, of which there is one or none; passwords are never told.
awaitable<http::Response> get_alert_settings(const http::Request& request, Services& services);

/// POST /api/v1/alert-settings/{kind} {name, settings, secret, seen_at}: a new one; with an id
/// behind the kind, another one in its place; 412 "changed_meanwhile" when something else than what
/// was seen stands there, with who changed it.
awaitable<http::Response> post_alert_setting(const http::Request& request, Services& services);

/// DELETE /api/v1/alert-settings/{kind}/{id}: one that nothing else refers to.
awaitable<http::Response> delete_setting(const http::Request& request, Services& services);

/// POST /api/v1/alert-channels/{id}/test: sends a test by it.
awaitable<http::Response> post_channel_test(const http::Request& request, Services& services);

/// POST /api/v1/mail-server/test {to}: one mail at once, past the queue; 200 says how that went.
/// Without `to`: to the first who gets mails.
awaitable<http::Response> post_mail_test(const http::Request& request, Services& services);

/// GET /api/v1/alert-deliveries?state=&limit=&after=: messages that wait, were sent or could not
/// be.
awaitable<http::Response> get_deliveries(const http::Request& request, Services& services);

/// POST /api/v1/alert-deliveries/{id}/send-again: a dead letter, once more.
awaitable<http::Response> post_send_again(const http::Request& request, Services& services);

/// DELETE /api/v1/alert-deliveries/{id}: a dead letter.
awaitable<http::Response> delete_delivery(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
