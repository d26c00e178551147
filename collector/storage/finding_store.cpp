#include "collector/storage/finding_store.hpp"

#include "collector/findings/conditions.hpp"
#include "collector/storage/statement.hpp"
#include "common/crypto/random.hpp"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <utility>

namespace mimamori::collector::storage {

namespace {

using findings::FindingRecord;
using findings::FindingState;

std::string_view name_of(FindingState state)
{
    return boost::describe::enum_to_string(state, "open");
}

std::optional<Timestamp> moment_at(const Statement& row, int column)
{
    if (row.is_null(column))
        return {};
    return from_ms(row.integer(column));
}

std::optional<Date> day_at(const Statement& row, int column)
{
    return row.is_null(column) ? std::nullopt : parse_iso_date(row.text(column));
}

/// Reads the columns of table `finding`, which begin at column `from`, in the order of the table.
FindingRecord record_at(const Statement& row, int from = 0)
{
    FindingRecord record;
    record.no = row.integer(from);
    record.id = row.text(from + 1);
    record.device_no = row.integer(from + 2);
    record.rule = row.text(from + 3);
    record.subject = row.text(from + 4);
    record.severity = static_cast<rules::Severity>(row.integer(from + 5));
    // Both were written by us; a damaged one shows as open and without evidence.
    boost::describe::enum_from_string(std::string{row.text(from + 6)}.c_str(), record.state);
    if (auto evidence = rules::Evidence::from_json(row.text(from + 7)))
        record.evidence = std::move(*evidence);
    record.data_date = day_at(row, from + 8);
    record.happened_at = moment_at(row, from + 9);
    record.first_seen_at = from_ms(row.integer(from + 10));
    record.opened_at = from_ms(row.integer(from + 11));
    record.last_seen_at = from_ms(row.integer(from + 12));
    record.resolved_at = moment_at(row, from + 13);
    record.resolved_by = row.text(from + 14);
    record.reopened = static_cast<std::uint32_t>(row.integer(from + 15));
    record.owner = row.text(from + 16);
    record.due = day_at(row, from + 17);
    record.until = moment_at(row, from + 18);
    record.reason = row.text(from + 19);
    record.alerted = row.integer(from + 20) != 0;
    record.conditions = findings::conditions_of_text(row.text(from + 21));
    record.approver = row.text(from + 22);
    record.waived_at = moment_at(row, from + 23);
    record.broken = row.text(from + 24);
    return record;
}

std::optional<std::int64_t> ms_of(const std::optional<Timestamp>& moment)
{
    if (!moment)
        return {};
    return to_ms(*moment);
}

std::optional<std::string> text_of(const std::optional<Date>& day)
{
    if (!day)
        return {};
    return to_iso_date(*day);
}

void insert_finding(Session& session, FindingRecord& record)
{
    record.id = crypto::random_id_text();
    const auto data_day = text_of(record.data_date);
    const auto due = text_of(record.due);
    const std::string evidence = record.evidence.to_json();
    const std::string conditions = findings::text_of_conditions(record.conditions);
    const auto row = session.prepared(R"sql(
        INSERT INTO finding (
            id, device_no, rule, subject, severity, state, evidence, data_day, happened_at_ms,
            first_seen_ms, opened_at_ms, last_seen_ms, resolved_at_ms, resolved_by, reopened,
            owner, due_day, until_ms, reason, alerted, conditions, approver, waived_at_ms, broken)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                ?19, ?20, ?21, ?22, ?23, ?24)
        RETURNING no)sql");
    row->bind(1, record.id)
        .bind(2, record.device_no)
        .bind(3, record.rule)
        .bind(4, record.subject)
        .bind(5, static_cast<std::int64_t>(record.severity))
        .bind(6, name_of(record.state))
        .bind(7, evidence)
        .bind(8, data_day)
        .bind(9, ms_of(record.happened_at))
        .bind(10, to_ms(record.first_seen_at))
        .bind(11, to_ms(record.opened_at))
        .bind(12, to_ms(record.last_seen_at))
        .bind(13, ms_of(record.resolved_at))
        .bind(14, record.resolved_by)
        .bind(15, std::int64_t{record.reopened})
        .bind(16, record.owner)
        .bind(17, due)
        .bind(18, ms_of(record.until))
        .bind(19, record.reason)
        .bind(20, std::int64_t{record.alerted ? 1 : 0})
        .bind(21, conditions)
        .bind(22, record.approver)
        .bind(23, ms_of(record.waived_at))
        .bind(24, record.broken);
    row->next();
    record.no = row->integer(0);
}

void update_finding(Session& session, const FindingRecord& record)
{
    const auto data_day = text_of(record.data_date);
    const auto due = text_of(record.due);
    const std::string evidence = record.evidence.to_json();
    const std::string conditions = findings::text_of_conditions(record.conditions);
    session
        .prepared(R"sql(
        UPDATE finding SET
            severity = ?2, state = ?3, evidence = ?4, data_day = ?5, happened_at_ms = ?6,
            opened_at_ms = ?7, last_seen_ms = ?8, resolved_at_ms = ?9, resolved_by = ?10,
            reopened = ?11, owner = ?12, due_day = ?13, until_ms = ?14, reason = ?15, alerted = ?16,
            conditions = ?17, approver = ?18, waived_at_ms = ?19, broken = ?20
        WHERE no = ?1)sql")
        ->bind(1, record.no)
        .bind(2, static_cast<std::int64_t>(record.severity))
        .bind(3, name_of(record.state))
        .bind(4, evidence)
        .bind(5, data_day)
        .bind(6, ms_of(record.happened_at))
        .bind(7, to_ms(record.opened_at))
        .bind(8, to_ms(record.last_seen_at))
        .bind(9, ms_of(record.resolved_at))
        .bind(10, record.resolved_by)
        .bind(11, std::int64_t{record.reopened})
        .bind(12, record.owner)
        .bind(13, due)
        .bind(14, ms_of(record.until))
        .bind(15, record.reason)
        .bind(16, std::int64_t{record.alerted ? 1 : 0})
        .bind(17, conditions)
        .bind(18, record.approver)
        .bind(19, ms_of(record.waived_at))
        .bind(20, record.broken)
        .run();
}

/// Binds what both list statements narrow by, as parameters 1 to 5.
} // namespace

