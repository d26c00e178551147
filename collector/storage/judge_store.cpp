#include "collector/storage/judge_store.hpp"

#include "collector/storage/section_store.hpp"
#include "collector/storage/statement.hpp"
#include "common/wire/json_reader.hpp"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <utility>

namespace mimamori::collector::storage {

namespace {

/// Fills what the newest of the device's approved agents tells.
void read_agents(Session& session, JudgedDevice& device)
{
    const auto rows = session.prepared(R"sql(
        SELECT l.last_seen_ms, l.clock_offset_ms, l.stopped_reason, l.version, l.footprint
        FROM agent a LEFT JOIN agent_live l ON l.agent_no = a.no
        WHERE a.device_no = ?1 AND a.status = 'approved'
        ORDER BY l.last_seen_ms DESC NULLS LAST LIMIT 1)sql");
    if (!rows->bind(1, device.no).next())
        return;
    device.may_report = true;
    if (!rows->is_null(0))
        device.last_seen_at = from_ms(rows->integer(0));
    if (!rows->is_null(1))
        device.clock_offset_ms = rows->integer(1);
    if (!rows->is_null(2))
        device.stopped_reason = std::string{rows->text(2)};
    device.agent_version = rows->text(3);
    device.footprint = rows->text(4);
}

std::optional<std::string> day_text(const std::optional<Date>& day)
{
    return day ? std::optional{to_iso_date(*day)} : std::nullopt;
}

} // namespace

Result<JudgedDevice> judged_device(Session& session, const DeviceId& id)
{
    JudgedDevice device;
    {
        const auto row = session.prepared(R"sql(
            SELECT d.no, d.site_id, d.class, s.name, s.vendor, s.model, s.macs, d.created_at_ms,
                   d.cloned_since_ms, d.cloned_detail, s.state, s.open_action, s.open_warning,
                   s.open_info, s.unknown_rules, s.addresses, s.stage
            FROM device d JOIN device_summary s ON s.device_no = d.no WHERE d.id = ?1)sql");
        if (!row->bind(1, id.text()).next())
            return Error{Errc::not_found, "no device " + id.text()};
        device.no = row->integer(0);
        device.id = id;
        device.site = SiteId{std::string{row->text(1)}};
        device.device_class = row->text(2);
        device.name = row->text(3);
        device.vendor = row->text(4);
        device.model = row->text(5);
        device.macs = row->text(6);
        device.created_at = from_ms(row->integer(7));
        if (!row->is_null(8))
            device.cloned_since = from_ms(row->integer(8));
        device.cloned_detail = row->text(9);
        const auto count = [&row](int column) {
            return static_cast<std::uint32_t>(row->integer(column));
        };
        device.state = {std::string{row->text(10)}, count(11), count(12), count(13), count(14)};
        device.addresses = row->text(15);
        device.stage = row->text(16);
    }
    read_agents(session, device);
    return device;
}

std::vector<DeviceId> device_ids(Session& session, std::span<const std::int64_t> device_nos)
{
    std::vector<DeviceId> ids;
    for (const std::int64_t no : device_nos)
    {
        const auto row = session.prepared("SELECT id FROM device WHERE no = ?1");
        if (row->bind(1, no).next())
            ids.emplace_back(std::string{row->text(0)});
    }
    return ids;
}

std::array<std::int64_t, wire::section_count> current_bodies(
    Session& session, std::int64_t device_no)
{
    std::array<std::int64_t, wire::section_count> bodies{};
    const auto rows =
        session.prepared("SELECT section, body_no FROM section_current WHERE device_no = ?1");
    rows->bind(1, device_no);
    while (rows->next())
    {
        if (const auto index = wire::section_index(rows->text(0)))
            bodies[*index] = rows->integer(1);
    }
    return bodies;
}

std::vector<JudgedEvent> events_to_judge(
    Session& session, std::int64_t device_no, std::int64_t after_no, std::size_t rows_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT no, received_at_ms, kind, body FROM event
        WHERE device_no = ?1 AND no > ?2 AND kind IN ('process_first_seen', 'usb_attached')
        ORDER BY no LIMIT ?3)sql");
    rows->bind(1, device_no).bind(2, after_no).bind(3, static_cast<std::int64_t>(rows_max));
    std::vector<JudgedEvent> found;
    while (rows->next())
    {
        JudgedEvent judged{rows->integer(0), from_ms(rows->integer(1)), {}};
        if (auto event = wire::from_json<wire::Event>(rows->text(3)))
            judged.event = std::move(*event);
        boost::describe::enum_from_string(std::string{rows->text(2)}.c_str(), judged.event.kind);
        found.push_back(std::move(judged));
    }
    return found;
}

