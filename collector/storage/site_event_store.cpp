#include "collector/storage/site_event_store.hpp"

#include "collector/rules/evidence.hpp"
#include "collector/storage/statement.hpp"
#include "common/crypto/random.hpp"

#include <utility>

namespace mimamori::collector::storage {

namespace {

/// What every select of events begins with; `SiteEvent` in the order of its columns.
std::string select_events(std::string_view rest)
{
    std::string sql = R"sql(
        SELECT e.no, e.id, e.site_id, coalesce(s.name, ''), e.whole, e.began_at_ms, e.opened_at_ms,
               e.listed_at_ms, e.closed_at_ms, e.closed_by,
               (SELECT count(*) FROM site_event_member m WHERE m.event_no = e.no),
               (SELECT count(back_at_ms) FROM site_event_member m WHERE m.event_no = e.no),
               (SELECT max(back_at_ms) FROM site_event_member m WHERE m.event_no = e.no)
        FROM site_event e LEFT JOIN site s ON s.id = e.site_id )sql";
    return sql.append(rest);
}

std::optional<Timestamp> moment_at(const Statement& row, int column)
{
    if (row.is_null(column))
        return {};
    return from_ms(row.integer(column));
}

SiteEvent event_at(const Statement& row)
{
    SiteEvent event;
    event.no = row.integer(0);
    event.id = row.text(1);
    event.site = SiteId{std::string{row.text(2)}};
    event.site_name = row.text(3);
    event.whole = row.integer(4) != 0;
    event.began_at = from_ms(row.integer(5));
    event.opened_at = from_ms(row.integer(6));
    event.listed_at = moment_at(row, 7);
    event.closed_at = moment_at(row, 8);
    event.closed_by = row.text(9);
    event.devices = static_cast<std::uint32_t>(row.integer(10));
    event.back = static_cast<std::uint32_t>(row.integer(11));
    event.last_back_at = moment_at(row, 12);
    return event;
}

} // namespace

std::vector<Silence> fresh_silences(Session& session, Timestamp since)
{
    const auto rows = session.prepared(R"sql(
        SELECT f.device_no, d.site_id, f.opened_at_ms, f.evidence
        FROM finding f JOIN device d ON d.no = f.device_no
        WHERE f.rule = 'device_silent' AND f.state IN ('open', 'acknowledged')
          AND f.opened_at_ms >= ?1
          AND NOT EXISTS (
              SELECT 1 FROM site_event_member m JOIN site_event e ON e.no = m.event_no
              WHERE m.device_no = f.device_no AND m.back_at_ms IS NULL
                AND e.closed_at_ms IS NULL)
        ORDER BY f.opened_at_ms, f.device_no)sql");
    rows->bind(1, to_ms(since));
    std::vector<Silence> found;
    while (rows->next())
    {
        const auto evidence = rules::Evidence::from_json(rows->text(3));
        const std::string* what = evidence ? evidence->find("case") : nullptr;
        const std::string* heard = evidence ? evidence->find("last_seen_at") : nullptr;
        const auto heard_at = heard ? parse_rfc3339(*heard) : std::nullopt;
        if (!heard_at || (what && *what == "goodbye"))
            continue;
        found.push_back(
            {rows->integer(0), SiteId{std::string{rows->text(1)}}, from_ms(rows->integer(2)),
             *heard_at});
    }
    return found;
}

std::map<std::string, std::uint32_t, std::less<>> reporting_by_site(
    Session& session, Timestamp since)
{
    const auto rows = session.prepared(R"sql(
        SELECT site_id, count(*) FROM device_summary
        WHERE class = 'agent' AND stage = 'in_use' AND last_seen_ms >= ?1 GROUP BY site_id)sql");
    rows->bind(1, to_ms(since));
    std::map<std::string, std::uint32_t, std::less<>> found;
    while (rows->next())
        found.emplace(rows->text(0), static_cast<std::uint32_t>(rows->integer(1)));
    return found;
}

std::vector<SiteEvent> open_site_events(Session& session)
{
    static const std::string sql = select_events("WHERE e.closed_at_ms IS NULL ORDER BY e.no");
    const auto rows = session.prepared(sql.c_str());
    std::vector<SiteEvent> found;
    while (rows->next())
        found.push_back(event_at(*rows));
    return found;
}

std::vector<SiteEvent> list_site_events(
    Session& session, std::int64_t before_no, std::size_t rows_max)
{
    static const std::string sql =
        select_events("WHERE ?1 = 0 OR e.no < ?1 ORDER BY e.no DESC LIMIT ?2");
    const auto rows = session.prepared(sql.c_str());
    rows->bind(1, before_no).bind(2, static_cast<std::int64_t>(rows_max));
    std::vector<SiteEvent> found;
    while (rows->next())
        found.push_back(event_at(*rows));
    return found;
}