ListedFinding listed_finding(const Statement& row)
{
    return {
        record_at(row, 3), DeviceId{std::string{row.text(0)}}, std::string{row.text(1)},
        std::string{row.text(2)}};
}

std::vector<FindingRecord> active_findings(Session& session, std::int64_t device_no)
{
    const auto rows = session.prepared(
        "SELECT * FROM finding WHERE device_no = ?1 AND state <> 'resolved' ORDER BY no");
    rows->bind(1, device_no);
    std::vector<FindingRecord> found;
    while (rows->next())
        found.push_back(record_at(*rows));
    return found;
}

std::optional<FindingRecord> find_finding(
    Session& session, std::int64_t device_no, std::string_view rule, std::string_view subject)
{
    const auto row = session.prepared(
        "SELECT * FROM finding WHERE device_no = ?1 AND rule = ?2 AND subject = ?3");
    if (!row->bind(1, device_no).bind(2, rule).bind(3, subject).next())
        return {};
    return record_at(*row);
}

std::optional<FindingRecord> find_finding(Session& session, std::string_view id)
{
    const auto row = session.prepared("SELECT * FROM finding WHERE id = ?1");
    if (!row->bind(1, id).next())
        return {};
    return record_at(*row);
}

void put_finding(Session& session, FindingRecord& record)
{
    if (record.no == 0)
        insert_finding(session, record);
    else
        update_finding(session, record);
}

void add_finding_event(Session& session, std::int64_t finding_no, const FindingEvent& event)
{
    session
        .prepared("INSERT INTO finding_change (finding_no, at_ms, what, who, note)"
                  " VALUES (?1, ?2, ?3, ?4, ?5)")
        ->bind(1, finding_no)
        .bind(2, to_ms(event.at))
        .bind(3, event.what)
        .bind(4, event.who)
        .bind(5, event.note)
        .run();
}

std::vector<FindingEvent> events_of_finding(
    Session& session, std::int64_t finding_no, std::size_t rows_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT at_ms, what, who, note FROM (
            SELECT * FROM finding_change WHERE finding_no = ?1 ORDER BY no DESC LIMIT ?2)
        ORDER BY no)sql");
    rows->bind(1, finding_no).bind(2, static_cast<std::int64_t>(rows_max));
    std::vector<FindingEvent> events;
    while (rows->next())
        events.push_back(
            {from_ms(rows->integer(0)), std::string{rows->text(1)}, std::string{rows->text(2)},
             std::string{rows->text(3)}});
    return events;
}

std::optional<ListedFinding> find_listed(Session& session, std::string_view id)
{
    const auto row = session.prepared(R"sql(
        SELECT s.id, s.name, s.site_id, f.*
        FROM finding f JOIN device_summary s ON s.device_no = f.device_no WHERE f.id = ?1)sql");
    if (!row->bind(1, id).next())
        return {};
    return listed_finding(*row);
}

std::vector<RecentFindings> recent_findings(Session& session, std::size_t rows_max)
{
    constexpr std::int64_t looked_at = 500;
    const auto rows = session.prepared(R"sql(
        SELECT s.id, s.name, s.site_id, f.*
        FROM finding f JOIN device_summary s ON s.device_no = f.device_no
        ORDER BY max(f.opened_at_ms, coalesce(f.resolved_at_ms, 0)) DESC, f.no DESC LIMIT ?1)sql");
    rows->bind(1, looked_at);
    std::vector<RecentFindings> found;
    while (rows->next())
    {
        ListedFinding finding = listed_finding(*rows);
        const auto& record = finding.record;
        const auto alike =
            std::find_if(found.begin(), found.end(), [&record](const RecentFindings& recent) {
                const auto& newest = recent.newest.record;
                return newest.rule == record.rule
                       && newest.resolved_at.has_value() == record.resolved_at.has_value();
            });
        if (alike != found.end())
            ++alike->count;
        else if (found.size() < rows_max)
            found.push_back({std::move(finding), 1});
    }
    return found;
}

} // namespace mimamori::collector::storage
