#include "collector/api/people.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/token_view.hpp"
#include "collector/people/second_factors.hpp"
#include "collector/people/tokens.hpp"
#include "collector/storage/person_store.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

struct PersonBody
{
    std::string name;
    std::string password;
    std::string role;
    std::vector<std::string> sites;
};
BOOST_DESCRIBE_STRUCT(PersonBody, (), (name, password, role, sites))

struct PersonView
{
    std::string name;
    std::string role;
    bool disabled{false};
    std::vector<std::string> sites;
    Timestamp created_at{};
    Timestamp password_set_at{};
    std::string source; ///< "local" or "directory".
    bool barred{false}; ///< The directory lets them in no more.
};
BOOST_DESCRIBE_STRUCT(
    PersonView, (), (name, role, disabled, sites, created_at, password_set_at, source, barred))

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

Result<people::Role> role_of(const std::string& text)
{
    const auto role = people::parse_role(text);
    if (role)
        return *role;
    return Error{
        Errc::invalid_input, "role: one of viewer, department, operator, administrator, auditor"};
}

/// Without any, a person is of the whole site.
std::vector<SiteId> sites_of(const PersonBody& body)
{
    if (body.sites.empty())
        return {people::root_site()};
    std::vector<SiteId> sites;
    for (const std::string& site : body.sites)
        sites.emplace_back(site);
    return sites;
}

PersonView view_of(storage::Person&& person)
{
    PersonView view;
    view.name = std::move(person.name);
    view.role = std::move(person.role);
    for (const SiteId& site : person.sites)
        view.sites.push_back(site.text());
    view.disabled = person.disabled;
    view.created_at = person.created_at;
    view.password_set_at = person.password_set_at;
    view.source = std::move(person.source);
    view.barred = person.barred;
    return view;
}

} // namespace

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
        page.items.push_back(view_of(std::move(person)));
    co_return answer_to_get(request, page);
}

awaitable<http::Response> post_person(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<PersonBody>(request);
    if (!body)
        co_return refuse(body.error());
    const auto role = role_of(body->role);
    if (!role)
        co_return refuse(role.error());
    people::NewPerson wanted;
    wanted.role = *role;
    wanted.sites = sites_of(*body);
    wanted.name = std::move(body->name);
    wanted.password = std::move(body->password);
    auto added = co_await services.people.add_person(std::move(wanted), principal->name);
    co_return done_or_refused(added);
}

awaitable<http::Response> post_role(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<PersonBody>(request);
    if (!body)
        co_return refuse(body.error());
    const auto role = role_of(body->role);
    if (!role)
        co_return refuse(role.error());
    const std::string name{request.param("name")};
    const std::vector<SiteId> sites = sites_of(*body);
    const Timestamp now = services.clock.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        const auto person = storage::find_person(session, name);
        if (person && *person && (*person)->source != "local")
            return Error{Errc::conflict, "role: the groups of the directory give it to " + name};
        if (auto done = storage::set_role(session, name, people::to_text(*role), sites); !done)
            return done;
        std::string detail = fmt::format("{} as {} of", name, people::to_text(*role));
        for (const SiteId& site : sites)
            detail += ' ' + site.text();
        return storage::record_change(session, principal->name, "person.role", detail, now);
    };
    auto done = co_await services.database.write(work);
    co_return done_or_refused(done);
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

awaitable<http::Response> post_password(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<PersonBody>(request);
    if (!body)
        co_return refuse(body.error());
    std::string name{request.param("name")};
    auto done = co_await services.people.set_password(
        std::move(name), std::move(body->password), principal->name);
    co_return done_or_refused(done);
}

awaitable<http::Response> post_sign_out(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    const std::string name{request.param("name")};
    const Timestamp now = services.clock.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        const auto person = storage::find_person(session, name);
        if (!person)
            return person.error();
        if (!*person)
            return Error{Errc::not_found, "no person named " + name};
        storage::end_sign_ins(session, (*person)->id, {});
        return storage::record_change(session, principal->name, "person.sign_out", name, now);
    };
    auto done = co_await services.database.write(work);
    co_return done_or_refused(done);
}

awaitable<http::Response> post_factor_lost(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    std::string name{request.param("name")};
    auto done = co_await services.second_factors.remove(std::move(name), principal->name);
    co_return done_or_refused(done);
}

awaitable<http::Response> get_all_tokens(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    std::string everybody;
    auto tokens = co_await services.tokens.list(std::move(everybody));
    if (!tokens)
        co_return refuse(tokens.error());
    const TokenPage page = page_of(std::move(*tokens), services.clock.now());
    co_return answer(http::Status::ok, page);
}

awaitable<http::Response> delete_any_token(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_in_path(request);
    if (!no)
        co_return refuse(no.error());
    std::string everybody;
    auto done = co_await services.tokens.revoke(*no, std::move(everybody), principal->name);
    co_return done_or_refused(done);
}

} // namespace mimamori::collector::api
