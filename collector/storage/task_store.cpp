#include "collector/storage/task_store.hpp"

#include "collector/storage/statement.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace mimamori::collector::storage {

namespace {

std::int64_t half_points_of(std::string_view state)
{
    return state == "good" ? 2 : state == "warning" ? 1 : 0;
}

} // namespace

std::vector<Task> list_tasks(Session& session, std::string_view whose)
{
    const auto rows = session.prepared(R"sql(
        SELECT rule, max(severity) AS worst, count(*), count(DISTINCT device_no) AS devices,
               min(opened_at_ms)
        FROM finding
        WHERE CASE ?1 WHEN 'todo' THEN state IN ('open', 'acknowledged')
                      WHEN 'active' THEN state <> 'resolved' ELSE state = ?1 END
        GROUP BY rule HAVING ?1 <> 'todo' OR worst > 0
        ORDER BY worst DESC, devices DESC, rule)sql");
    rows->bind(1, whose);
    std::vector<Task> tasks;
    while (rows->next())
        tasks.push_back(
            {std::string{rows->text(0)}, static_cast<rules::Severity>(rows->integer(1)),
             rows->integer(2), rows->integer(3), from_ms(rows->integer(4))});
    return tasks;
}

std::vector<std::string> devices_of_task(
    Session& session, std::string_view rule, std::string_view whose, std::size_t rows_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT s.name
        FROM finding f JOIN device_summary s ON s.device_no = f.device_no
        WHERE f.rule = ?1
          AND CASE ?2 WHEN 'todo' THEN f.state IN ('open', 'acknowledged')
                      WHEN 'active' THEN f.state <> 'resolved' ELSE f.state = ?2 END
        GROUP BY s.device_no ORDER BY max(f.severity) DESC, s.name LIMIT ?3)sql");
    rows->bind(1, rule).bind(2, whose).bind(3, static_cast<std::int64_t>(rows_max));
    std::vector<std::string> names;
    while (rows->next())
        names.emplace_back(rows->text(0));
    return names;
}

TaskShare share_of_task(
    Session& session, std::string_view rule, std::string_view whose, std::size_t names_max)
{
    TaskShare share;
    std::string due;
    {
        const auto rows = session.prepared(R"sql(
            SELECT owner, count(*) AS findings, coalesce(min(due_day), '')
            FROM finding
            WHERE rule = ?1
              AND CASE ?2 WHEN 'todo' THEN state IN ('open', 'acknowledged')
                          WHEN 'active' THEN state <> 'resolved' ELSE state = ?2 END
            GROUP BY owner ORDER BY findings DESC, owner)sql");
        rows->bind(1, rule).bind(2, whose);
        while (rows->next())
        {
            const std::string_view day = rows->text(2);
            if (!day.empty() && (due.empty() || day < due))
                due = day;
            if (rows->text(0).empty())
            {
                share.unowned = rows->integer(1);
                continue;
            }
            ++share.owners_total;
            if (share.owners.size() < names_max)
                share.owners.emplace_back(rows->text(0));
        }
    }
    share.due = parse_iso_date(due);
    const auto rows = session.prepared(R"sql(
        SELECT coalesce(t.name, ''), count(DISTINCT f.device_no) AS devices
        FROM finding f JOIN device_summary s ON s.device_no = f.device_no
        LEFT JOIN site t ON t.id = s.site_id
        WHERE f.rule = ?1
          AND CASE ?2 WHEN 'todo' THEN f.state IN ('open', 'acknowledged')
                      WHEN 'active' THEN f.state <> 'resolved' ELSE f.state = ?2 END
        GROUP BY s.site_id ORDER BY devices DESC, t.name, s.site_id)sql");
    rows->bind(1, rule).bind(2, whose);
    while (rows->next())
    {
        ++share.sites_total;
        if (share.sites.size() < names_max)
            share.sites.push_back({std::string{rows->text(0)}, rows->integer(1)});
    }
    return share;
}

TaskBoard::TaskBoard(Session& session)
{
    // Every device, with the worst finding of each rule that counts; one row without any.
    const auto rows = session.prepared(R"sql(
        SELECT s.device_no, s.judged_at_ms IS NOT NULL, s.unknown_rules > 0, f.rule,
               max(f.severity)
        FROM device_summary s
        LEFT JOIN finding f
          ON f.device_no = s.device_no AND f.state IN ('open', 'acknowledged', 'snoozed')
        WHERE s.class NOT IN ('ledger', 'site') AND s.stage = 'in_use'
        GROUP BY s.device_no, f.rule ORDER BY s.device_no)sql");
    std::int64_t device_no = 0;
    while (rows->next())
    {
        if (device_no != rows->integer(0))
            devices_.push_back({rows->integer(1) != 0, rows->integer(2) != 0, {}});
        device_no = rows->integer(0);
        if (!rows->is_null(3))
            devices_.back().findings.emplace_back(index_of(rows->text(3)), rows->integer(4));
    }
}

std::size_t TaskBoard::index_of(std::string_view rule)
{
    const auto known = std::find(rules_.begin(), rules_.end(), rule);
    if (known == rules_.end())
        rules_.emplace_back(rule);
    else
        return static_cast<std::size_t>(known - rules_.begin());
    return rules_.size() - 1;
}

std::string_view TaskBoard::state_without(const Device& device, const std::vector<bool>& gone) const
{
    // As the judge decides: collector/judge/evaluator.cpp, state_of.
    if (!device.judged)
        return "unknown";
    std::int64_t worst = -1;
    for (const auto& [rule, severity] : device.findings)
    {
        if (gone[rule])
            continue;
        if (rules_[rule] == "device_silent")
            return "silent";
        worst = std::max(worst, severity);
    }
    if (worst >= 2)
        return "action";
    if (worst == 1)
        return "warning";
    return device.any_unknown ? "unknown" : "good";
}

std::map<std::string, std::int64_t> TaskBoard::half_points() const
{
    std::map<std::string, std::int64_t> gains;
    std::vector<bool> gone(rules_.size(), false);
    for (const Device& device : devices_)
    {
        const std::int64_t now = half_points_of(state_without(device, gone));
        for (const auto& [rule, severity] : device.findings)
        {
            gone[rule] = true;
            const std::int64_t then = half_points_of(state_without(device, gone));
            gone[rule] = false;
            if (then > now)
                gains[rules_[rule]] += then - now;
        }
    }
    return gains;
}

StateCounts TaskBoard::counts_without(const std::vector<std::string>& rules) const
{
    std::vector<bool> gone(rules_.size(), false);
    for (std::size_t i = 0; i < rules_.size(); ++i)
        gone[i] = std::find(rules.begin(), rules.end(), rules_[i]) != rules.end();
    StateCounts counts;
    for (const Device& device : devices_)
        add_to(counts, state_without(device, gone), 1);
    return counts;
}

} // namespace mimamori::collector::storage
