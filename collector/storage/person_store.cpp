#include "collector/storage/person_store.hpp"

#include "collector/storage/statement.hpp"

#include <cstdint>
#include <set>
#include <soci/soci.h>

namespace mimamori::collector::storage {
namespace {

// SOCI binds by reference, so everything it uses is a named variable.

struct PersonColumns
{
    std::string id, name, role, password, source, directory_id;
    std::int64_t disabled{0}, created_at_ms{0}, password_set_at_ms{0}, barred{0};

    Person person() const
    {
        Person made;
        made.id = id;
        made.name = name;
        made.role = role;
        made.password = password;
        made.disabled = disabled != 0;
        made.created_at = from_ms(created_at_ms);
        made.password_set_at = from_ms(password_set_at_ms);
        made.source = source;
        made.directory_id = directory_id;
        made.barred = barred != 0;
        return made;
    }
};

bool changed(soci::session& sql)
{
    std::int64_t rows = 0;
    sql << "SELECT changes()", soci::into(rows);
    return rows > 0;
}

std::vector<SiteId> sites_of(Session& session, const std::string& person_id)
{
    const auto rows =
        session.prepared("SELECT site_id FROM person_site WHERE person_id = ?1 ORDER BY site_id");
    rows->bind(1, person_id);
    std::vector<SiteId> sites;
    while (rows->next())
        sites.emplace_back(std::string{rows->text(0)});
    return sites;
}

Result<void> put_sites(
    Session& session, const std::string& person_id, const std::vector<SiteId>& sites)
{
    session.prepared("DELETE FROM person_site WHERE person_id = ?1")->bind(1, person_id).run();
    for (const SiteId& site : std::set<SiteId>{sites.begin(), sites.end()})
    {
        const auto added = session
                               .prepared("INSERT INTO person_site (person_id, site_id)"
                                         " SELECT ?1, id FROM site WHERE id = ?2")
                               ->bind(1, person_id)
                               .bind(2, site.text())
                               .run();
        if (added == 0)
            return Error{Errc::invalid_input, "sites: no site " + site.text()};
    }
    return {};
}

/// What protects a site from locking itself out. Only who needs no directory counts: it may be
/// down, or change its groups.
Result<void> check_somebody_administers(Session& session)
{
    const auto row = session.prepared(R"sql(
        SELECT count(*) FROM person p JOIN person_site s ON s.person_id = p.id
        WHERE p.role = 'administrator' AND p.disabled = 0 AND s.site_id = 'root'
          AND p.source = 'local')sql");
    row->next();
    if (row->integer(0) == 0)
        return Error{Errc::conflict, "nobody would be left to administer the whole site"};
    return {};
}

} // namespace

Result<void> add_person(Session& session, const Person& person)
{
    const std::int64_t disabled = person.disabled ? 1 : 0;
    const std::int64_t created_at_ms = to_ms(person.created_at);
    const std::int64_t password_set_at_ms = to_ms(person.password_set_at);
    session.sql() << "INSERT INTO person (id, name, role, password, disabled, created_at_ms,"
                     " password_set_at_ms) VALUES (:id, :name, :role, :password, :disabled,"
                     " :created, :set)",
        soci::use(person.id), soci::use(person.name), soci::use(person.role),
        soci::use(person.password), soci::use(disabled), soci::use(created_at_ms),
        soci::use(password_set_at_ms);
    return put_sites(session, person.id, person.sites);
}

Result<std::optional<Person>> find_person(Session& session, std::string_view name)
{
    const std::string wanted{name};
    PersonColumns row;
    session.sql() << "SELECT id, name, role, password, disabled, created_at_ms, password_set_at_ms,"
                     " source, coalesce(directory_id, ''), barred FROM person WHERE name = :name",
        soci::use(wanted), soci::into(row.id), soci::into(row.name), soci::into(row.role),
        soci::into(row.password), soci::into(row.disabled), soci::into(row.created_at_ms),
        soci::into(row.password_set_at_ms), soci::into(row.source), soci::into(row.directory_id),
        soci::into(row.barred);
    if (!session.sql().got_data())
        return std::optional<Person>{};
    Person found = row.person();
    found.sites = sites_of(session, found.id);
    return std::optional{std::move(found)};
}

Result<std::vector<Person>> list_people(Session& session)
{
    PersonColumns row;
    soci::statement statement =
        (session.sql().prepare << "SELECT id, name, role, password, disabled, created_at_ms,"
                                  " password_set_at_ms, source, coalesce(directory_id, ''), barred"
                                  " FROM person ORDER BY name",
         soci::into(row.id), soci::into(row.name), soci::into(row.role), soci::into(row.password),
         soci::into(row.disabled), soci::into(row.created_at_ms),
         soci::into(row.password_set_at_ms), soci::into(row.source), soci::into(row.directory_id),
         soci::into(row.barred));
    statement.execute();
    std::vector<Person> people;
    while (statement.fetch())
        people.push_back(row.person());
    for (Person& person : people)
        person.sites = sites_of(session, person.id);
    return people;
}

Result<void> set_password(
    Session& session, std::string_view name, std::string_view password, Timestamp now)
{
    const std::string wanted{name};
    const std::string hash{password};
    const std::int64_t now_ms = to_ms(now);
    const auto person = find_person(session, name);
    if (person && *person && (*person)->source != "local")
        return Error{Errc::conflict, "password: the directory keeps that of " + wanted};
    session.sql() << "UPDATE person SET password = :password, password_set_at_ms = :now"
                     " WHERE name = :name",
        soci::use(hash), soci::use(now_ms), soci::use(wanted);
    if (!changed(session.sql()))
        return Error{Errc::not_found, "no person named " + wanted};
    session.sql() << "DELETE FROM sign_in WHERE person_id ="
                     " (SELECT id FROM person WHERE name = :name)",
        soci::use(wanted);
    return {};
}

Result<void> change_own_password(
    Session& session,
    const Person& person,
    std::string_view password,
    std::string_view kept_token_hash,
    Timestamp now)
{
    const std::string hash{password};
    const std::string kept{kept_token_hash};
    const std::int64_t now_ms = to_ms(now);
    session.sql() << "UPDATE person SET password = :password, password_set_at_ms = :now"
                     " WHERE id = :id",
        soci::use(hash), soci::use(now_ms), soci::use(person.id);
    session.sql() << "DELETE FROM sign_in WHERE person_id = :id AND token_hash <> :kept",
        soci::use(person.id), soci::use(kept);
    return record_change(session, person.name, "person.password", person.name, now);
}

Result<void> set_role(
    Session& session,
    std::string_view name,
    std::string_view role,
    const std::vector<SiteId>& sites)
{
    const auto found = find_person(session, name);
    if (!found)
        return found.error();
    if (!*found)
        return Error{Errc::not_found, "no person named " + std::string{name}};
    session.prepared("UPDATE person SET role = ?2 WHERE id = ?1")
        ->bind(1, (*found)->id)
        .bind(2, role)
        .run();
    if (auto done = put_sites(session, (*found)->id, sites); !done)
        return done;
    return check_somebody_administers(session);
}

Result<void> set_disabled(Session& session, std::string_view name, bool disabled)
{
    const std::string wanted{name};
    const std::int64_t flag = disabled ? 1 : 0;
    session.sql() << "UPDATE person SET disabled = :flag WHERE name = :name", soci::use(flag),
        soci::use(wanted);
    if (!changed(session.sql()))
        return Error{Errc::not_found, "no person named " + wanted};
    if (!disabled)
        return {};
    session.sql() << "DELETE FROM sign_in WHERE person_id ="
                     " (SELECT id FROM person WHERE name = :name)",
        soci::use(wanted);
    return check_somebody_administers(session);
}

Result<void> add_sign_in(Session& session, const SignInRow& row)
{
    const std::int64_t created_at_ms = to_ms(row.created_at);
    const std::int64_t last_used_at_ms = to_ms(row.last_used_at);
    const std::int64_t expires_at_ms = to_ms(row.expires_at);
    const std::int64_t kept = sign_ins_max - 1;
    session.sql() << "DELETE FROM sign_in WHERE expires_at_ms <= :now", soci::use(created_at_ms);
    session.sql()
        << "DELETE FROM sign_in WHERE token_hash IN (SELECT token_hash FROM sign_in"
           " WHERE person_id = :person ORDER BY created_at_ms DESC LIMIT -1 OFFSET :kept)",
        soci::use(row.person_id), soci::use(kept);
    session.sql() << "INSERT INTO sign_in (token_hash, person_id, csrf, address, created_at_ms,"
                     " last_used_at_ms, expires_at_ms) VALUES (:token, :person, :csrf, :address,"
                     " :created, :used, :expires)",
        soci::use(row.token_hash), soci::use(row.person_id), soci::use(row.csrf),
        soci::use(row.address), soci::use(created_at_ms), soci::use(last_used_at_ms),
        soci::use(expires_at_ms);
    return {};
}

Result<std::optional<ActiveSignIn>> find_sign_in(
    Session& session, std::string_view token_hash, Timestamp now)
{
    const std::string wanted{token_hash};
    const std::int64_t now_ms = to_ms(now);
    std::int64_t created_at_ms = 0;
    std::int64_t last_used_at_ms = 0;
    std::int64_t expires_at_ms = 0;
    ActiveSignIn found;
    session.sql() << "SELECT s.token_hash, s.person_id, s.csrf, s.address, s.created_at_ms,"
                     " s.last_used_at_ms, s.expires_at_ms, p.name, p.role FROM sign_in s"
                     " JOIN person p ON p.id = s.person_id"
                     " WHERE s.token_hash = :token AND s.expires_at_ms > :now AND p.disabled = 0"
                     " AND p.barred = 0",
        soci::use(wanted), soci::use(now_ms), soci::into(found.row.token_hash),
        soci::into(found.row.person_id), soci::into(found.row.csrf), soci::into(found.row.address),
        soci::into(created_at_ms), soci::into(last_used_at_ms), soci::into(expires_at_ms),
        soci::into(found.name), soci::into(found.role);
    if (!session.sql().got_data())
        return std::optional<ActiveSignIn>{};
    found.row.created_at = from_ms(created_at_ms);
    found.row.last_used_at = from_ms(last_used_at_ms);
    found.row.expires_at = from_ms(expires_at_ms);
    found.sites = sites_of(session, found.row.person_id);
    return std::optional{std::move(found)};
}

Result<void> touch_sign_in(
    Session& session, std::string_view token_hash, Timestamp last_used_at, Timestamp expires_at)
{
    const std::string wanted{token_hash};
    const std::int64_t used_ms = to_ms(last_used_at);
    const std::int64_t expires_ms = to_ms(expires_at);
    session.sql() << "UPDATE sign_in SET last_used_at_ms = :used, expires_at_ms = :expires"
                     " WHERE token_hash = :token",
        soci::use(used_ms), soci::use(expires_ms), soci::use(wanted);
    return {};
}

std::vector<SignInRow> list_sign_ins(Session& session, std::string_view person_id, Timestamp now)
{
    const auto rows = session.prepared(R"sql(
        SELECT token_hash, person_id, csrf, address, created_at_ms, last_used_at_ms, expires_at_ms
        FROM sign_in WHERE person_id = ?1 AND expires_at_ms > ?2
        ORDER BY created_at_ms DESC, token_hash)sql");
    rows->bind(1, person_id).bind(2, to_ms(now));
    std::vector<SignInRow> found;
    while (rows->next())
        found.push_back(
            {std::string{rows->text(0)}, std::string{rows->text(1)}, std::string{rows->text(2)},
             std::string{rows->text(3)}, from_ms(rows->integer(4)), from_ms(rows->integer(5)),
             from_ms(rows->integer(6))});
    return found;
}

std::int64_t end_sign_ins(
    Session& session, std::string_view person_id, std::string_view kept_token_hash)
{
    const auto gone =
        session.prepared("DELETE FROM sign_in WHERE person_id = ?1 AND token_hash <> ?2");
    return gone->bind(1, person_id).bind(2, kept_token_hash).run();
}

Result<void> remove_sign_in(Session& session, std::string_view token_hash)
{
    const std::string wanted{token_hash};
    session.sql() << "DELETE FROM sign_in WHERE token_hash = :token", soci::use(wanted);
    return {};
}

} // namespace mimamori::collector::storage