std::optional<JudgedRow> find_judged(Session& session, std::int64_t device_no)
{
    const auto row = session.prepared("SELECT * FROM judged WHERE device_no = ?1");
    if (!row->bind(1, device_no).next())
        return {};
    JudgedRow judged;
    judged.device_no = row->integer(0);
    judged.model_no = row->integer(1);
    judged.macs = row->text(2);
    judged.event_no = row->integer(3);
    judged.programs_body_no = row->integer(4);
    judged.usb_body_no = row->integer(5);
    judged.neighbours_body_no = row->integer(6);
    judged.programs_unread = row->text(7);
    judged.neighbours_unread = row->text(8);
    judged.programs_not_kept = static_cast<std::uint64_t>(row->integer(9));
    judged.strangers_not_kept = static_cast<std::uint64_t>(row->integer(10));
    judged.verdicts = row->text(11);
    judged.addresses = row->text(12);
    boost::describe::enum_from_string(std::string{row->text(13)}.c_str(), judged.updates.support);
    judged.updates.os = row->text(14);
    judged.updates.until = parse_iso_date(row->text(15));
    judged.updates.free_update = row->integer(16) != 0;
    judged.updates.patched_until = parse_iso_date(row->text(17));
    judged.listeners_body_no = row->integer(18);
    judged.services_body_no = row->integer(19);
    judged.peers_body_no = row->integer(20);
    judged.services_unread = row->text(21);
    judged.peers_unread = row->text(22);
    judged.items_unusual = row->integer(23) != 0;
    return judged;
}

void put_judged(Session& session, const JudgedRow& row)
{
    const rules::UpdateState& updates = row.updates;
    const std::string support = boost::describe::enum_to_string(updates.support, "unknown");
    const auto until = day_text(updates.until);
    const auto patched_until = day_text(updates.patched_until);
    session
        .prepared(R"sql(
        INSERT INTO judged (
            device_no, model_no, macs, event_no, programs_body_no, usb_body_no,
            neighbours_body_no, programs_unread, neighbours_unread, programs_not_kept,
            strangers_not_kept, verdicts, addresses, support, support_os, support_until,
            support_free, patched_until, listeners_body_no, services_body_no, peers_body_no,
            services_unread, peers_unread, items_unusual)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                ?18, ?19, ?20, ?21, ?22, ?23, ?24)
        ON CONFLICT (device_no) DO UPDATE SET
            model_no = excluded.model_no, macs = excluded.macs, event_no = excluded.event_no,
            programs_body_no = excluded.programs_body_no, usb_body_no = excluded.usb_body_no,
            neighbours_body_no = excluded.neighbours_body_no,
            programs_unread = excluded.programs_unread,
            neighbours_unread = excluded.neighbours_unread,
            programs_not_kept = excluded.programs_not_kept,
            strangers_not_kept = excluded.strangers_not_kept, verdicts = excluded.verdicts,
            addresses = excluded.addresses, support = excluded.support,
            support_os = excluded.support_os, support_until = excluded.support_until,
            support_free = excluded.support_free, patched_until = excluded.patched_until,
            listeners_body_no = excluded.listeners_body_no,
            services_body_no = excluded.services_body_no, peers_body_no = excluded.peers_body_no,
            services_unread = excluded.services_unread, peers_unread = excluded.peers_unread,
            items_unusual = excluded.items_unusual)sql")
        ->bind(1, row.device_no)
        .bind(2, row.model_no)
        .bind(3, row.macs)
        .bind(4, row.event_no)
        .bind(5, row.programs_body_no)
        .bind(6, row.usb_body_no)
        .bind(7, row.neighbours_body_no)
        .bind(8, row.programs_unread)
        .bind(9, row.neighbours_unread)
        .bind(10, static_cast<std::int64_t>(row.programs_not_kept))
        .bind(11, static_cast<std::int64_t>(row.strangers_not_kept))
        .bind(12, row.verdicts)
        .bind(13, row.addresses)
        .bind(14, support)
        .bind(15, updates.os)
        .bind(16, until)
        .bind(17, updates.free_update ? 1 : 0)
        .bind(18, patched_until)
        .bind(19, row.listeners_body_no)
        .bind(20, row.services_body_no)
        .bind(21, row.peers_body_no)
        .bind(22, row.services_unread)
        .bind(23, row.peers_unread)
        .bind(24, row.items_unusual ? 1 : 0)
        .run();
}

std::int64_t newest_event_no(Session& session, std::int64_t device_no)
{
    const auto row =
        session.prepared("SELECT coalesce(max(no), 0) FROM event WHERE device_no = ?1");
    row->bind(1, device_no).next();
    return row->integer(0);
}

void forget_neighbours_taken(Session& session)
{
    session.prepared("UPDATE judged SET neighbours_body_no = 0")->run();
}

SiteSize site_size(Session& session)
{
    const auto row = session.prepared("SELECT count(*), coalesce(min(created_at_ms), 0) FROM "
                                      "device WHERE class NOT IN ('ledger', 'site')");
    row->next();
    return {static_cast<std::uint32_t>(row->integer(0)), from_ms(row->integer(1))};
}

} // namespace mimamori::collector::storage
