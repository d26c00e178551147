#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// Programs: which nobody knows, which were learned, which people decided about.
namespace mimamori::collector::api {

/// GET /api/v1/programs?state=unknown|learned|approved&q=&filter=&sort=&limit=&after=: the review
/// list. "approved" also lists what was refused; `next` is the `after` of the following page.
awaitable<http::Response> get_programs(const http::Request& request, Services& services);

/// POST /api/v1/programs/approvals {program, decision, by, scope, device, model, site, until,
/// reason}: 201 with its id. `decision` is "allow" (the default) or "refuse", `by` is "hash",
/// "signer" or "path", `scope` is "device", "model" or "site". Findings that it settles close at
/// once.
awaitable<http::Response> post_approval(const http::Request& request, Services& services);

/// DELETE /api/v1/programs/approvals/{id}
awaitable<http::Response> delete_approval(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
