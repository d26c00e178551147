#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// What is usual on devices of a model, from one hospital to another; for people of the whole site.
namespace mimamori::collector::api {

/// GET /api/v1/models/profile?model=: the model's profile as a document to carry elsewhere.
awaitable<http::Response> get_model_profile(const http::Request& request, Services& services);

/// POST /api/v1/models/profile-imports {profile, dry_run}: takes a profile over, or says what that
/// would do.
awaitable<http::Response> post_profile_import(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
