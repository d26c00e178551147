#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

namespace mimamori::collector::api {

/// GET /api/v1/ledger/jobs: files that are being taken into the ledger, or were in the last month:
/// one's own, for administrators all. How far each is, why it stopped, what can be undone until
/// when.
awaitable<http::Response> get_ledger_jobs(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
