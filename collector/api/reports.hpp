#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// The monthly report for the director.
namespace mimamori::collector::api {

/// GET /api/v1/reports: months that can be read, the newest first; the first one still goes on.
awaitable<http::Response> get_reports(const http::Request& request, Services& services);

/// GET /api/v1/reports/{month}: the report of "2026-10", as it was when the month ended; of the
/// month that goes on, as it is now.
awaitable<http::Response> get_report(const http::Request& request, Services& services);

/// POST /api/v1/reports/{month}/comment: what people write to it; 412 "changed_meanwhile" when
/// another comment than what was `seen` stands there, with who wrote it.
awaitable<http::Response> post_report_comment(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
