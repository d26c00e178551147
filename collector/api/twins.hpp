#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// Devices that stand in the ledger twice: an agent was installed anew, a disk was changed.
namespace mimamori::collector::api {

/// GET /api/v1/twins: pairs of devices that have a serial number in common, for a person to look
/// at.
awaitable<http::Response> get_twins(const http::Request& request, Services& services);

/// POST /api/v1/twins/merge {from, into}: they are one machine. The agents of `from` report for
/// `into` from now on; `from` stays with its history, retired. It cannot be undone.
awaitable<http::Response> post_twins_merge(const http::Request& request, Services& services);

/// POST /api/v1/twins/apart {one, other}: they are two machines, and are not shown again.
awaitable<http::Response> post_twins_apart(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
