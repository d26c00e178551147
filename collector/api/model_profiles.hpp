#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// Device models and their learning; what is usual on them, from one hospital to another.
namespace mimamori::collector::api {

/// GET /api/v1/models: device models and until when their programs are learned.
awaitable<http::Response> get_models(const http::Request& request, Services& services);

/// POST /api/v1/models/learning {model, until}: learn until then; without `until` it ends now.
awaitable<http::Response> post_learning(const http::Request& request, Services& services);

/// GET /api/v1/models/profile?model=: the model's profile as a document to carry elsewhere.
awaitable<http::Response> get_model_profile(const http::Request& request, Services& services);

/// POST /api/v1/models/profile-imports {profile, dry_run}: takes a profile over, or says what that
/// would do.
awaitable<http::Response> post_profile_import(const http::Request& request, Services& services);

/// GET /api/v1/models/profile-items?model=&after=&limit=: ports, services and peers of the model's
/// profile; `next` is the `after` of the following page.
awaitable<http::Response> get_profile_items(const http::Request& request, Services& services);

/// POST /api/v1/models/profile-items {model, kind, key, reason}: makes something usual.
awaitable<http::Response> post_profile_item(const http::Request& request, Services& services);

/// POST /api/v1/models/profile-item-removals {model, kind, key, reason}: it is not usual any more.
awaitable<http::Response> post_profile_item_removal(
    const http::Request& request, Services& services);

} // namespace mimamori::collector::api
