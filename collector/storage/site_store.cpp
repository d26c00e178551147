#include "collector/storage/site_store.hpp"

#include "collector/storage/site_tree.hpp"
#include "collector/storage/statement.hpp"
#include "common/base/utf8.hpp"
#include "common/crypto/random.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mimamori::collector::storage {
namespace {

constexpr std::size_t name_bytes_max = 200;

SiteId parent_of(Session& session, const SiteId& id)
{
    const auto row = session.prepared("SELECT coalesce(parent_id, '') FROM site WHERE id = ?1");
    return row->bind(1, id.text()).next() ? SiteId{std::string{row->text(0)}} : SiteId{};
}

Result<void> check_name(Session& session, const Site& site)
{
    if (site.name.empty() || site.name.size() > name_bytes_max || for_log(site.name) != site.name)
        return Error{Errc::invalid_input, "name: 1 to 200 bytes of text"};
    const auto row = session.prepared(
        "SELECT 1 FROM site WHERE parent_id = ?1 AND name = ?2 COLLATE NOCASE AND id <> ?3");
    if (row->bind(1, site.parent.text()).bind(2, site.name).bind(3, site.id.text()).next())
        return Error{Errc::conflict, "there is a site of that name at that place"};
    return {};
}

/// How many levels there are below a site; a circle counts as too many.
std::size_t height_of(Session& session, const SiteId& id)
{
    const auto row = session.prepared(R"sql(
        WITH RECURSIVE below (id, depth) AS (
            SELECT ?1, 0
            UNION SELECT s.id, b.depth + 1 FROM site s JOIN below b ON s.parent_id = b.id
            WHERE b.depth < 100)
        SELECT max(depth) FROM below)sql");
    row->bind(1, id.text()).next();
    return static_cast<std::size_t>(row->integer(0));
}

/// Whether `site` may stand below its parent, with what is below it.
Result<void> check_place(Session& session, const Site& site)
{
    if (!has_site(session, site.parent))
        return Error{Errc::invalid_input, "parent: no such site"};
    const auto above = read_site_tree(session).above(site.parent);
    if (std::find(above.begin(), above.end(), site.id) != above.end())
        return Error{Errc::invalid_input, "parent: lies below the site itself"};
    // The root is no level, and the site is one.
    const std::size_t below = site.id.empty() ? 0 : height_of(session, site.id);
    if (above.size() + below > site_depth_max)
        return Error{Errc::invalid_input, fmt::format("parent: at most {} levels", site_depth_max)};
    return {};
}

} // namespace

std::vector<Site> list_site_tree(Session& session)
{
    const auto rows = session.prepared(R"sql(
        SELECT s.id, coalesce(s.parent_id, ''), s.name,
               (SELECT count(*) FROM device_summary d WHERE d.site_id = s.id AND d.class <> 'site')
        FROM site s ORDER BY s.parent_id IS NOT NULL, s.name, s.id)sql");
    std::vector<Site> sites;
    while (rows->next())
        sites.push_back(
            {SiteId{std::string{rows->text(0)}}, SiteId{std::string{rows->text(1)}},
             std::string{rows->text(2)}, rows->integer(3)});
    return sites;
}

std::string hospital_name(Session& session)
{
    const auto row = session.prepared("SELECT name FROM site WHERE parent_id IS NULL");
    return row->next() ? std::string{row->text(0)} : std::string{};
}

void take_hospital_name(Session& session, const std::string& name)
{
    // Who wrote it last is told by what was taken from the file: another name is people's.
    session
        .prepared(R"sql(
            UPDATE site SET name = ?1 WHERE parent_id IS NULL AND name = coalesce(
                (SELECT value FROM meta WHERE key = 'hospital_of_settings'), ''))sql")
        ->bind(1, name)
        .run();
    session
        .prepared("INSERT INTO meta (key, value) VALUES ('hospital_of_settings', ?1)"
                  " ON CONFLICT (key) DO UPDATE SET value = excluded.value")
        ->bind(1, name)
        .run();
}

