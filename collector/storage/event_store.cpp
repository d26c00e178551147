#include "collector/storage/event_store.hpp"

#include "collector/storage/device_store.hpp"
#include "collector/storage/statement.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <limits>

namespace mimamori::collector::storage {

PackedEvent pack_event(wire::Event event)
{
    PackedEvent packed;
    packed.number = event.number;
    packed.at = event.at;
    packed.kind = boost::describe::enum_to_string(event.kind, "unknown");
    // Members with their default value are left out of the JSON.
    event.number = 0;
    event.at = {};
    event.kind = wire::EventKind::unknown;
    packed.body = wire::to_json(event);
    return packed;
}

void put_event(
    Session& session,
    std::int64_t stream_no,
    std::int64_t device_no,
    const PackedEvent& event,
    Timestamp received_at)
{
    const auto insert = session.prepared(R"sql(
        INSERT INTO event (stream_no, number, device_no, at_ms, received_at_ms, kind, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql");
    insert->bind(1, stream_no)
        .bind(2, static_cast<std::int64_t>(event.number))
        .bind(3, device_no)
        .bind(4, to_ms(event.at))
        .bind(5, to_ms(received_at))
        .bind(6, std::string_view{event.kind})
        .bind(7, std::string_view{event.body})
        .run();
}

bool put_lost(
    Session& session,
    std::int64_t stream_no,
    std::int64_t device_no,
    const wire::LostEvents& range,
    Timestamp received_at)
{
    const auto insert = session.prepared(R"sql(
        INSERT INTO lost_events (stream_no, first, last, device_no, count, since_ms, until_ms,
                                 received_at_ms, why)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING)sql");
    const auto added = insert->bind(1, stream_no)
                           .bind(2, static_cast<std::int64_t>(range.first))
                           .bind(3, static_cast<std::int64_t>(range.last))
                           .bind(4, device_no)
                           .bind(5, static_cast<std::int64_t>(range.count))
                           .bind(6, to_ms(range.since))
                           .bind(7, to_ms(range.until))
                           .bind(8, to_ms(received_at))
                           .bind(9, std::string_view{range.why})
                           .run();
    return added > 0;
}

std::optional<PackedEvent> find_event(
    Session& session, std::int64_t stream_no, std::uint64_t number)
{
    const auto row = session.prepared(
        "SELECT at_ms, kind, body FROM event WHERE stream_no = ?1 AND number = ?2");
    row->bind(1, stream_no).bind(2, static_cast<std::int64_t>(number));
    if (!row->next())
        return std::nullopt;
    return PackedEvent{
        number, from_ms(row->integer(0)), std::string{row->text(1)}, std::string{row->text(2)}};
}

bool all_stored(
    Session& session,
    std::int64_t stream_no,
    const std::vector<PackedEvent>& events,
    std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
    {
        const auto stored = find_event(session, stream_no, events[i].number);
        if (!stored || *stored != events[i])
            return false;
    }
    return true;
}

Result<StoredEvent> stored_event(const Statement& row)
{
    auto event = wire::from_json<wire::Event>(row.text(7));
    if (!event)
        return std::move(event).error().in("stored event");
    StoredEvent stored;
    stored.no = row.integer(0);
    stored.device = DeviceId{std::string{row.text(1)}};
    stored.stream_id = row.text(2);
    stored.received_at = from_ms(row.integer(3));
    stored.event = std::move(*event);
    stored.event.number = static_cast<std::uint64_t>(row.integer(4));
    stored.event.at = from_ms(row.integer(5));
    boost::describe::enum_from_string(std::string{row.text(6)}.c_str(), stored.event.kind);
    return stored;
}

Result<std::vector<StoredEvent>> list_events(Session& session, const EventQuery& query)
{
    const auto asked = device_no_of(session, query.device);
    if (!asked)
        return asked.error();
    const std::optional<std::int64_t> device_no = *asked;
    // Four texts, so that each uses its index; the plus keeps off the index by kind.
    const char* const text = device_no && query.kind.empty() ? R"sql(
            SELECT e.no, d.id, s.id, e.received_at_ms, e.number, e.at_ms, e.kind, e.body
            FROM event e JOIN device d ON d.no = e.device_no JOIN stream s ON s.no = e.stream_no
            WHERE e.no < ?1 AND e.device_no = ?3 ORDER BY e.no DESC LIMIT ?2)sql"
                             : device_no                     ? R"sql(
            SELECT e.no, d.id, s.id, e.received_at_ms, e.number, e.at_ms, e.kind, e.body
            FROM event e JOIN device d ON d.no = e.device_no JOIN stream s ON s.no = e.stream_no
            WHERE e.no < ?1 AND e.device_no = ?3 AND +e.kind = ?4 ORDER BY e.no DESC LIMIT ?2)sql"
                             : query.kind.empty()            ? R"sql(
            SELECT e.no, d.id, s.id, e.received_at_ms, e.number, e.at_ms, e.kind, e.body
            FROM event e JOIN device d ON d.no = e.device_no JOIN stream s ON s.no = e.stream_no
            WHERE e.no < ?1 ORDER BY e.no DESC LIMIT ?2)sql"
                                                             : R"sql(
            SELECT e.no, d.id, s.id, e.received_at_ms, e.number, e.at_ms, e.kind, e.body
            FROM event e JOIN device d ON d.no = e.device_no JOIN stream s ON s.no = e.stream_no
            WHERE e.no < ?1 AND e.kind = ?4 ORDER BY e.no DESC LIMIT ?2)sql";
    const auto rows = session.prepared(text);
    rows->bind(1, query.before_no.value_or(std::numeric_limits<std::int64_t>::max()))
        .bind(2, static_cast<std::int64_t>(query.count_max));
    if (device_no)
        rows->bind(3, *device_no);
    if (!query.kind.empty())
        rows->bind(4, std::string_view{query.kind});

    std::vector<StoredEvent> found;
    while (rows->next())
    {
        auto stored = stored_event(*rows);
        if (!stored)
            return std::move(stored).error();
        found.push_back(std::move(*stored));
    }
    return found;
}

