#include "collector/storage/directory_store.hpp"

#include "collector/storage/audit_store.hpp"
#include "collector/storage/second_factor_store.hpp"
#include "collector/storage/site_store.hpp"
#include "collector/storage/statement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace mimamori::collector::storage {
namespace {

constexpr std::string_view by_directory = "directory";

std::string in_words(const DirectoryAccount& account)
{
    std::string words = account.name + " as " + account.role + " of";
    for (const SiteId& site : account.sites)
        words += ' ' + site.text();
    return words;
}

std::optional<std::string> name_of_account(Session& session, std::string_view directory_id)
{
    const auto row = session.prepared("SELECT name FROM person WHERE directory_id = ?1");
    if (!row->bind(1, directory_id).next())
        return {};
    return std::string{row->text(0)};
}

/// Nothing of who had the name before is left to who has it now.
Result<void> replace_account(
    Session& session, const Person& person, const DirectoryAccount& account, Timestamp now)
{
    end_sign_ins(session, person.id, {});
    remove_second_factor(session, person.id);
    session
        .prepared("UPDATE api_token SET revoked_at_ms = ?2"
                  " WHERE person_id = ?1 AND revoked_at_ms IS NULL")
        ->bind(1, person.id)
        .bind(2, to_ms(now))
        .run();
    session.prepared("UPDATE person SET directory_id = ?2 WHERE id = ?1")
        ->bind(1, person.id)
        .bind(2, account.id)
        .run();
    return record_change(session, by_directory, "person.replace", account.name, now);
}

Result<void> make_person(
    Session& session, const DirectoryAccount& account, std::string_view new_id, Timestamp now)
{
    Person person;
    person.id = new_id;
    person.name = account.name;
    person.role = account.role;
    person.sites = account.sites;
    person.created_at = now;
    person.password_set_at = now;
    if (auto done = add_person(session, person); !done)
        return done;
    session.prepared("UPDATE person SET source = 'directory', directory_id = ?2 WHERE id = ?1")
        ->bind(1, person.id)
        .bind(2, account.id)
        .run();
    return record_change(session, by_directory, "person.create", in_words(account), now);
}

Result<void> rename(
    Session& session, std::string_view before, const DirectoryAccount& account, Timestamp now)
{
    session.prepared("UPDATE person SET name = ?2 WHERE directory_id = ?1")
        ->bind(1, account.id)
        .bind(2, account.name)
        .run();
    return record_change(
        session, by_directory, "person.rename", fmt::format("{} to {}", before, account.name), now);
}

/// Sees to it that there is a person of that name and account.
Result<void> bring_together(
    Session& session, const DirectoryAccount& account, std::string_view new_id, Timestamp now)
{
    const auto named = find_person(session, account.name);
    if (!named)
        return named.error();
    if (*named && (*named)->source != "directory")
        return Error{
            Errc::conflict, "a local person has the name " + account.name + " of the directory"};
    const auto known = name_of_account(session, account.id);
    if (*named && (*named)->directory_id == account.id)
        return (*named)->name == account.name ? Result<void>{}
                                              : rename(session, (*named)->name, account, now);
    if (*named && known)
        return Error{
            Errc::conflict, fmt::format(
                                "{} of the directory has the name of another person now: {}",
                                *known, account.name)};
    if (known)
        return rename(session, *known, account, now);
    if (*named)
        return replace_account(session, **named, account, now);
    return make_person(session, account, new_id, now);
}

} // namespace

Result<Person> admit_account(
    Session& session, const DirectoryAccount& account, std::string_view new_id, Timestamp now)
{
    if (auto done = bring_together(session, account, new_id, now); !done)
        return done.error();
    auto person = find_person(session, account.name);
    if (!person)
        return person.error();
    if (!*person)
        return Error{Errc::internal, "the person was not stored"};
    std::vector<SiteId> before = (*person)->sites;
    std::vector<SiteId> after = account.sites;
    std::sort(before.begin(), before.end());
    std::sort(after.begin(), after.end());
    if ((*person)->role != account.role || before != after)
    {
        if (auto done = set_role(session, account.name, account.role, account.sites); !done)
            return done.error();
        auto noted = record_change(session, by_directory, "person.role", in_words(account), now);
        if (!noted)
            return noted.error();
    }
    if ((*person)->barred)
    {
        auto noted = record_change(session, by_directory, "person.admit", account.name, now);
        if (!noted)
            return noted.error();
    }
    session.prepared("UPDATE person SET barred = 0, directory_seen_at_ms = ?2 WHERE id = ?1")
        ->bind(1, (*person)->id)
        .bind(2, to_ms(now))
        .run();
    (*person)->role = account.role;
    (*person)->sites = account.sites;
    return std::move(**person);
}

std::vector<DirectoryPerson> list_directory_people_in_use(Session& session, Timestamp now)
{
    const auto rows = session.prepared(R"sql(
        SELECT id, name, directory_id, barred, coalesce(directory_seen_at_ms, 0) FROM person p
        WHERE source = 'directory'
          AND (EXISTS (SELECT 1 FROM sign_in s WHERE s.person_id = p.id AND s.expires_at_ms > ?1)
               OR EXISTS (SELECT 1 FROM api_token t WHERE t.person_id = p.id
                          AND t.expires_at_ms > ?1 AND t.revoked_at_ms IS NULL))
        ORDER BY name)sql");
    rows->bind(1, to_ms(now));
    std::vector<DirectoryPerson> people;
    while (rows->next())
        people.push_back(
            {std::string{rows->text(0)}, std::string{rows->text(1)}, std::string{rows->text(2)},
             rows->integer(3) != 0, from_ms(rows->integer(4))});
    return people;
}

Result<void> bar_person(
    Session& session, const DirectoryPerson& person, std::string_view reason, Timestamp now)
{
    session.prepared("UPDATE person SET barred = 1 WHERE id = ?1")->bind(1, person.id).run();
    end_sign_ins(session, person.id, {});
    return record_change(
        session, by_directory, "person.bar", fmt::format("{}: {}", person.name, reason), now);
}

std::vector<DirectoryRole> list_directory_roles(Session& session)
{
    const auto rows =
        session.prepared("SELECT group_dn, role, sites FROM directory_role ORDER BY no");
    std::vector<DirectoryRole> found;
    while (rows->next())
    {
        DirectoryRole& role = found.emplace_back();
        role.group = rows->text(0);
        role.role = rows->text(1);
        std::string_view sites = rows->text(2);
        while (!sites.empty())
        {
            const std::string_view site = sites.substr(0, sites.find(' '));
            role.sites.emplace_back(std::string{site});
            sites.remove_prefix(std::min(site.size() + 1, sites.size()));
        }
    }
    return found;
}

Result<void> put_directory_roles(Session& session, const std::vector<DirectoryRole>& roles)
{
    session.prepared("DELETE FROM directory_role")->run();
    for (const DirectoryRole& role : roles)
    {
        std::string sites;
        for (const SiteId& site : role.sites)
        {
            if (!has_site(session, site))
                return Error{Errc::not_found, "no site " + site.text()};
            sites += (sites.empty() ? "" : " ") + site.text();
        }
        session.prepared("INSERT INTO directory_role (group_dn, role, sites) VALUES (?1, ?2, ?3)")
            ->bind(1, role.group)
            .bind(2, role.role)
            .bind(3, sites)
            .run();
    }
    return {};
}

} // namespace mimamori::collector::storage
