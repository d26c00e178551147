#include "collector/directory/enquiry.hpp"

#include "collector/directory/ldap_text.hpp"
#include "collector/directory/nested_groups.hpp"
#include "common/base/encoding.hpp"
#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <span>
#include <utility>

namespace mimamori::collector::directory {
namespace {

/// Asks for no attribute at all (RFC 4511, 4.5.1.8).
const std::vector<std::string> no_attributes{"1.1"};

std::string hexadecimal(std::string_view bytes)
{
    return to_hex(std::span{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

std::string bytes_of(const std::string& hexadecimal_text)
{
    const auto bytes = from_hex(hexadecimal_text);
    return bytes ? std::string{bytes->begin(), bytes->end()} : std::string{};
}

/// Finds groups that have one of the members; `name`: of the account, when it is one of them.
std::string groups_filter(
    const DirectorySettings& settings,
    const std::vector<std::string>& members,
    const std::string& name)
{
    std::string any;
    if (settings.kind == Kind::ldap)
    {
        for (const std::string& dn : members)
            any += fmt::format("(member={0})(uniqueMember={0})", filter_value(dn));
        if (!name.empty())
            any += fmt::format("(memberUid={})", filter_value(name));
        return "(|" + any + ')';
    }
    // LDAP_MATCHING_RULE_IN_CHAIN: groups in groups. It costs the server much, so it is asked for.
    for (const std::string& dn : members)
        any += fmt::format(
            "(member{}={})", settings.nested_groups ? ":1.2.840.113556.1.4.1941:" : "",
            filter_value(dn));
    return "(|" + any + ')';
}

Result<Connection> reach(
    const DirectorySettings& settings,
    const std::string& host,
    const Patience& patience,
    std::vector<Step>* steps)
{
    const auto note = [&](const char* name, const Result<void>& done, std::string detail) {
        if (steps)
            steps->push_back({name, done.has_value(), done ? detail : done.error().message});
    };
    const std::string place = fmt::format("{}:{}", host, settings.port);
    auto connection = Connection::open(settings, host, patience);
    if (!connection)
    {
        Error error = std::move(connection).error().in(place);
        note(error.code == Errc::forbidden ? "certificate" : "connect", error, {});
        return error;
    }
    note("connect", {}, place);
    note("certificate", {}, "signed by the CA of " + settings.ca_file);
    auto bound = connection->bind(settings.user, settings.password);
    note("bind", bound, settings.user);
    if (!bound)
        return std::move(bound).error().in(place + ": as " + settings.user);
    return connection;
}

} // namespace

std::string_view to_text(Refusal refusal)
{
    switch (refusal)
    {
    case Refusal::none:
        return "may sign in";
    case Refusal::unknown:
        return "no such account in the directory";
    case Refusal::ended:
        return "the account is disabled, expired or locked in the directory";
    case Refusal::no_role:
        return "in none of the groups that give a role";
    case Refusal::wrong_password:
        return "wrong password";
    case Refusal::too_many_tries:
        return "too many tries";
    }
    return "";
}

Enquiry::Enquiry(const DirectorySettings& settings, Connection connection)
    : settings_{&settings}
    , connection_{std::move(connection)}
{}

Result<Enquiry> Enquiry::open(
    const DirectorySettings& settings,
    std::atomic<std::size_t>& first,
    const std::atomic<bool>& stopped,
    std::vector<Step>* steps)
{
    const std::size_t begin = first;
    Error last{Errc::unavailable, "no host"};
    for (std::size_t i = 0; i < settings.hosts.size(); ++i)
    {
        const std::size_t at = (begin + i) % settings.hosts.size();
        const Patience patience{settings.step_max, settings.whole_max(), stopped};
        auto connection = reach(settings, settings.hosts[at], patience, steps);
        if (connection)
        {
            first = at;
            return Enquiry{settings, std::move(*connection)};
        }
        last = connection.error();
        if (last.code == Errc::cancelled)
            break;
    }
    return last;
}

Result<Verdict> Enquiry::find(const std::string& name, const std::string& id, Timestamp now)
{
    std::string filter = fill_filter(settings_->filter, name);
    if (!id.empty())
        filter = fmt::format(
            "(&{}({}={}))", filter, settings_->id_attribute, filter_bytes(bytes_of(id)));
    const std::vector<std::string> wanted{settings_->name_attribute, settings_->id_attribute,
                                          "userAccountControl",      "accountExpires",
                                          "pwdAccountLockedTime",    "nsAccountLock"};
    auto found = connection_.search(settings_->base, Scope::below, filter, wanted, 2);
    Verdict verdict;
    if (!found && found.error().code == Errc::too_large)
        found = std::vector<Entry>(2);
    if (!found)
        return std::move(found).error().in("search for the account");
    if (found->size() != 1)
    {
        verdict.detail =
            found->empty() ? "no account has this name" : "more than one account has this name";
        return verdict;
    }
    const Entry& entry = found->front();
    verdict.account.dn = entry.dn;
    verdict.account.name = entry.first(settings_->name_attribute);
    verdict.account.id = hexadecimal(entry.first(settings_->id_attribute));
    if (entry.dn.empty() || verdict.account.name.empty() || verdict.account.id.empty())
    {
        verdict.detail = fmt::format(
            "{} has no {} and {} that our user may read", for_log(entry.dn),
            settings_->name_attribute, settings_->id_attribute);
        return verdict;
    }
    const auto members = members_of(entry.dn, verdict.account.name);
    if (!members)
        return Error{members.error()}.in("groups of the account");
    std::vector<RoleRule> matching;
    for (const RoleRule& rule : settings_->roles)
    {
        const auto member = is_member(rule.group, *members, verdict.account.name);
        if (!member)
            return Error{member.error()}.in("group " + rule.group);
        if (*member)
            matching.push_back(rule);
    }
    const auto role = role_of(matching);
    if (role)
    {
        verdict.account.role = role->role;
        verdict.account.sites = role->sites;
    }
    verdict.refusal = is_ended(entry, now) ? Refusal::ended
                      : role               ? Refusal::none
                                           : Refusal::no_role;
    return verdict;
}

Result<std::vector<std::string>> Enquiry::members_of(const std::string& dn, const std::string& name)
{
    if (settings_->kind != Kind::ldap || !settings_->nested_groups)
        return std::vector{dn};
    std::vector<std::string> wanted;
    for (const RoleRule& rule : settings_->roles)
        wanted.push_back(rule.group);
    const auto bases = group_bases(settings_->base, wanted);
    const auto groups_of =
        [&](const std::vector<std::string>& members) -> Result<std::vector<std::string>> {
        const bool with_account = members.front() == dn;
        const std::string filter =
            groups_filter(*settings_, members, with_account ? name : std::string{});
        std::vector<std::string> groups;
        for (const std::string& base : bases)
        {
            const auto found = connection_.search(
                base, Scope::below, filter, no_attributes, static_cast<int>(nested_groups_max));
            if (!found && found.error().code == Errc::not_found)
                continue;
            if (!found)
                return found.error();
            for (const Entry& entry : *found)
                groups.push_back(entry.dn);
        }
        return groups;
    };
    return with_groups_above(dn, groups_of);
}

Result<bool> Enquiry::is_member(
    const std::string& group, const std::vector<std::string>& members, const std::string& name)
{
    // The server compares names of entries: it knows how, and no list of members crosses the wire.
    const auto found = connection_.search(
        group, Scope::entry, groups_filter(*settings_, members, name), no_attributes, 1);
    if (!found && found.error().code == Errc::not_found)
        return false;
    if (!found)
        return found.error();
    return !found->empty();
}

Result<std::vector<std::string>> Enquiry::missing_groups()
{
    std::vector<std::string> missing;
    for (const RoleRule& rule : settings_->roles)
    {
        const auto found =
            connection_.search(rule.group, Scope::entry, "(objectClass=*)", no_attributes, 1);
        if (!found && found.error().code != Errc::not_found)
            return found.error();
        if (!found || found->empty())
            missing.push_back(rule.group);
    }
    return missing;
}

Result<bool> Enquiry::password_is_right(
    const std::string& dn, const std::string& password, std::string& detail)
{
    const bool is_there = !dn.empty();
    const auto bound =
        connection_.bind(is_there ? dn : "cn=mimamori-nobody," + settings_->base, password);
    if (bound)
        return is_there;
    if (bound.error().code != Errc::unauthenticated)
        return bound.error();
    const std::string_view known = why_refused(bound.error().message);
    if (is_there)
        detail = known.empty() ? bound.error().message : std::string{known};
    return false;
}

DirectorySettings completed(DirectorySettings settings)
{
    const bool is_ad = settings.kind == Kind::active_directory;
    if (settings.filter.empty())
        settings.filter = is_ad ? "(&(objectCategory=person)(objectClass=user)"
                                  "(|(sAMAccountName={user})(userPrincipalName={user})))"
                                : "(&(objectClass=person)(uid={user}))";
    if (settings.name_attribute.empty())
        settings.name_attribute = is_ad ? "sAMAccountName" : "uid";
    if (settings.id_attribute.empty())
        settings.id_attribute = is_ad ? "objectGUID" : "entryUUID";
    return settings;
}

} // namespace mimamori::collector::directory