std::size_t forget_events(Session& session, Timestamp before, std::size_t rows_max)
{
    // Numbers rise with the time of arrival, so the oldest are at the beginning.
    const auto gone = session.prepared(R"sql(
        DELETE FROM event WHERE no IN (
            SELECT no FROM (SELECT no, received_at_ms FROM event ORDER BY no LIMIT ?2)
            WHERE received_at_ms < ?1))sql");
    return static_cast<std::size_t>(
        gone->bind(1, to_ms(before)).bind(2, static_cast<std::int64_t>(rows_max)).run());
}

std::size_t forget_logons(Session& session, Timestamp before, std::size_t rows_max)
{
    const auto gone = session.prepared(R"sql(
        DELETE FROM event WHERE no IN (
            SELECT no FROM (SELECT no, received_at_ms FROM event
                            WHERE kind = 'logon' ORDER BY no LIMIT ?2)
            WHERE received_at_ms < ?1))sql");
    return static_cast<std::size_t>(
        gone->bind(1, to_ms(before)).bind(2, static_cast<std::int64_t>(rows_max)).run());
}

std::size_t forget_names(Session& session, Timestamp before, std::size_t rows_max)
{
    std::int64_t last = 0;
    std::int64_t looked_at = 0;
    {
        const auto row = session.prepared(R"sql(
            WITH looked AS (SELECT no, received_at_ms FROM event
                            WHERE no > coalesce((SELECT CAST(value AS INTEGER) FROM meta
                                                 WHERE key = 'names_forgotten'), 0)
                            ORDER BY no LIMIT ?2)
            SELECT coalesce(max(no), 0), count(*) FROM looked WHERE received_at_ms < ?1)sql");
        row->bind(1, to_ms(before)).bind(2, static_cast<std::int64_t>(rows_max)).next();
        last = row->integer(0);
        looked_at = row->integer(1);
    }
    if (looked_at == 0)
        return 0;
    session
        .prepared(R"sql(
        UPDATE event SET body = json_remove(body, '$.user', '$.program.user')
        WHERE no > coalesce((SELECT CAST(value AS INTEGER) FROM meta
                             WHERE key = 'names_forgotten'), 0)
          AND no <= ?1 AND instr(body, '"user"') > 0)sql")
        ->bind(1, last)
        .run();
    session
        .prepared("INSERT INTO meta (key, value) VALUES ('names_forgotten', CAST(?1 AS TEXT))"
                  " ON CONFLICT (key) DO UPDATE SET value = excluded.value")
        ->bind(1, last)
        .run();
    return static_cast<std::size_t>(looked_at);
}

} // namespace mimamori::collector::storage
