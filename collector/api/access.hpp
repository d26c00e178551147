#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "collector/people/sign_ins.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"

namespace mimamori::collector::api {

/// What a request wants to do.
enum class Right
{
    read,      ///< Every role.
    operate,   ///< Work on findings and programs: operators and administrators.
    administer ///< Keys, agents, people: administrators.
};

/// The cookie of a sign-in. The prefix makes browsers insist on HTTPS, this host and path "/".
inline constexpr std::string_view cookie_name = "__Host-mimamori";

/// Whether a role has a right.
bool has_right(people::Role role, Right right);

/// Who asks, when that person may do it.
///
/// On the local socket the kernel has said who it is: an administrator. Elsewhere the cookie says,
/// and a request that changes something must carry the sign-in's token in `X-CSRF-Token`.
/// Errors: unauthenticated, forbidden.
awaitable<Result<people::Principal>> allow(
    const http::Request& request, Services& services, Right right);

/// An Error as a problem document with the codes that the page knows: "session_required",
/// "forbidden", "not_found", "invalid", "conflict", "unavailable", "unexpected". The message of
/// what a person may have typed wrong (invalid_input, conflict, not_found) is shown as "detail";
/// others go to the log only.
http::Response refuse(const Error& error);

} // namespace mimamori::collector::api
