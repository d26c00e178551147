#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

namespace mimamori::collector::api {

/// POST /api/v1/exports: the list that a page shows as a file, "csv", "sjis" (old Windows) or
/// "xlsx": what leaves the house is recorded. "does_not_fit": Shift_JIS does not have all its
/// characters. The ledger and the record of changes have files of their own.
awaitable<http::Response> post_export(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
