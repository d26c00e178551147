#include "collector/api/session.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/sites.hpp"
#include "collector/enroll/enrolment.hpp"
#include "collector/notify/alert_desk.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/statement.hpp"
#include "common/base/utf8.hpp"
#include "common/log/log.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

struct SessionAnswer
{
    std::string name;
    std::string role;
    std::vector<std::string> rights; ///< "read", "operate", …
    bool whole_site{false};          ///< Else only `sites` and what is below them.
    std::vector<std::string> sites;
    std::string csrf;
    std::string hospital;
    std::int64_t open_kinds{0}; ///< Kinds of things to do, not findings.
    std::int64_t unknown_programs{0};
    std::int64_t waiting_agents{0};
    std::vector<std::string> alerts_failing; ///< Channels that do not deliver.
};
BOOST_DESCRIBE_STRUCT(
    SessionAnswer,
    (),
    (name,
     role,
     rights,
     whole_site,
     sites,
     csrf,
     hospital,
     open_kinds,
     unknown_programs,
     waiting_agents,
     alerts_failing))

struct SignInBody
{
    std::string name;
    std::string password;
    std::string code; ///< Of the second factor.
};
BOOST_DESCRIBE_STRUCT(SignInBody, (), (name, password, code))

struct ChangeBody
{
    std::string password;
    std::string new_password;
};
BOOST_DESCRIBE_STRUCT(ChangeBody, (), (password, new_password))

std::int64_t count(storage::Session& session, const char* sql)
{
    auto row = session.prepared(sql);
    return row->next() ? row->integer(0) : 0;
}

Result<void> count_for_navigation(storage::Session& session, SessionAnswer& answer)
{
    answer.open_kinds = count(
        session, "SELECT count(DISTINCT rule) FROM finding WHERE state = 'open' AND severity > 0");
    answer.unknown_programs = count(
        session, "SELECT count(DISTINCT subject) FROM finding"
                 " WHERE rule IN ('process_unknown', 'process_lookalike', 'remote_tool')"
                 " AND state = 'open'");
    return {};
}

/// Whether a browser says that the request comes from a page of another site.
bool from_elsewhere(const http::Request& request)
{
    const std::string_view site = request.headers["Sec-Fetch-Site"];
    if (!site.empty() && site != "same-origin" && site != "none")
        return true;
    const std::string_view origin = request.headers["Origin"];
    return !origin.empty() && origin != fmt::format("https://{}", request.headers["Host"]);
}

constexpr auto right_names = std::to_array<std::pair<Right, std::string_view>>({
    {Right::read, "read"},
    {Right::answer, "answer"},
    {Right::operate, "operate"},
    {Right::see_users, "see_users"},
    {Right::see_changes, "see_changes"},
    {Right::administer, "administer"},
});

awaitable<http::Response> session_answer(Services& services, const Principal& principal)
{
    SessionAnswer answer;
    answer.name = principal.name;
    answer.role = people::to_text(principal.role);
    for (const auto& [right, name] : right_names)
        if (people::has_right(principal.role, right))
            answer.rights.emplace_back(name);
    answer.whole_site = principal.sees_all();
    for (const SiteId& site : principal.sites)
        answer.sites.push_back(site.text());
    answer.csrf = principal.csrf;
    auto hospital = co_await hospital_now(services);
    if (!hospital)
        co_return refuse(hospital.error());
    answer.hospital = std::move(*hospital);
    if (services.alerts != nullptr)
    {
        for (const auto& channel : services.alerts->health().failing)
            answer.alerts_failing.push_back(channel.name);
    }
    auto look = [&answer](storage::Session& session) {
        return count_for_navigation(session, answer);
    };
    auto counted = co_await read_as(principal, services, look);
    if (!counted)
        co_return refuse(counted.error());
    if (answer.whole_site && people::has_right(principal.role, Right::administer))
    {
        auto queue = co_await services.enrolment.queue();
        if (!queue)
            co_return refuse(queue.error());
        answer.waiting_agents = static_cast<std::int64_t>(queue->size());
    }
    co_return api::answer(http::Status::ok, answer);
}

std::string cookie_of(std::string_view token, std::chrono::seconds life)
{
    return fmt::format(
        "{}={}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=Strict", cookie_name, token,
        life.count());
}

} // namespace

awaitable<http::Response> get_session(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    co_return co_await session_answer(services, *principal);
}

awaitable<http::Response> post_session(const http::Request& request, Services& services)
{
    if (from_elsewhere(request))
        co_return refuse(Error{Errc::forbidden, "sign-in sent by another site's page"});
    auto body = body_of<SignInBody>(request);
    if (!body)
        co_return refuse(body.error());
    auto made = co_await services.people.sign_in(
        body->name, body->password, body->code, request.peer.address.to_string());
    if (!made && made.error().code == Errc::timeout)
        co_return http::problem(
            http::Status::unavailable, "directory_unavailable", for_log(made.error().message));
    if (!made)
        co_return refuse_password(made.error());
    if (made->needs_code)
        co_return http::problem(
            http::Status::unauthorized, "code_required", "no code of the second factor");
    // Whoever was signed in with this browser is not any more.
    std::string old{request.cookie(cookie_name).value_or("")};
    auto ended = co_await services.people.sign_out(std::move(old));
    if (!ended)
        log::warn("old sign-in not ended: {}", ended.error().message);
    auto answer = co_await session_answer(services, made->principal);
    answer.headers.add("Set-Cookie", cookie_of(made->token, people::SignIns::age_max));
    co_return answer;
}

awaitable<http::Response> delete_session(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    std::string value{request.cookie(cookie_name).value_or("")};
    auto done = co_await services.people.sign_out(std::move(value));
    if (!done)
        co_return refuse(done.error());
    log::info("{} signed out", for_log(principal->name));
    auto answer = http::empty(http::Status::no_content);
    answer.headers.add("Set-Cookie", cookie_of("", std::chrono::seconds{0}));
    co_return answer;
}

awaitable<http::Response> post_own_password(const http::Request& request, Services& services)
{
    if (request.peer.local_uid)
        co_return refuse(Error{Errc::invalid_input, "nobody is signed in at the local socket"});
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<ChangeBody>(request);
    if (!body)
        co_return refuse(body.error());
    std::string token{request.cookie(cookie_name).value_or("")};
    auto done = co_await services.people.change_password(
        std::move(token), std::move(body->password), std::move(body->new_password),
        request.peer.address.to_string());
    if (!done && done.error().code == Errc::unauthenticated)
        co_return http::problem(
            http::Status::forbidden, "wrong_password", "wrong old password of " + principal->name);
    co_return done ? http::empty(http::Status::no_content) : refuse_password(done.error());
}

} // namespace mimamori::collector::api
