#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "collector/people/sign_ins.hpp"
#include "collector/storage/database.hpp"
#include "common/async/asio.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace mimamori::collector::api {

using people::Principal;
using people::Right;

/// For whom a handler is made. Safe by default: one that says nothing is for people to whom the
/// whole site is open.
enum class Reach
{
    whole_site, ///< Others are refused.

    /// Also for people who may see only some sites: it reads through `read_as` and checks what it
    /// changes with `must_see_…`.
    own_sites
};

/// The cookie of a sign-in. The prefix makes browsers insist on HTTPS, this host and path "/".
inline constexpr std::string_view cookie_name = "__Host-mimamori";

/// Who asks, when that person may do it.
///
/// On the local socket the kernel has said who it is: an administrator. Elsewhere the cookie says,
/// and a request that changes something must carry the sign-in's token in `X-CSRF-Token`.
/// Errors: unauthenticated, forbidden.
awaitable<Result<Principal>> allow(
    const http::Request& request, Services& services, Right right, Reach reach = Reach::whole_site);

/// Reads as that person: to who may see only some sites the database shows nothing else, whatever
/// the work asks.
template <class Work>
awaitable<std::invoke_result_t<Work&, storage::Session&>> read_as(
    const Principal& principal, Services& services, Work work)
{
    if (principal.sees_all())
        return services.database.read(std::move(work));
    return services.database.read_within(principal.sites, std::move(work));
}

/// Whether the thing is there for that person, before it is changed. Errors: not_found, for what is
/// foreign as for what there is not.
awaitable<Result<void>> must_see_device(
    const Principal& principal, Services& services, DeviceId device);
awaitable<Result<void>> must_see_finding(
    const Principal& principal, Services& services, std::string finding_id);
awaitable<Result<void>> must_see_site(const Principal& principal, Services& services, SiteId site);

/// An Error as a problem document with the codes that the page knows: "session_required",
/// "forbidden", "not_found", "invalid", "conflict", "unavailable", "unexpected". The message of
/// what a person may have typed wrong (invalid_input, conflict, not_found) is shown as "detail";
/// others go to the log only.
http::Response refuse(const Error& error);

/// How long a request must wait because its sign-in or token has asked too much; zero: go ahead.
/// Requests without one are counted by address, at the port.
std::chrono::seconds must_wait(const http::Request& request, Services& services);

/// 429 with the seconds to wait.
awaitable<http::Response> refuse_for(std::chrono::seconds wait);

/// What was to be changed is not what the sender has seen: 412 "changed_meanwhile", with who
/// changed it and when, where that is known.
http::Response refuse_changed(const std::string& who, std::optional<Timestamp> at);

/// The same for a refused password: after too many, 429 and the seconds to wait.
http::Response refuse_password(const Error& error);

} // namespace mimamori::collector::api
