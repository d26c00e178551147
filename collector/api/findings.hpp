#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// Findings, and what people do with them.
namespace mimamori::collector::api {

/// GET /api/v1/findings?filter=&q=&state=open|…&rule=&severity=&device=&sort=&limit=&after=: the
/// worst first, then the newest, or in the order of `sort`; `next` is the `after` of the following
/// page.
awaitable<http::Response> get_findings(const http::Request& request, Services& services);

/// GET /api/v1/finding-groups?state=active|open|acknowledged|snoozed|waived|resolved: how many
/// findings and devices each rule has, the worst first.
awaitable<http::Response> get_groups(const http::Request& request, Services& services);

/// GET /api/v1/findings/{id}: one finding with its history.
awaitable<http::Response> get_finding(const http::Request& request, Services& services);

/// POST /api/v1/findings/{id}/actions {action, until, reason, owner, due}: the finding as it is
/// then. `action` is "acknowledge" (owner, due: who may operate only), "snooze" (until), "waive"
/// (until, reason), "resolve" (reason), "reopen", "assign" (owner, due) or "comment" (reason).
awaitable<http::Response> post_action(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
