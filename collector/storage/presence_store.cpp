#include "collector/storage/presence_store.hpp"

#include "collector/storage/statement.hpp"

namespace mimamori::collector::storage {

std::optional<DeviceSighting> find_sighting(Session& session, std::int64_t device_no)
{
    const auto row = session.prepared(R"sql(
        SELECT g.seen_ms, s.name
        FROM device_sighted g JOIN device_summary s ON s.device_no = g.by_device_no
        WHERE g.device_no = ?1
          AND (EXISTS (SELECT 1 FROM device_mac m
                       WHERE m.device_no = g.device_no
                         AND NOT EXISTS (SELECT 1 FROM device_mac o
                                         WHERE o.mac = m.mac AND o.device_no <> m.device_no))
               OR NOT EXISTS (SELECT 1 FROM device_mac m
                              WHERE m.device_no = g.device_no)))sql");
    if (!row->bind(1, device_no).next())
        return {};
    return DeviceSighting{from_ms(row->integer(0)), std::string{row->text(1)}};
}

bool put_sighting(
    Session& session,
    const DeviceId& device,
    const DeviceId& by,
    Timestamp seen_at,
    Timestamp heard_at)
{
    const auto put = session.prepared(R"sql(
        INSERT INTO device_sighted (device_no, seen_ms, by_device_no)
        SELECT d.no, ?3, b.no FROM device d, device b WHERE d.id = ?1 AND b.id = ?2
        ON CONFLICT (device_no) DO UPDATE
        SET seen_ms = excluded.seen_ms, by_device_no = excluded.by_device_no
        WHERE seen_ms <= ?4)sql");
    put->bind(1, device.text()).bind(2, by.text());
    return put->bind(3, to_ms(seen_at)).bind(4, to_ms(heard_at)).run() > 0;
}

std::vector<std::string> macs_to_look_for(
    Session& session, const DeviceId& device, Timestamp heard_at, std::size_t rows_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT m.mac FROM device d JOIN device_mac m ON m.device_no = d.no
        WHERE d.id = ?1
          AND NOT EXISTS (SELECT 1 FROM device_mac o
                          WHERE o.mac = m.mac AND o.device_no <> m.device_no)
          AND NOT EXISTS (SELECT 1 FROM device_sighted g
                          WHERE g.device_no = d.no AND g.seen_ms > ?2)
        ORDER BY m.mac LIMIT ?3)sql");
    rows->bind(1, device.text()).bind(2, to_ms(heard_at));
    rows->bind(3, static_cast<std::int64_t>(rows_max));
    std::vector<std::string> found;
    while (rows->next())
        found.emplace_back(rows->text(0));
    return found;
}

rules::UsualHours usual_hours_of(Session& session, std::int64_t device_no)
{
    const auto row = session.prepared("SELECT weeks FROM device_hours WHERE device_no = ?1");
    if (!row->bind(1, device_no).next())
        return {};
    return rules::UsualHours::from_text(row->text(0));
}

void note_hour(Session& session, std::int64_t agent_no, int hour_of_week, bool heard)
{
    std::int64_t device_no = 0;
    {
        const auto row = session.prepared("SELECT device_no FROM agent WHERE no = ?1");
        if (!row->bind(1, agent_no).next())
            return;
        device_no = row->integer(0);
    }
    rules::UsualHours hours = usual_hours_of(session, device_no);
    hours.observed(hour_of_week, heard);
    const std::string weeks = hours.to_text();
    session.prepared("INSERT OR REPLACE INTO device_hours (device_no, weeks) VALUES (?1, ?2)")
        ->bind(1, device_no)
        .bind(2, std::string_view{weeks})
        .run();
}

} // namespace mimamori::collector::storage