bool has_site(Session& session, const SiteId& id)
{
    const auto row = session.prepared("SELECT 1 FROM site WHERE id = ?1");
    return row->bind(1, id.text()).next();
}

Result<void> add_site(Session& session, Site& site, Timestamp now)
{
    if (auto good = check_place(session, site); !good)
        return good;
    if (auto good = check_name(session, site); !good)
        return good;
    const auto many = session.prepared("SELECT count(*) FROM site");
    many->next();
    if (many->integer(0) >= sites_max)
        return Error{Errc::conflict, fmt::format("there are {} sites already", sites_max)};
    site.id = SiteId{crypto::random_id_text()};
    session
        .prepared("INSERT INTO site (id, parent_id, name, created_at_ms) VALUES (?1, ?2, ?3, ?4)")
        ->bind(1, site.id.text())
        .bind(2, site.parent.text())
        .bind(3, site.name)
        .bind(4, to_ms(now))
        .run();
    return {};
}

Result<void> change_site(Session& session, const Site& site)
{
    if (!has_site(session, site.id))
        return Error{Errc::not_found, "no site " + site.id.text()};
    const bool is_root = parent_of(session, site.id).empty();
    if (is_root && !site.parent.empty())
        return Error{Errc::invalid_input, "parent: the root has none"};
    if (!is_root)
        if (auto good = check_place(session, site); !good)
            return good;
    if (auto good = check_name(session, site); !good)
        return good;
    session.prepared("UPDATE site SET name = ?2, parent_id = nullif(?3, '') WHERE id = ?1")
        ->bind(1, site.id.text())
        .bind(2, site.name)
        .bind(3, site.parent.text())
        .run();
    return {};
}

Result<void> remove_site(Session& session, const SiteId& id)
{
    if (!has_site(session, id))
        return Error{Errc::not_found, "no site " + id.text()};
    const auto used = session.prepared(R"sql(
        SELECT EXISTS (SELECT 1 FROM site WHERE id = ?1 AND parent_id IS NULL)
            OR EXISTS (SELECT 1 FROM program_decision
                       WHERE scope = 'site' AND scope_value = ?1 AND ended_at_ms IS NULL))sql");
    used->bind(1, id.text()).next();
    if (used->integer(0) != 0)
        return Error{Errc::conflict, "the site is in use"};
    try
    {
        // What is only about the site itself goes with it.
        for (const char* own :
             {"DELETE FROM telling WHERE finding_no IN (SELECT f.no FROM finding f JOIN device d"
              " ON d.no = f.device_no WHERE d.site_id = ?1 AND d.class = 'site')",
              "DELETE FROM alert_queue WHERE finding_no IN (SELECT f.no FROM finding f"
              " JOIN device d ON d.no = f.device_no WHERE d.site_id = ?1 AND d.class = 'site')",
              "DELETE FROM finding_change WHERE finding_no IN (SELECT f.no FROM finding f"
              " JOIN device d ON d.no = f.device_no WHERE d.site_id = ?1 AND d.class = 'site')",
              "DELETE FROM finding WHERE device_no IN (SELECT no FROM device"
              " WHERE site_id = ?1 AND class = 'site')",
              "DELETE FROM device_summary WHERE site_id = ?1 AND class = 'site'",
              "DELETE FROM device WHERE site_id = ?1 AND class = 'site'",
              "DELETE FROM score_day WHERE site_id = ?1"})
            session.prepared(own)->bind(1, id.text()).run();
        session.prepared("DELETE FROM site WHERE id = ?1")->bind(1, id.text()).run();
    }
    catch (const StorageFailure& failure)
    {
        // Devices, keys, people and sites below refer to it.
        Error error = error_of(failure.code(), failure.message());
        if (error.code == Errc::conflict)
            return Error{Errc::conflict, "the site is in use"};
        return error;
    }
    return {};
}

} // namespace mimamori::collector::storage
