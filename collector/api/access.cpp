#include "collector/api/access.hpp"

#include "collector/api/lacking.hpp"
#include "collector/people/request_rate.hpp"
#include "collector/people/tokens.hpp"
#include "collector/storage/finding_store.hpp"
#include "collector/storage/site_store.hpp"
#include "collector/storage/summary_store.hpp"
#include "common/base/utf8.hpp"
#include "common/crypto/hash.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

namespace mimamori::collector::api {
namespace {

constexpr std::string_view bearer = "Bearer ";

/// Who shows a token, or is signed in.
awaitable<Result<Principal>> who_asks(const http::Request& request, Services& services)
{
    const std::string_view shown = request.headers["Authorization"];
    if (!shown.empty())
    {
        if (!shown.starts_with(bearer))
            co_return Error{Errc::unauthenticated, "not a token"};
        std::string token{shown.substr(bearer.size())};
        std::string address = request.peer.address.to_string();
        co_return co_await services.tokens.find(std::move(token), std::move(address));
    }
    const auto cookie = request.cookie(cookie_name);
    if (!cookie || cookie->empty())
        co_return Error{Errc::unauthenticated, "no cookie of a sign-in"};
    std::string value{*cookie};
    co_return co_await services.people.find(std::move(value));
}

} // namespace

awaitable<Result<Principal>> allow(
    const http::Request& request, Services& services, Right right, Reach reach)
{
    if (request.peer.local_uid)
    {
        Principal local;
        local.name = fmt::format("local:{}", *request.peer.local_uid);
        local.role = people::Role::administrator;
        local.sites.push_back(people::root_site());
        co_return local;
    }
    auto principal = co_await who_asks(request, services);
    if (!principal)
        co_return principal.error();

    const bool changes =
        request.method != http::Method::get && request.method != http::Method::head;
    // No browser sends a token without being told to by our own page.
    if (changes && !principal->by_token
        && !crypto::equal_in_constant_time(request.headers["X-CSRF-Token"], principal->csrf))
        co_return Error{Errc::forbidden, "no or wrong X-CSRF-Token from " + principal->name};
    if (!people::has_right(principal->role, right))
        co_return lacks(*principal, right);
    if (reach == Reach::whole_site && !principal->sees_all())
        co_return lacks_whole_site(*principal);
    co_return principal;
}

awaitable<Result<void>> must_see_device(
    const Principal& principal, Services& services, DeviceId device)
{
    auto look = [&device](storage::Session& session) -> Result<void> {
        const auto found = storage::find_summary(session, device);
        return found ? Result<void>{} : found.error();
    };
    co_return co_await read_as(principal, services, std::move(look));
}

awaitable<Result<void>> must_see_finding(
    const Principal& principal, Services& services, std::string finding_id)
{
    auto look = [&finding_id](storage::Session& session) -> Result<void> {
        if (storage::find_listed(session, finding_id))
            return {};
        return Error{Errc::not_found, "no finding " + for_log(finding_id)};
    };
    co_return co_await read_as(principal, services, std::move(look));
}

awaitable<Result<void>> must_see_site(const Principal& principal, Services& services, SiteId site)
{
    auto look = [&site](storage::Session& session) -> Result<void> {
        if (storage::has_site(session, site))
            return {};
        return Error{Errc::not_found, "no site " + for_log(site.text())};
    };
    co_return co_await read_as(principal, services, std::move(look));
}

http::Response refuse(const Error& error)
{
    // Both may repeat what was sent to us.
    const std::string reason = for_log(error.message);
    const auto with_detail = [&](http::Status status, std::string_view code) {
        std::string detail = "\"detail\":";
        wire::append_json_string(detail, error.message);
        return http::problem_with(status, code, detail, reason);
    };
    switch (error.code)
    {
    case Errc::unauthenticated:
        return http::problem(http::Status::unauthorized, "session_required", reason);
    case Errc::forbidden:
        return http::problem_with(http::Status::forbidden, "forbidden", who_may(error), reason);
    case Errc::not_found:
        return with_detail(http::Status::not_found, "not_found");
    case Errc::invalid_input:
        return with_detail(http::Status::bad_request, "invalid");
    case Errc::conflict:
        return with_detail(http::Status::conflict, "conflict");
    case Errc::too_large:
        return http::problem(http::Status::content_too_large, "too_large", reason);
    case Errc::unavailable:
    case Errc::timeout:
        return http::problem(http::Status::unavailable, "unavailable", reason);
    default:
        return http::problem(http::Status::internal_error, "unexpected", reason);
    }
}

std::chrono::seconds must_wait(const http::Request& request, Services& services)
{
    if (request.peer.local_uid)
        return {};
    std::string_view credential = request.headers["Authorization"];
    if (credential.empty())
        credential = request.cookie(cookie_name).value_or("");
    if (credential.empty())
        return {};
    return services.request_rate.wait(credential, std::chrono::steady_clock::now());
}

awaitable<http::Response> refuse_for(std::chrono::seconds wait)
{
    auto refusal =
        http::problem(http::Status::too_many_requests, "too_many_requests", "asks too much");
    refusal.headers.add("Retry-After", std::to_string(wait.count()));
    co_return refusal;
}

http::Response refuse_changed(const std::string& who, std::optional<Timestamp> at)
{
    std::string members = "\"detail\":";
    wire::append_json_string(members, who);
    if (at)
        members += ",\"changed_at\":\"" + to_rfc3339(*at) + '"';
    return http::problem_with(
        http::Status::precondition_failed, "changed_meanwhile", members,
        "changed meanwhile by " + for_log(who));
}

http::Response refuse_password(const Error& error)
{
    if (error.code != Errc::unavailable)
        return refuse(error);
    auto wait = http::problem(
        http::Status::too_many_requests, "too_many_tries", "too many wrong passwords");
    wait.headers.add("Retry-After", error.message);
    return wait;
}

} // namespace mimamori::collector::api
