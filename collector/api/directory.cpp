#include "collector/api/directory.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/directory/directory.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/directory_store.hpp"
#include "common/base/utf8.hpp"

#include <boost/describe/class.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

struct TryBody
{
    std::string name;
    std::string password;
};
BOOST_DESCRIBE_STRUCT(TryBody, (), (name, password))

struct StepView
{
    std::string name;
    bool good{false};
    std::string detail;
};
BOOST_DESCRIBE_STRUCT(StepView, (), (name, good, detail))

struct TryView
{
    std::vector<StepView> items;
};
BOOST_DESCRIBE_STRUCT(TryView, (), (items))

constexpr std::size_t roles_max = 100;
constexpr std::size_t group_bytes_max = 500;

/// Who is in the group has the role.
struct RoleView
{
    std::string group; ///< Distinguished name.
    std::string role;
    std::vector<std::string> sites; ///< "root": the whole.
};
BOOST_DESCRIBE_STRUCT(RoleView, (), (group, role, sites))

struct DirectoryAnswer
{
    bool configured{false};
    std::string kind; ///< "active_directory", "ldap".
    std::vector<std::string> hosts;
    std::string base;
    std::string from; ///< "settings", "page".
    std::vector<RoleView> roles;
};
BOOST_DESCRIBE_STRUCT(DirectoryAnswer, (), (configured, kind, hosts, base, from, roles))

struct RolesBody
{
    std::vector<RoleView> items;
};
BOOST_DESCRIBE_STRUCT(RolesBody, (), (items))

/// Errors: invalid_input, naming the member.
Result<storage::DirectoryRole> role_of(RoleView&& view)
{
    const bool is_name = view.group.find('=') != std::string::npos && is_utf8(view.group)
                         && view.group.size() <= group_bytes_max;
    if (!is_name)
        return Error{
            Errc::invalid_input, "group: a distinguished name such as cn=it,ou=groups,dc=example"};
    if (!people::parse_role(view.role))
        return Error{Errc::invalid_input, "role: the name of a role"};
    storage::DirectoryRole role;
    role.group = std::move(view.group);
    role.role = std::move(view.role);
    for (std::string& site : view.sites)
        role.sites.emplace_back(std::move(site));
    if (role.sites.empty())
        role.sites.push_back(people::root_site());
    return role;
}

Result<std::vector<storage::DirectoryRole>> roles_of(RolesBody&& body)
{
    if (body.items.size() > roles_max)
        return Error{Errc::invalid_input, "items: too many"};
    std::vector<storage::DirectoryRole> roles;
    for (RoleView& view : body.items)
    {
        auto role = role_of(std::move(view));
        if (!role)
            return role.error();
        roles.push_back(std::move(*role));
    }
    return roles;
}

std::string told(const std::vector<storage::DirectoryRole>& roles)
{
    std::string text = roles.empty() ? "as the settings file says" : "";
    for (const storage::DirectoryRole& role : roles)
    {
        text += (text.empty() ? "" : "; ") + role.role + " of";
        for (const SiteId& site : role.sites)
            text += ' ' + site.text();
        text += ": " + role.group;
    }
    return std::string{utf8_prefix(for_log(text), 1'000)};
}

DirectoryAnswer answer_about(const directory::Directory& asked, bool is_set_here)
{
    const directory::DirectorySettings& settings = asked.settings();
    DirectoryAnswer found;
    found.configured = true;
    found.kind = settings.kind == directory::Kind::ldap ? "ldap" : "active_directory";
    found.hosts = settings.hosts;
    found.base = settings.base;
    found.from = is_set_here ? "page" : "settings";
    for (const directory::RoleRule& rule : asked.roles())
    {
        RoleView& view = found.roles.emplace_back();
        view.group = rule.group;
        view.role = rule.role;
        for (const SiteId& site : rule.sites)
            view.sites.push_back(site.text());
    }
    return found;
}

} // namespace

awaitable<http::Response> get_directory(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    DirectoryAnswer found;
    if (!services.directory)
        co_return answer_to_get(request, found);
    auto look = [](storage::Session& session) -> Result<bool> {
        return !storage::list_directory_roles(session).empty();
    };
    const auto is_set_here = co_await services.database.read(look);
    if (!is_set_here)
        co_return refuse(is_set_here.error());
    found = answer_about(*services.directory, *is_set_here);
    co_return answer_to_get(request, found);
}

awaitable<http::Response> post_directory_roles(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<RolesBody>(request);
    if (!body)
        co_return refuse(body.error());
    if (!services.directory)
        co_return refuse(Error{Errc::conflict, "directory.security is \"off\": there is none"});
    const auto roles = roles_of(std::move(*body));
    if (!roles)
        co_return refuse(roles.error());
    const Timestamp now = services.clock.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        if (auto done = storage::put_directory_roles(session, *roles); !done)
            return done;
        return storage::record_change(
            session, principal->name, "directory.roles", told(*roles), now);
    };
    auto done = co_await services.database.write(work);
    if (!done)
        co_return refuse(done.error());
    std::vector<directory::RoleRule> rules;
    for (const storage::DirectoryRole& role : *roles)
        rules.push_back({role.role, role.sites, role.group});
    services.directory->set_roles(std::move(rules));
    co_return http::empty(http::Status::no_content);
}

awaitable<http::Response> post_directory_test(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<TryBody>(request);
    if (!body)
        co_return refuse(body.error());
    if (!services.directory)
        co_return refuse(Error{Errc::conflict, "directory.security is \"off\": there is none"});
    if (body->name.empty() || body->name.size() > 200)
        co_return refuse(Error{Errc::invalid_input, "name: 1 to 200 bytes"});
    // Passwords could be guessed here past the lock-out; so it is written down before.
    const Timestamp now = services.clock.now();
    auto note = [&](storage::Session& session) {
        return storage::record_change(
            session, principal->name, "directory.test", for_log(body->name), now);
    };
    auto noted = co_await services.database.write(note);
    if (!noted)
        co_return refuse(noted.error());
    std::optional<std::string> password;
    if (!body->password.empty())
        password = std::move(body->password);
    auto steps = co_await services.directory->test(std::move(body->name), std::move(password));
    TryView view;
    for (directory::Step& step : steps)
        view.items.push_back({std::move(step.name), step.good, for_log(step.detail)});
    co_return answer(http::Status::ok, view);
}

} // namespace mimamori::collector::api
