#include "collector/storage/person_store.hpp"

#include <cstdint>
#include <soci/soci.h>

namespace mimamori::collector::storage {
namespace {

// SOCI binds by reference, so everything it uses is a named variable.

struct PersonColumns
{
    std::string id, name, role, password;
    std::int64_t disabled{0}, created_at_ms{0}, password_set_at_ms{0};

    Person person() const
    {
        return {id,
                name,
                role,
                password,
                disabled != 0,
                from_ms(created_at_ms),
                from_ms(password_set_at_ms)};
    }
};

bool changed(soci::session& sql)
{
    std::int64_t rows = 0;
    sql << "SELECT changes()", soci::into(rows);
    return rows > 0;
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
    return {};
}

Result<std::optional<Person>> find_person(Session& session, std::string_view name)
{
    const std::string wanted{name};
    PersonColumns row;
    session.sql() << "SELECT id, name, role, password, disabled, created_at_ms, password_set_at_ms"
                     " FROM person WHERE name = :name",
        soci::use(wanted), soci::into(row.id), soci::into(row.name), soci::into(row.role),
        soci::into(row.password), soci::into(row.disabled), soci::into(row.created_at_ms),
        soci::into(row.password_set_at_ms);
    if (!session.sql().got_data())
        return std::optional<Person>{};
    return std::optional{row.person()};
}

Result<std::vector<Person>> list_people(Session& session)
{
    PersonColumns row;
    soci::statement statement =
        (session.sql().prepare << "SELECT id, name, role, password, disabled, created_at_ms,"
                                  " password_set_at_ms FROM person ORDER BY name",
         soci::into(row.id), soci::into(row.name), soci::into(row.role), soci::into(row.password),
         soci::into(row.disabled), soci::into(row.created_at_ms),
         soci::into(row.password_set_at_ms));
    statement.execute();
    std::vector<Person> people;
    while (statement.fetch())
        people.push_back(row.person());
    return people;
}

Result<void> set_password(
    Session& session, std::string_view name, std::string_view password, Timestamp now)
{
    const std::string wanted{name};
    const std::string hash{password};
    const std::int64_t now_ms = to_ms(now);
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

Result<void> set_disabled(Session& session, std::string_view name, bool disabled)
{
    const std::string wanted{name};
    const std::int64_t flag = disabled ? 1 : 0;
    session.sql() << "UPDATE person SET disabled = :flag WHERE name = :name", soci::use(flag),
        soci::use(wanted);
    if (!changed(session.sql()))
        return Error{Errc::not_found, "no person named " + wanted};
    if (disabled)
        session.sql() << "DELETE FROM sign_in WHERE person_id ="
                         " (SELECT id FROM person WHERE name = :name)",
            soci::use(wanted);
    return {};
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
                     " WHERE s.token_hash = :token AND s.expires_at_ms > :now AND p.disabled = 0",
        soci::use(wanted), soci::use(now_ms), soci::into(found.row.token_hash),
        soci::into(found.row.person_id), soci::into(found.row.csrf), soci::into(found.row.address),
        soci::into(created_at_ms), soci::into(last_used_at_ms), soci::into(expires_at_ms),
        soci::into(found.name), soci::into(found.role);
    if (!session.sql().got_data())
        return std::optional<ActiveSignIn>{};
    found.row.created_at = from_ms(created_at_ms);
    found.row.last_used_at = from_ms(last_used_at_ms);
    found.row.expires_at = from_ms(expires_at_ms);
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

Result<void> remove_sign_in(Session& session, std::string_view token_hash)
{
    const std::string wanted{token_hash};
    session.sql() << "DELETE FROM sign_in WHERE token_hash = :token", soci::use(wanted);
    return {};
}

Result<void> record_change(
    Session& session,
    std::string_view who,
    std::string_view action,
    std::string_view detail,
    Timestamp now)
{
    const std::string person{who};
    const std::string what{action};
    const std::string text{detail};
    const std::int64_t now_ms = to_ms(now);
    session.sql() << "INSERT INTO change_log (at_ms, who, action, detail)"
                     " VALUES (:now, :who, :action, :detail)",
        soci::use(now_ms), soci::use(person), soci::use(what), soci::use(text);
    return {};
}

} // namespace mimamori::collector::storage
