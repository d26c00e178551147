#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// The record of changes, for administrators and auditors of the whole site.
namespace mimamori::collector::api {

/// GET /api/v1/audit?filter=&q=&who=&action=&sort=&limit=&after=: the newest first, or in the order
/// of `sort`; `next` is the `after` of the following page.
awaitable<http::Response> get_audit(const http::Request& request, Services& services);

/// GET /api/v1/audit/check?head=: follows the whole chain. `head`: a hash noted elsewhere.
awaitable<http::Response> get_audit_check(const http::Request& request, Services& services);

/// POST /api/v1/audit/exports {format}: the record as "csv" or "json", the oldest first, with the
/// signatures in the JSON. That it was exported is its last entry.
awaitable<http::Response> post_audit_export(const http::Request& request, Services& services);

/// POST /api/v1/backups {place}: a copy of the collector's data was made and checked just now. Who
/// copies by other means than `mimamorictl backup` says so here; rule backup_old believes it.
awaitable<http::Response> post_backup(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
