#include "collector/api/session.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/enroll/enrolment.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/person_store.hpp"
#include "collector/storage/statement.hpp"
#include "common/base/utf8.hpp"
#include "common/log/log.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include <algorithm>
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
    std::string csrf;
    std::string hospital;
    std::int64_t open_findings{0};
    std::int64_t unknown_programs{0};
    std::int64_t waiting_agents{0};
};
BOOST_DESCRIBE_STRUCT(
    SessionAnswer,
    (),
    (name, role, csrf, hospital, open_findings, unknown_programs, waiting_agents))

struct SignInBody
{
    std::string name;
    std::string password;
};
BOOST_DESCRIBE_STRUCT(SignInBody, (), (name, password))

struct PersonBody
{
    std::string name;
    std::string password;
    std::string role;
};
BOOST_DESCRIBE_STRUCT(PersonBody, (), (name, password, role))

struct ChangeBody
{
    std::string password;
    std::string new_password;
};
BOOST_DESCRIBE_STRUCT(ChangeBody, (), (password, new_password))

struct PersonView
{
    std::string name;
    std::string role;
    bool disabled{false};
    Timestamp created_at{};
    Timestamp password_set_at{};
};
BOOST_DESCRIBE_STRUCT(PersonView, (), (name, role, disabled, created_at, password_set_at))

struct PeoplePage
{
    std::vector<PersonView> items;
};
BOOST_DESCRIBE_STRUCT(PeoplePage, (), (items))

struct AccessBody
{
    bool disabled{false};
};
BOOST_DESCRIBE_STRUCT(AccessBody, (), (disabled))

std::int64_t count(storage::Session& session, const char* sql)
{
    auto row = session.prepared(sql);
    return row->next() ? row->integer(0) : 0;
}

Result<void> count_for_navigation(storage::Session& session, SessionAnswer& answer)
{
    answer.open_findings =
        count(session, "SELECT count(*) FROM finding WHERE state = 'open' AND severity > 0");
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

awaitable<http::Response> session_answer(Services& services, const people::Principal& principal)
{
    SessionAnswer answer;
    answer.name = principal.name;
    answer.role = people::to_text(principal.role);
    answer.csrf = principal.csrf;
    answer.hospital = services.hospital;
    auto look = [&answer](storage::Session& session) {
        return count_for_navigation(session, answer);
    };
    auto counted = co_await services.database.read(look);
    if (!counted)
        co_return refuse(counted.error());
    if (has_right(principal.role, Right::administer))
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

/// Whether the database takes both for one person.
bool is_same_name(std::string_view a, std::string_view b)
{
    const auto folded = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) {
        return folded(x) == folded(y);
    });
}

/// A refused password, and after how many seconds the next may be tried.
http::Response refuse_password(const Error& error)
{
    if (error.code != Errc::unavailable)
        return refuse(error);
    auto wait = http::problem(
        http::Status::too_many_requests, "too_many_tries", "too many wrong passwords");
    wait.headers.add("Retry-After", error.message);
    return wait;
}

} // namespace

awaitable<http::Response> get_session(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read);
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
        body->name, body->password, request.peer.address.to_string());
    if (!made)
        co_return refuse_password(made.error());
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
    auto principal = co_await allow(request, services, Right::read);
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
    auto principal = co_await allow(request, services, Right::read);
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

awaitable<http::Response> get_people(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto look = [](storage::Session& session) { return storage::list_people(session); };
    auto people = co_await services.database.read(look);
    if (!people)
        co_return refuse(people.error());
    PeoplePage page;
    for (storage::Person& person : *people)
        page.items.push_back(
            {std::move(person.name), std::move(person.role), person.disabled, person.created_at,
             person.password_set_at});
    co_return answer_to_get(request, page);
}

awaitable<http::Response> post_access(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<AccessBody>(request);
    if (!body)
        co_return refuse(body.error());
    const std::string name{request.param("name")};
    if (body->disabled && is_same_name(name, principal->name))
        co_return refuse(Error{Errc::conflict, "disabled: somebody else must do this to you"});
    const std::string action = body->disabled ? "person.disable" : "person.enable";
    const Timestamp now = services.clock.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        if (auto done = storage::set_disabled(session, name, body->disabled); !done)
            return done;
        return storage::record_change(session, principal->name, action, name, now);
    };
    auto done = co_await services.database.write(work);
    co_return done_or_refused(done);
}

awaitable<http::Response> post_person(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<PersonBody>(request);
    if (!body)
        co_return refuse(body.error());
    const auto role = people::parse_role(body->role);
    if (!role)
        co_return refuse(Error{
            Errc::invalid_input,
            "role: one of viewer, department, operator, administrator, auditor"});
    auto added = co_await services.people.add_person(body->name, body->password, *role);
    if (!added)
        co_return refuse(added.error());
    const std::string detail = body->name + " as " + body->role;
    auto note = [&](storage::Session& session) {
        return storage::record_change(
            session, principal->name, "person.create", detail, services.clock.now());
    };
    auto noted = co_await services.database.write(note);
    if (!noted)
        co_return refuse(noted.error());
    co_return http::empty(http::Status::no_content);
}

awaitable<http::Response> post_password(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<PersonBody>(request);
    if (!body)
        co_return refuse(body.error());
    std::string name{request.param("name")};
    auto done = co_await services.people.set_password(name, body->password);
    if (!done)
        co_return refuse(done.error());
    auto note = [&](storage::Session& session) {
        return storage::record_change(
            session, principal->name, "person.password", name, services.clock.now());
    };
    auto noted = co_await services.database.write(note);
    if (!noted)
        co_return refuse(noted.error());
    co_return http::empty(http::Status::no_content);
}

} // namespace mimamori::collector::api
