#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// The ledger as files, out and in.
namespace mimamori::collector::api {

/// GET /api/v1/devices/export?format=&columns=&lang=&replace=&filter=&q=&state=&sort=: the devices
/// of the list in its order. Formats: csv (UTF-8), sjis (CSV for old Windows; 400 "does_not_fit"
/// names the cells that it cannot hold, with replace=1 they get 〓), xlsx. `lang` ja or en.
awaitable<http::Response> get_export(const http::Request& request, Services& services);

/// POST /api/v1/ledger/imports?columns=&key=&add=&clear=&expect=&file=: the body is the file.
/// Without `columns` they are guessed from its heads; without `expect` nothing is done: the answer
/// tells what would be. With it the file is taken in while people go on; `job` of the answer stands
/// in GET /api/v1/ledger/jobs under the name of `file`. 409 when it would be something else by
/// then.
awaitable<http::Response> post_import(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
