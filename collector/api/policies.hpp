#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// Policies: what is set where, and what holds for a device.
namespace mimamori::collector::api {

/// GET /api/v1/policies: every value that can be set, with its limits and what the ready policies
/// have; and all that is set.
awaitable<http::Response> get_policies(const http::Request& request, Services& services);

/// POST /api/v1/policies {scope, scope_value, networks, level, settings, reason, seen_at}: replaces
/// what is set for one scope; 412 "changed_meanwhile" when something else than what was seen stands
/// there, with who set it.
awaitable<http::Response> post_policy(const http::Request& request, Services& services);

/// POST /api/v1/policies/preview {scope, scope_value, networks, level, settings}: what setting it
/// would change, found out by judging the devices so; with neither level nor settings, removing it.
/// Nothing is stored.
awaitable<http::Response> post_policy_preview(const http::Request& request, Services& services);

/// POST /api/v1/policies/removals {scope, scope_value, reason}: nothing is set there any more.
awaitable<http::Response> post_policy_removal(const http::Request& request, Services& services);

/// GET /api/v1/policies/changes?after=&limit=: who changed what, the newest first; `next` is the
/// `after` of the following page.
awaitable<http::Response> get_policy_changes(const http::Request& request, Services& services);

/// GET /api/v1/devices/{id}/policy: each value that holds for the device, and where it is set.
awaitable<http::Response> get_device_policy(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
