#include "collector/storage/alert_digest.hpp"

#include "collector/storage/statement.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::storage {

namespace {

void count_devices(
    Session& session,
    DigestCounts& counts,
    const std::function<bool(std::string_view site)>& within)
{
    const auto rows = session.prepared("SELECT site_id, count(*), sum(state = 'silent') FROM "
                                       "device_summary WHERE class NOT IN ('ledger', 'site')"
                                       " AND stage = 'in_use'"
                                       " GROUP BY site_id");
    while (rows->next())
    {
        if (!within(rows->text(0)))
            continue;
        counts.devices += static_cast<std::uint64_t>(rows->integer(1));
        counts.silent += static_cast<std::uint64_t>(rows->integer(2));
    }
}

void count_changes(
    Session& session,
    DigestCounts& counts,
    Timestamp since,
    const std::function<bool(std::string_view site)>& within)
{
    const auto rows = session.prepared(R"sql(
        SELECT coalesce(s.site_id, ''), sum(f.opened_at_ms > ?1),
               sum(coalesce(f.resolved_at_ms, 0) > ?1)
        FROM finding f LEFT JOIN device_summary s ON s.device_no = f.device_no
        WHERE f.opened_at_ms > ?1 OR f.resolved_at_ms > ?1
        GROUP BY 1)sql");
    rows->bind(1, to_ms(since));
    while (rows->next())
    {
        if (!within(rows->text(0)))
            continue;
        counts.opened += static_cast<std::uint64_t>(rows->integer(1));
        counts.resolved += static_cast<std::uint64_t>(rows->integer(2));
    }
}

DigestCounts::Line& line_of(DigestCounts& counts, std::string_view rule, rules::Severity severity)
{
    for (DigestCounts::Line& line : counts.open)
    {
        if (line.rule == rule && line.severity == severity)
            return line;
    }
    DigestCounts::Line line;
    line.rule = rule;
    line.severity = severity;
    counts.open.push_back(std::move(line));
    return counts.open.back();
}

} // namespace

DigestCounts digest_counts(
    Session& session, Timestamp since, const std::function<bool(std::string_view site)>& within)
{
    DigestCounts counts;
    count_devices(session, counts, within);
    count_changes(session, counts, since, within);
    const auto rows = session.prepared(R"sql(
        SELECT f.rule, f.severity, coalesce(s.site_id, ''), count(*), max(f.evidence)
        FROM finding f LEFT JOIN device_summary s ON s.device_no = f.device_no
        WHERE f.state IN ('open', 'acknowledged', 'snoozed')
        GROUP BY f.rule, f.severity, 3)sql");
    while (rows->next())
    {
        if (!within(rows->text(2)))
            continue;
        auto& line = line_of(counts, rows->text(0), static_cast<rules::Severity>(rows->integer(1)));
        line.findings += static_cast<std::uint64_t>(rows->integer(3));
        if (auto evidence = rules::Evidence::from_json(rows->text(4)))
            line.evidence = std::move(*evidence);
    }
    std::stable_sort(counts.open.begin(), counts.open.end(), [](const auto& a, const auto& b) {
        return std::pair{a.severity, a.findings} > std::pair{b.severity, b.findings};
    });
    return counts;
}

} // namespace mimamori::collector::storage
