#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// Who may report: enrolment keys, tickets, the approval queue, agents.
namespace mimamori::collector::api {

/// GET /api/v1/enrolment-keys
awaitable<http::Response> get_keys(const http::Request& request, Services& services);

/// POST /api/v1/enrolment-keys {site, note, uses, days, range, hourly, auto_approve}: 201 with the
/// key, which is shown only now.
awaitable<http::Response> post_key(const http::Request& request, Services& services);

/// DELETE /api/v1/enrolment-keys/{id}
awaitable<http::Response> delete_key(const http::Request& request, Services& services);

/// POST /api/v1/tickets {site, device, hostname, serial, days}: 201 with the ticket.
awaitable<http::Response> post_ticket(const http::Request& request, Services& services);

/// GET /api/v1/enrolment-queue
awaitable<http::Response> get_queue(const http::Request& request, Services& services);

/// POST /api/v1/enrolment-queue/{id}/approve {same_as, replace_live}
awaitable<http::Response> post_approve(const http::Request& request, Services& services);

/// POST /api/v1/enrolment-queue/{id}/reject
awaitable<http::Response> post_reject(const http::Request& request, Services& services);

/// GET /api/v1/agents?after=&limit=: who is enrolled, the newest first; `next` is the `after` of
/// the following page.
awaitable<http::Response> get_agents(const http::Request& request, Services& services);

/// POST /api/v1/agents/{id}/revoke {why}
awaitable<http::Response> post_revoke(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
