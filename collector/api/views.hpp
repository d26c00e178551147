#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// How somebody looks at a list, under a name.
namespace mimamori::collector::api {

/// GET /api/v1/views?list=: of one page, "devices" when absent: one's own, and to who may see all
/// also those that others share.
awaitable<http::Response> get_views(const http::Request& request, Services& services);

/// POST /api/v1/views {list, name, filter, sort, columns, shared}: 201 with its id; replaces one's
/// own of that name. The `filter` of a list other than "devices" is all that stands behind "?" in
/// the page's address, its order as well.
awaitable<http::Response> post_view(const http::Request& request, Services& services);

/// DELETE /api/v1/views/{id}: one's own; an administrator's may be anybody's shared one.
awaitable<http::Response> delete_view(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
