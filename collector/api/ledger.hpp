#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// What people know of devices: department, place, who answers for it, contract, numbers, notes.
namespace mimamori::collector::api {

/// GET /api/v1/devices/{id}/ledger: with its newest changes. Its ETag is what a change needs.
awaitable<http::Response> get_ledger(const http::Request& request, Services& services);

/// POST /api/v1/devices/{id}/ledger {set}: what `set` leaves out stays. If-Match says what was
/// seen; 412 "changed_meanwhile" tells in `changes` what others have changed since. Contacts of a
/// ward may change all but the department.
awaitable<http::Response> post_ledger(const http::Request& request, Services& services);

/// POST /api/v1/ledger {set}: 201 with the id of a device that has no agent.
awaitable<http::Response> post_ledger_device(const http::Request& request, Services& services);

/// DELETE /api/v1/ledger/{id}: 409 for a device that has or had an agent.
awaitable<http::Response> delete_ledger_device(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
