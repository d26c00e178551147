#include "collector/storage/baseline_store.hpp"

#include "collector/storage/statement.hpp"
#include "common/wire/event.hpp"
#include "common/wire/json_reader.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace mimamori::collector::storage {

namespace {

template <class Enum>
std::string_view name_of(Enum value)
{
    return boost::describe::enum_to_string(value, "");
}

/// Ids of devices have no hyphen.
constexpr std::string_view site_prefix = "site-";

std::string id_of(const SiteId& site)
{
    return std::string{site_prefix} + site.text();
}

} // namespace

bool is_site_row(const DeviceId& device)
{
    return device.text().starts_with(site_prefix);
}

std::vector<rules::Sighting> sightings_of(
    Session& session, std::int64_t device_no, SightingKind kind)
{
    const auto rows = session.prepared(
        "SELECT value, first_seen_ms FROM sighting WHERE device_no = ?1 AND kind = ?2"
        " ORDER BY value");
    rows->bind(1, device_no).bind(2, name_of(kind));
    std::vector<rules::Sighting> found;
    while (rows->next())
        found.push_back({std::string{rows->text(0)}, from_ms(rows->integer(1))});
    return found;
}

void put_sighting(
    Session& session, std::int64_t device_no, SightingKind kind, const rules::Sighting& sighting)
{
    session
        .prepared("INSERT INTO sighting (device_no, kind, value, first_seen_ms)"
                  " VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")
        ->bind(1, device_no)
        .bind(2, name_of(kind))
        .bind(3, sighting.value)
        .bind(4, to_ms(sighting.first_seen_at))
        .run();
}

std::vector<std::int64_t> put_device_addresses(
    Session& session, std::int64_t device_no, const std::vector<std::string>& addresses)
{
    std::set<std::string> touched(addresses.begin(), addresses.end());
    {
        const auto rows =
            session.prepared("SELECT address FROM device_address WHERE device_no = ?1");
        rows->bind(1, device_no);
        while (rows->next())
            touched.emplace(rows->text(0));
    }
    session.prepared("DELETE FROM device_address WHERE device_no = ?1")->bind(1, device_no).run();
    for (const std::string& address : addresses)
    {
        session
            .prepared("INSERT INTO device_address (address, device_no) VALUES (?1, ?2)"
                      " ON CONFLICT DO NOTHING")
            ->bind(1, address)
            .bind(2, device_no)
            .run();
    }
    std::vector<std::int64_t> others;
    for (const std::string& address : touched)
    {
        const auto rows = session.prepared(
            "SELECT device_no FROM device_address WHERE address = ?1 AND device_no <> ?2 LIMIT 20");
        rows->bind(1, address).bind(2, device_no);
        while (rows->next())
            others.push_back(rows->integer(0));
    }
    return others;
}

std::vector<AddressRow> holders_of_addresses(
    Session& session, std::int64_t device_no, std::size_t rows_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT own.address, other.device_no, s.id, s.name, s.last_seen_ms
        FROM device_address own
        JOIN device_address other
          ON other.address = own.address AND other.device_no <> own.device_no
        JOIN device_summary s ON s.device_no = other.device_no
        WHERE own.device_no = ?1
          AND s.site_id = (SELECT site_id FROM device WHERE no = ?1)
        ORDER BY own.address, other.device_no LIMIT ?2)sql");
    rows->bind(1, device_no).bind(2, static_cast<std::int64_t>(rows_max));
    std::vector<AddressRow> found;
    while (rows->next())
    {
        AddressRow row;
        row.address = rows->text(0);
        row.device_no = rows->integer(1);
        row.device = DeviceId{std::string{rows->text(2)}};
        row.name = rows->text(3);
        if (!rows->is_null(4))
            row.last_seen_at = from_ms(rows->integer(4));
        found.push_back(std::move(row));
    }
    return found;
}

std::vector<rules::Detection> detections_of(
    Session& session, std::int64_t device_no, Timestamp since, std::size_t rows_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT received_at_ms, body FROM event
        WHERE device_no = ?1 AND kind = 'antivirus_detection' AND received_at_ms >= ?2
        ORDER BY no DESC LIMIT ?3)sql");
    rows->bind(1, device_no).bind(2, to_ms(since)).bind(3, static_cast<std::int64_t>(rows_max));
    std::vector<rules::Detection> found;
    while (rows->next())
    {
        rules::Detection detection{from_ms(rows->integer(0)), {}, {}};
        if (const auto event = wire::from_json<wire::Event>(rows->text(1)))
        {
            detection.text = event->text;
            if (event->antivirus)
                detection.product = event->antivirus->name;
        }
        found.push_back(std::move(detection));
    }
    std::reverse(found.begin(), found.end());
    return found;
}

std::optional<std::int64_t> find_site_row(Session& session, const SiteId& site)
{
    const std::string id = id_of(site);
    const auto row = session.prepared("SELECT no FROM device WHERE id = ?1 AND class = 'site'");
    if (!row->bind(1, id).next())
        return {};
    return row->integer(0);
}

Result<std::int64_t> site_row_no(Session& session, const SiteId& site, Timestamp now)
{
    if (const auto known = find_site_row(session, site))
        return *known;
    const std::string id = id_of(site);
    const auto made = session
                          .prepared(R"sql(
        INSERT INTO device (id, site_id, class, display_name, created_at_ms)
        SELECT ?1, id, 'site', CASE WHEN parent_id IS NULL THEN 'mimamori' ELSE name END, ?3
        FROM site WHERE id = ?2)sql")
                          ->bind(1, id)
                          .bind(2, site.text())
                          .bind(3, to_ms(now))
                          .run();
    if (made == 0)
        return Error{Errc::not_found, "no site " + site.text()};
    session
        .prepared(R"sql(
        INSERT INTO device_summary
            (device_no, id, site_id, class, name, hostname, domain, os, os_version, vendor, model,
             serial, addresses, macs, antivirus, agent_version, created_at_ms)
        SELECT no, id, site_id, class, display_name, '', '', '', '', '', '', '', '', '', '', '',
               created_at_ms
        FROM device WHERE id = ?1)sql")
        ->bind(1, id)
        .run();
    return *find_site_row(session, site);
}

} // namespace mimamori::collector::storage
