#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// Changes of many devices at once, and putting them back.
namespace mimamori::collector::api {

/// POST /api/v1/ledger/bulk {devices, filter, q, state, set, expect}: the devices, or without any
/// those that the filter takes. Without `expect` nothing is done: the answer tells what would be,
/// and `expect` for doing exactly that. 409 when it would be something else by then. A change of
/// more than 250 devices becomes a `job`, see GET /api/v1/ledger/jobs.
awaitable<http::Response> post_bulk(const http::Request& request, Services& services);

/// POST /api/v1/ledger/batches/{id}/undo: for ten minutes, by who did it or an administrator. What
/// others have changed since stays. More than 250 devices are put back by a `job`.
awaitable<http::Response> post_batch_undo(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
