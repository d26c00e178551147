#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

namespace mimamori::collector::api {

/// POST /api/v1/exports: a list was saved as a file by the page that shows it, which is recorded.
/// Who asks the collector for a file itself (the ledger, the record of changes) is recorded there.
awaitable<http::Response> post_export(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