std::optional<SiteEvent> find_site_event(Session& session, std::string_view id)
{
    static const std::string sql = select_events("WHERE e.id = ?1");
    const auto row = session.prepared(sql.c_str());
    row->bind(1, id);
    if (!row->next())
        return {};
    return event_at(*row);
}

std::vector<SiteEventMember> site_event_members(
    Session& session, std::int64_t event_no, std::size_t rows_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT m.device_no, s.id, s.name, m.last_heard_ms, m.back_at_ms
        FROM site_event_member m JOIN device_summary s ON s.device_no = m.device_no
        WHERE m.event_no = ?1
        ORDER BY m.back_at_ms IS NOT NULL, s.name, s.device_no LIMIT ?2)sql");
    rows->bind(1, event_no).bind(2, static_cast<std::int64_t>(rows_max));
    std::vector<SiteEventMember> found;
    while (rows->next())
        found.push_back(
            {rows->integer(0), DeviceId{std::string{rows->text(1)}}, std::string{rows->text(2)},
             from_ms(rows->integer(3)), moment_at(*rows, 4)});
    return found;
}

void add_site_event(Session& session, SiteEvent& event)
{
    event.id = crypto::random_id_text();
    const auto row = session.prepared(R"sql(
        INSERT INTO site_event (id, site_id, whole, began_at_ms, opened_at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5) RETURNING no)sql");
    row->bind(1, event.id)
        .bind(2, event.site.text())
        .bind(3, std::int64_t{event.whole})
        .bind(4, to_ms(event.began_at))
        .bind(5, to_ms(event.opened_at))
        .next();
    event.no = row->integer(0);
}

void put_site_event_member(Session& session, std::int64_t event_no, const Silence& silence)
{
    session
        .prepared(R"sql(
        INSERT OR REPLACE INTO site_event_member (event_no, device_no, last_heard_ms)
        VALUES (?1, ?2, ?3))sql")
        ->bind(1, event_no)
        .bind(2, silence.device_no)
        .bind(3, to_ms(silence.last_heard_at))
        .run();
}

void set_site_event_back(
    Session& session, std::int64_t event_no, std::int64_t device_no, Timestamp at)
{
    session
        .prepared(
            "UPDATE site_event_member SET back_at_ms = ?3 WHERE event_no = ?1 AND device_no = ?2")
        ->bind(1, event_no)
        .bind(2, device_no)
        .bind(3, to_ms(at))
        .run();
}

void set_site_event_listed(Session& session, std::int64_t event_no, Timestamp now)
{
    session.prepared("UPDATE site_event SET listed_at_ms = ?2 WHERE no = ?1")
        ->bind(1, event_no)
        .bind(2, to_ms(now))
        .run();
}

Result<void> close_site_event(
    Session& session, std::string_view id, std::string_view who, Timestamp now)
{
    const auto event = find_site_event(session, id);
    if (!event)
        return Error{Errc::not_found, "no such event"};
    if (event->closed_at)
        return Error{Errc::conflict, "the event has ended"};
    session.prepared("UPDATE site_event SET closed_at_ms = ?2, closed_by = ?3 WHERE no = ?1")
        ->bind(1, event->no)
        .bind(2, to_ms(now))
        .bind(3, who)
        .run();
    session
        .prepared(R"sql(
        UPDATE telling SET due_ms = ?2
        WHERE state = 'held' AND finding_no IN (
            SELECT f.no FROM site_event_member m JOIN finding f ON f.device_no = m.device_no
            WHERE m.event_no = ?1 AND m.back_at_ms IS NULL AND f.rule = 'device_silent'))sql")
        ->bind(1, event->no)
        .bind(2, to_ms(now))
        .run();
    return {};
}

bool is_missing_in_event(Session& session, std::int64_t finding_no)
{
    const auto row = session.prepared(R"sql(
        SELECT EXISTS (
            SELECT 1 FROM finding f
            JOIN site_event_member m ON m.device_no = f.device_no AND m.back_at_ms IS NULL
            JOIN site_event e ON e.no = m.event_no AND e.closed_at_ms IS NULL
            WHERE f.no = ?1))sql");
    row->bind(1, finding_no).next();
    return row->integer(0) != 0;
}

std::vector<SiteId> sites_with_finding(Session& session, std::string_view rule)
{
    const auto rows = session.prepared(R"sql(
        SELECT DISTINCT d.site_id FROM finding f JOIN device d ON d.no = f.device_no
        WHERE f.rule = ?1 AND f.state <> 'resolved')sql");
    rows->bind(1, rule);
    std::vector<SiteId> found;
    while (rows->next())
        found.emplace_back(std::string{rows->text(0)});
    return found;
}

void forget_site_events(Session& session, Timestamp before)
{
    session.prepared("DELETE FROM site_event WHERE closed_at_ms < ?1")
        ->bind(1, to_ms(before))
        .run();
}

} // namespace mimamori::collector::storage
