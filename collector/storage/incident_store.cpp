#include "collector/storage/incident_store.hpp"

#include "collector/storage/device_store.hpp"
#include "collector/storage/statement.hpp"

#include <array>
#include <chrono>
#include <utility>

namespace mimamori::collector::storage {
namespace {

/// How long incidents of one kind are counted in one row.
constexpr std::chrono::hours same_row{24};

constexpr std::array kinds{
    std::pair{IncidentKind::events_lost, std::string_view{"events_lost"}},
    std::pair{IncidentKind::sequence_gap, std::string_view{"sequence_gap"}},
    std::pair{IncidentKind::stream_went_back, std::string_view{"stream_went_back"}},
    std::pair{IncidentKind::content_differs, std::string_view{"content_differs"}},
    std::pair{IncidentKind::too_many_streams, std::string_view{"too_many_streams"}},
    std::pair{IncidentKind::device_cloned, std::string_view{"device_cloned"}},
};

IncidentKind kind_of(std::string_view text)
{
    for (const auto& [kind, name] : kinds)
    {
        if (name == text)
            return kind;
    }
    return IncidentKind::sequence_gap;
}

std::int64_t signed_of(std::uint64_t number)
{
    return static_cast<std::int64_t>(number);
}

std::uint64_t unsigned_of(std::int64_t number)
{
    return static_cast<std::uint64_t>(number);
}

} // namespace

std::string_view to_text(IncidentKind kind)
{
    for (const auto& [known, name] : kinds)
    {
        if (known == kind)
            return name;
    }
    return "unknown";
}

void add_incident(
    Session& session,
    std::int64_t device_no,
    std::int64_t agent_no,
    const NewIncident& incident,
    Timestamp now)
{
    const std::string_view kind = to_text(incident.kind);
    const auto counted = session.prepared(R"sql(
        UPDATE incident
        SET count = count + 1, last_at_ms = ?3, stream_id = ?4, detail = ?5, events = events + ?6
        WHERE no = (SELECT no FROM incident
                    WHERE device_no = ?1 AND kind = ?2 AND first_at_ms > ?7
                    ORDER BY last_at_ms DESC LIMIT 1))sql");
    const auto changed = counted->bind(1, device_no)
                             .bind(2, kind)
                             .bind(3, to_ms(now))
                             .bind(4, std::string_view{incident.stream_id})
                             .bind(5, std::string_view{incident.detail})
                             .bind(6, signed_of(incident.events))
                             .bind(7, to_ms(now - same_row))
                             .run();
    if (changed > 0)
        return;
    const auto insert = session.prepared(R"sql(
        INSERT INTO incident (device_no, agent_no, kind, stream_id, detail, events, first_at_ms,
                              last_at_ms, count)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1))sql");
    insert->bind(1, device_no)
        .bind(2, agent_no)
        .bind(3, kind)
        .bind(4, std::string_view{incident.stream_id})
        .bind(5, std::string_view{incident.detail})
        .bind(6, signed_of(incident.events))
        .bind(7, to_ms(now))
        .run();
}

Result<std::vector<Incident>> incidents_of(
    Session& session, const DeviceId& id, Timestamp since, std::size_t count_max)
{
    const auto device_no = device_no_of(session, id);
    if (!device_no)
        return device_no.error();
    const auto rows = session.prepared(R"sql(
        SELECT no, kind, stream_id, detail, events, first_at_ms, last_at_ms, count FROM incident
        WHERE device_no = ?1 AND last_at_ms >= ?2 ORDER BY last_at_ms DESC, no DESC LIMIT ?3)sql");
    rows->bind(1, *device_no).bind(2, to_ms(since)).bind(3, static_cast<std::int64_t>(count_max));
    std::vector<Incident> found;
    while (rows->next())
    {
        Incident& incident = found.emplace_back();
        incident.no = rows->integer(0);
        incident.kind = kind_of(rows->text(1));
        incident.stream_id = rows->text(2);
        incident.detail = rows->text(3);
        incident.events = unsigned_of(rows->integer(4));
        incident.first_at = from_ms(rows->integer(5));
        incident.last_at = from_ms(rows->integer(6));
        incident.count = unsigned_of(rows->integer(7));
    }
    return found;
}

Result<std::vector<LostRange>> lost_events_of(
    Session& session, const DeviceId& id, Timestamp since, std::size_t count_max)
{
    const auto device_no = device_no_of(session, id);
    if (!device_no)
        return device_no.error();
    const auto rows = session.prepared(R"sql(
        SELECT first, last, count, since_ms, until_ms, received_at_ms, why FROM lost_events
        WHERE device_no = ?1 AND received_at_ms >= ?2
        ORDER BY received_at_ms DESC, first DESC LIMIT ?3)sql");
    rows->bind(1, *device_no).bind(2, to_ms(since)).bind(3, static_cast<std::int64_t>(count_max));
    std::vector<LostRange> found;
    while (rows->next())
    {
        LostRange& range = found.emplace_back();
        range.first = unsigned_of(rows->integer(0));
        range.last = unsigned_of(rows->integer(1));
        range.count = unsigned_of(rows->integer(2));
        range.since = from_ms(rows->integer(3));
        range.until = from_ms(rows->integer(4));
        range.received_at = from_ms(rows->integer(5));
        range.why = rows->text(6);
    }
    return found;
}

std::size_t forget_incidents(Session& session, Timestamp before, std::size_t rows_max)
{
    const auto limit = static_cast<std::int64_t>(rows_max);
    const auto incidents =
        session.prepared("DELETE FROM incident WHERE no IN "
                         "(SELECT no FROM incident WHERE last_at_ms < ?1 LIMIT ?2)");
    std::int64_t gone = incidents->bind(1, to_ms(before)).bind(2, limit).run();
    const auto lost = session.prepared(
        "DELETE FROM lost_events WHERE (stream_no, first) IN "
        "(SELECT stream_no, first FROM lost_events WHERE received_at_ms < ?1 LIMIT ?2)");
    gone += lost->bind(1, to_ms(before)).bind(2, limit).run();
    return static_cast<std::size_t>(gone);
}

} // namespace mimamori::collector::storage
