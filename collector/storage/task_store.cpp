#include "collector/storage/task_store.hpp"

#include "collector/storage/statement.hpp"

namespace mimamori::collector::storage {

std::vector<Task> list_tasks(Session& session, std::string_view whose)
{
    const auto rows = session.prepared(R"sql(
        SELECT rule, max(severity) AS worst, count(*), count(DISTINCT device_no) AS devices,
               min(opened_at_ms)
        FROM finding
        WHERE CASE ?1 WHEN 'todo' THEN state IN ('open', 'acknowledged') AND severity > 0
                      WHEN 'active' THEN state <> 'resolved' ELSE state = ?1 END
        GROUP BY rule ORDER BY worst DESC, devices DESC, rule)sql");
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
          AND CASE ?2 WHEN 'todo' THEN f.state IN ('open', 'acknowledged') AND f.severity > 0
                      WHEN 'active' THEN f.state <> 'resolved' ELSE f.state = ?2 END
        GROUP BY s.device_no ORDER BY max(f.severity) DESC, s.name LIMIT ?3)sql");
    rows->bind(1, rule).bind(2, whose).bind(3, static_cast<std::int64_t>(rows_max));
    std::vector<std::string> names;
    while (rows->next())
        names.emplace_back(rows->text(0));
    return names;
}

StateCounts count_states_without(Session& session, const std::vector<std::string>& rules)
{
    // As the judge decides: collector/judge/evaluator.cpp, state_of.
    const auto rows = session.prepared(R"sql(
        SELECT CASE WHEN s.judged_at_ms IS NULL THEN 'unknown'
                    WHEN w.silent = 1 THEN 'silent' WHEN w.worst = 2 THEN 'action'
                    WHEN w.worst = 1 THEN 'warning' WHEN s.unknown_rules > 0 THEN 'unknown'
                    ELSE 'good' END AS state_then,
               count(*)
        FROM device_summary s LEFT JOIN (
            SELECT device_no, max(severity) AS worst, max(rule = 'device_silent') AS silent
            FROM finding
            WHERE state IN ('open', 'acknowledged', 'snoozed') AND rule NOT IN (?1, ?2, ?3)
            GROUP BY device_no) w ON w.device_no = s.device_no
        WHERE s.class <> 'site'
        GROUP BY state_then)sql");
    for (std::size_t i = 0; i < 3; ++i)
        rows->bind(static_cast<int>(i + 1), i < rules.size() ? std::string_view{rules[i]} : "");
    StateCounts counts;
    while (rows->next())
    {
        const std::string_view state = rows->text(0);
        const std::int64_t count = rows->integer(1);
        counts.total += count;
        std::int64_t& of_state = state == "good"      ? counts.good
                                 : state == "warning" ? counts.warning
                                 : state == "action"  ? counts.action
                                 : state == "silent"  ? counts.silent
                                                      : counts.unknown;
        of_state += count;
    }
    return counts;
}

} // namespace mimamori::collector::storage
