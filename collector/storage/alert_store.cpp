#include "collector/storage/alert_store.hpp"

#include "collector/storage/statement.hpp"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <utility>

namespace mimamori::collector::storage {

namespace {

/// Reads the ten columns that name a finding and its device, which begin at column `from`.
AlertSubject subject_at(const Statement& row, int from)
{
    AlertSubject subject;
    subject.finding_no = row.integer(from);
    subject.finding_id = row.text(from + 1);
    subject.rule = row.text(from + 2);
    subject.severity = static_cast<rules::Severity>(row.integer(from + 3));
    boost::describe::enum_from_string(std::string{row.text(from + 4)}.c_str(), subject.state);
    if (auto evidence = rules::Evidence::from_json(row.text(from + 5)))
        subject.evidence = std::move(*evidence);
    subject.opened_at = from_ms(row.integer(from + 6));
    subject.device = DeviceId{std::string{row.text(from + 7)}};
    subject.device_name = row.text(from + 8);
    subject.site = SiteId{std::string{row.text(from + 9)}};
    return subject;
}

Telling telling_at(const Statement& row)
{
    Telling telling;
    telling.finding_no = row.integer(0);
    telling.route_no = row.integer(1);
    telling.state = row.text(2) == "told" ? TellingState::told : TellingState::held;
    telling.since = from_ms(row.integer(3));
    telling.repeated_at = from_ms(row.integer(4));
    telling.escalated = row.integer(5) != 0;
    if (!row.is_null(6))
        telling.due = from_ms(row.integer(6));
    return telling;
}

std::optional<Timestamp> moment_of(Session& session, const char* sql)
{
    const auto row = session.prepared(sql);
    if (!row->next() || row->is_null(0))
        return {};
    return from_ms(row->integer(0));
}

} // namespace

void put_alert(
    Session& session,
    findings::AlertKind kind,
    const findings::FindingRecord& record,
    Timestamp now)
{
    session
        .prepared("INSERT INTO alert_queue (kind, finding_no, decided_at_ms) VALUES (?1, ?2, ?3)")
        ->bind(1, boost::describe::enum_to_string(kind, "opened"))
        .bind(2, record.no)
        .bind(3, to_ms(now))
        .run();
}

std::optional<Timestamp> oldest_alert(Session& session)
{
    return moment_of(session, "SELECT min(decided_at_ms) FROM alert_queue");
}

std::vector<QueuedAlert> take_alerts(Session& session, std::size_t rows_max)
{
    std::int64_t last = 0;
    {
        const auto row = session.prepared(
            "SELECT max(no) FROM (SELECT no FROM alert_queue ORDER BY no LIMIT ?1)");
        row->bind(1, static_cast<std::int64_t>(rows_max));
        if (row->next() && !row->is_null(0))
            last = row->integer(0);
    }
    std::vector<QueuedAlert> taken;
    {
        const auto rows = session.prepared(R"sql(
            SELECT q.no, q.kind, q.decided_at_ms, f.no, f.id, f.rule, f.severity, f.state,
                   f.evidence, f.opened_at_ms,
                   iif(coalesce(s.class, 'site') = 'site', '', s.id), coalesce(s.name, ''),
                   coalesce(s.site_id, '')
            FROM alert_queue q JOIN finding f ON f.no = q.finding_no
                 LEFT JOIN device_summary s ON s.device_no = f.device_no
            WHERE q.no <= ?1 ORDER BY q.no)sql");
        rows->bind(1, last);
        while (rows->next())
        {
            QueuedAlert alert;
            alert.no = rows->integer(0);
            alert.kind = rows->text(1) == "resolved" ? findings::AlertKind::resolved
                                                     : findings::AlertKind::opened;
            alert.decided_at = from_ms(rows->integer(2));
            alert.subject = subject_at(*rows, 3);
            taken.push_back(std::move(alert));
        }
    }
    session.prepared("DELETE FROM alert_queue WHERE no <= ?1")->bind(1, last).run();
    return taken;
}

std::vector<Telling> tellings_of(Session& session, std::int64_t finding_no)
{
    const auto rows = session.prepared(R"sql(
        SELECT finding_no, route_no, state, since_ms, repeated_at_ms, escalated, due_ms
        FROM telling WHERE finding_no = ?1 ORDER BY route_no)sql");
    rows->bind(1, finding_no);
    std::vector<Telling> found;
    while (rows->next())
        found.push_back(telling_at(*rows));
    return found;
}

std::vector<DueTelling> due_tellings(Session& session, Timestamp now, std::size_t rows_max)
{
    // Twice: what was set just before midnight on a slow machine is not far ahead.
    const Timestamp too_far = now + 2 * telling_looked_at_every;
    const auto rows = session.prepared(R"sql(
        SELECT t.finding_no, t.route_no, t.state, t.since_ms, t.repeated_at_ms, t.escalated,
               t.due_ms, f.no, f.id, f.rule, f.severity, f.state, f.evidence, f.opened_at_ms,
               iif(coalesce(s.class, 'site') = 'site', '', s.id), coalesce(s.name, ''),
               coalesce(s.site_id, '')
        FROM telling t JOIN finding f ON f.no = t.finding_no
             LEFT JOIN device_summary s ON s.device_no = f.device_no
        WHERE t.due_ms <= ?1 OR t.due_ms > ?2
        ORDER BY t.due_ms LIMIT ?3)sql");
    rows->bind(1, to_ms(now)).bind(2, to_ms(too_far)).bind(3, static_cast<std::int64_t>(rows_max));
    std::vector<DueTelling> found;
    while (rows->next())
        found.push_back({telling_at(*rows), subject_at(*rows, 7)});
    return found;
}

std::optional<Timestamp> next_telling(Session& session)
{
    return moment_of(session, "SELECT min(due_ms) FROM telling WHERE due_ms IS NOT NULL");
}

void put_telling(Session& session, const Telling& telling)
{
    std::optional<std::int64_t> due_ms;
    if (telling.due)
        due_ms = to_ms(*telling.due);
    session
        .prepared(R"sql(
        INSERT OR REPLACE INTO telling (
            finding_no, route_no, state, since_ms, repeated_at_ms, escalated, due_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql")
        ->bind(1, telling.finding_no)
        .bind(2, telling.route_no)
        .bind(3, telling.state == TellingState::told ? "told" : "held")
        .bind(4, to_ms(telling.since))
        .bind(5, to_ms(telling.repeated_at))
        .bind(6, std::int64_t{telling.escalated})
        .bind(7, due_ms)
        .run();
}

void remove_telling(Session& session, const Telling& telling)
{
    session.prepared("DELETE FROM telling WHERE finding_no = ?1 AND route_no = ?2")
        ->bind(1, telling.finding_no)
        .bind(2, telling.route_no)
        .run();
}

std::optional<Timestamp> digest_composed(Session& session, std::int64_t digest_no)
{
    const auto row = session.prepared("SELECT composed_ms FROM digest_state WHERE digest_no = ?1");
    row->bind(1, digest_no);
    if (!row->next())
        return {};
    return from_ms(row->integer(0));
}

void set_digest_composed(Session& session, std::int64_t digest_no, Timestamp now)
{
    session
        .prepared("INSERT OR REPLACE INTO digest_state (digest_no, composed_ms) VALUES (?1, ?2)")
        ->bind(1, digest_no)
        .bind(2, to_ms(now))
        .run();
}

} // namespace mimamori::collector::storage
