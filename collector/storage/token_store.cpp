#include "collector/storage/token_store.hpp"

#include "collector/storage/statement.hpp"

#include <fmt/format.h>

#include <utility>

namespace mimamori::collector::storage {
namespace {

std::optional<Timestamp> moment_at(const Statement& row, int column)
{
    if (row.is_null(column))
        return {};
    return from_ms(row.integer(column));
}

/// Reads the columns of table `api_token` and the person's name.
ApiToken token_at(const Statement& row)
{
    ApiToken token;
    token.no = row.integer(0);
    token.person_id = row.text(1);
    token.name = row.text(2);
    token.role = row.text(3);
    token.token_hash = row.text(4);
    token.hint = row.text(5);
    token.created_at = from_ms(row.integer(6));
    token.expires_at = from_ms(row.integer(7));
    token.last_used_at = moment_at(row, 8);
    token.last_used_from = row.text(9);
    token.revoked_at = moment_at(row, 10);
    token.person = row.text(11);
    return token;
}

std::vector<SiteId> sites_of(Session& session, std::int64_t no)
{
    const auto rows =
        session.prepared("SELECT site_id FROM api_token_site WHERE token_no = ?1 ORDER BY site_id");
    rows->bind(1, no);
    std::vector<SiteId> sites;
    while (rows->next())
        sites.emplace_back(std::string{rows->text(0)});
    return sites;
}

/// Sites of the token that are, or lie below, a site of its person.
std::vector<SiteId> sites_in_force(Session& session, std::int64_t no)
{
    const auto rows = session.prepared(R"sql(
        WITH RECURSIVE own (id) AS (
            SELECT p.site_id FROM person_site p JOIN api_token t ON t.person_id = p.person_id
            WHERE t.no = ?1
            UNION SELECT s.id FROM site s JOIN own ON s.parent_id = own.id)
        SELECT site_id FROM api_token_site WHERE token_no = ?1 AND site_id IN (SELECT id FROM own)
        ORDER BY site_id)sql");
    rows->bind(1, no);
    std::vector<SiteId> sites;
    while (rows->next())
        sites.emplace_back(std::string{rows->text(0)});
    return sites;
}

} // namespace

Result<void> add_token(Session& session, ApiToken& token)
{
    {
        const auto many = session.prepared(
            "SELECT count(*) FROM api_token WHERE person_id = ?1 AND revoked_at_ms IS NULL"
            " AND expires_at_ms > ?2");
        many->bind(1, token.person_id).bind(2, to_ms(token.created_at)).next();
        if (many->integer(0) >= tokens_of_person_max)
            return Error{
                Errc::conflict, fmt::format("there are {} tokens already", tokens_of_person_max)};
    }
    {
        const auto row = session.prepared(R"sql(
            INSERT INTO api_token (person_id, name, role, token_hash, hint, created_at_ms,
                                   expires_at_ms)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING no)sql");
        row->bind(1, token.person_id)
            .bind(2, token.name)
            .bind(3, token.role)
            .bind(4, token.token_hash)
            .bind(5, token.hint)
            .bind(6, to_ms(token.created_at))
            .bind(7, to_ms(token.expires_at));
        row->next();
        token.no = row->integer(0);
    }
    for (const SiteId& site : token.sites)
    {
        const auto added = session
                               .prepared("INSERT OR IGNORE INTO api_token_site (token_no, site_id)"
                                         " SELECT ?1, id FROM site WHERE id = ?2")
                               ->bind(1, token.no)
                               .bind(2, site.text())
                               .run();
        if (added == 0)
            return Error{Errc::invalid_input, "sites: no site, or twice: " + site.text()};
    }
    return {};
}

std::optional<ActiveToken> find_token(Session& session, std::string_view token_hash, Timestamp now)
{
    ActiveToken active;
    {
        const auto row = session.prepared(R"sql(
            SELECT t.*, p.name, p.role FROM api_token t JOIN person p ON p.id = t.person_id
            WHERE t.token_hash = ?1 AND t.expires_at_ms > ?2 AND t.revoked_at_ms IS NULL
              AND p.disabled = 0 AND p.barred = 0)sql");
        if (!row->bind(1, token_hash).bind(2, to_ms(now)).next())
            return {};
        active.token = token_at(*row);
        active.person_role = row->text(12);
    }
    active.sites = sites_in_force(session, active.token.no);
    return active;
}

void touch_token(Session& session, std::int64_t no, std::string_view address, Timestamp now)
{
    session
        .prepared("UPDATE api_token SET last_used_at_ms = ?2, last_used_from = ?3 WHERE no = ?1")
        ->bind(1, no)
        .bind(2, to_ms(now))
        .bind(3, address)
        .run();
}

std::vector<ApiToken> list_tokens(Session& session, std::string_view person)
{
    std::vector<ApiToken> tokens;
    {
        const auto rows = session.prepared(R"sql(
            SELECT t.*, p.name FROM api_token t JOIN person p ON p.id = t.person_id
            WHERE ?1 = '' OR p.name = ?1 ORDER BY t.no DESC)sql");
        rows->bind(1, person);
        while (rows->next())
            tokens.push_back(token_at(*rows));
    }
    for (ApiToken& token : tokens)
        token.sites = sites_of(session, token.no);
    return tokens;
}

Result<ApiToken> revoke_token(
    Session& session, std::int64_t no, std::string_view person, Timestamp now)
{
    std::optional<ApiToken> found;
    {
        const auto row = session.prepared(R"sql(
            SELECT t.*, p.name FROM api_token t JOIN person p ON p.id = t.person_id
            WHERE t.no = ?1 AND (?2 = '' OR p.name = ?2))sql");
        if (!row->bind(1, no).bind(2, person).next())
            return Error{Errc::not_found, fmt::format("no token {}", no)};
        found = token_at(*row);
    }
    if (found->revoked_at)
        return Error{Errc::conflict, "the token was revoked before"};
    session.prepared("UPDATE api_token SET revoked_at_ms = ?2 WHERE no = ?1")
        ->bind(1, no)
        .bind(2, to_ms(now))
        .run();
    found->revoked_at = now;
    return *found;
}

} // namespace mimamori::collector::storage
