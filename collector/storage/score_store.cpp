#include "collector/storage/score_store.hpp"

#include "collector/storage/site_counts.hpp"
#include "collector/storage/statement.hpp"

#include <map>
#include <set>
#include <utility>

namespace mimamori::collector::storage {

namespace {

/// Adds the site at `at` and all below it to `sum`.
void add_below(
    const std::vector<SiteScore>& scores,
    const SiteId& at,
    SiteScore& sum,
    std::set<std::string>& counted)
{
    if (!counted.insert(at.text()).second)
        return;
    for (const SiteScore& score : scores)
    {
        if (score.site == at)
        {
            add(sum.counts, score.counts);
            sum.waived += score.waived;
        }
        else if (score.parent == at)
            add_below(scores, score.site, sum, counted);
    }
}

/// A state that came and went within the day leaves a row that says the same as the one before.
void keep_devices(Session& session, const std::string& of_day)
{
    session
        .prepared(R"sql(
        INSERT INTO device_day (device_no, day, state)
        SELECT now.device_no, ?1, now.state
        FROM (SELECT device_no, CASE stage WHEN 'in_use' THEN state ELSE 'none' END AS state
              FROM device_summary WHERE class NOT IN ('ledger', 'site')) now
        WHERE now.state IS NOT (SELECT kept.state FROM device_day kept
                                WHERE kept.device_no = now.device_no AND kept.day <= ?1
                                ORDER BY kept.day DESC LIMIT 1)
        ON CONFLICT (device_no, day) DO UPDATE SET state = excluded.state)sql")
        ->bind(1, of_day)
        .run();
}

} // namespace

std::optional<std::int64_t> score_of(const StateCounts& counts)
{
    if (counts.total == 0)
        return {};
    return (2 * counts.good + counts.warning) * 50 / counts.total;
}

std::int64_t score_of(std::string_view state)
{
    StateCounts one;
    add_to(one, state, 1);
    return *score_of(one);
}

void add(StateCounts& sum, const StateCounts& more)
{
    sum.total += more.total;
    sum.good += more.good;
    sum.warning += more.warning;
    sum.action += more.action;
    sum.silent += more.silent;
    sum.unknown += more.unknown;
}

std::vector<SiteScore> site_scores(Session& session)
{
    std::vector<SiteScore> scores;
    std::map<std::string, std::size_t> by_site;
    {
        const auto rows = session.prepared("SELECT id, coalesce(parent_id, ''), name FROM site"
                                           " ORDER BY parent_id IS NOT NULL, name, id");
        while (rows->next())
        {
            by_site.emplace(rows->text(0), scores.size());
            SiteScore score;
            score.site = SiteId{std::string{rows->text(0)}};
            score.parent = SiteId{std::string{rows->text(1)}};
            score.name = rows->text(2);
            scores.push_back(std::move(score));
        }
    }
    {
        const auto rows =
            session.prepared("SELECT site_id, state, count(*) FROM device_summary"
                             " WHERE class NOT IN ('ledger', 'site') AND stage = 'in_use'"
                             " GROUP BY site_id, state");
        while (rows->next())
            add_to(
                scores[by_site.at(std::string{rows->text(0)})].counts, rows->text(1),
                rows->integer(2));
    }
    for (const auto& [site, devices] : waived_by_site(session))
        scores[by_site.at(site)].waived = devices;
    return scores;
}

std::vector<SiteScore> with_those_below(const std::vector<SiteScore>& scores)
{
    std::vector<SiteScore> sums;
    for (const SiteScore& score : scores)
    {
        SiteScore sum{score.site, score.parent, score.name, {}, 0};
        std::set<std::string> counted;
        add_below(scores, score.site, sum, counted);
        sums.push_back(std::move(sum));
    }
    return sums;
}

void keep_scores(Session& session, Date day)
{
    const std::string of_day = to_iso_date(day);
    keep_devices(session, of_day);
    for (const SiteScore& score : site_scores(session))
    {
        if (score.counts.total == 0)
            continue;
        session
            .prepared(R"sql(
            INSERT OR REPLACE INTO score_day
                (day, site_id, total, good, warning, action, silent, unknown, waived)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))sql")
            ->bind(1, of_day)
            .bind(2, score.site.text())
            .bind(3, score.counts.total)
            .bind(4, score.counts.good)
            .bind(5, score.counts.warning)
            .bind(6, score.counts.action)
            .bind(7, score.counts.silent)
            .bind(8, score.counts.unknown)
            .bind(9, score.waived)
            .run();
    }
}

std::map<std::string, StateCounts> scores_before(Session& session, Date earliest, Date latest)
{
    const std::string from = to_iso_date(earliest);
    const std::string to = to_iso_date(latest);
    const auto rows = session.prepared(R"sql(
        SELECT site_id, total, good, warning, action, silent, unknown FROM score_day
        WHERE day = (SELECT max(day) FROM score_day WHERE day BETWEEN ?1 AND ?2))sql");
    rows->bind(1, from).bind(2, to);
    std::map<std::string, StateCounts> found;
    while (rows->next())
    {
        StateCounts& counts = found[std::string{rows->text(0)}];
        counts.total = rows->integer(1);
        counts.good = rows->integer(2);
        counts.warning = rows->integer(3);
        counts.action = rows->integer(4);
        counts.silent = rows->integer(5);
        counts.unknown = rows->integer(6);
    }
    return found;
}

std::vector<DayScore> score_history(Session& session, const SiteId& site, Date since)
{
    const std::string from = to_iso_date(since);
    const auto rows = session.prepared(R"sql(
        WITH RECURSIVE below (id) AS (
            SELECT ?1 UNION SELECT site.id FROM site JOIN below ON site.parent_id = below.id)
        SELECT day, sum(total), sum(good), sum(warning), sum(action), sum(silent), sum(unknown),
               sum(waived)
        FROM score_day WHERE site_id IN (SELECT id FROM below) AND day >= ?2
        GROUP BY day ORDER BY day)sql");
    rows->bind(1, site.text()).bind(2, from);
    std::vector<DayScore> found;
    while (rows->next())
    {
        const auto day = parse_iso_date(rows->text(0));
        if (!day)
            continue;
        DayScore score;
        score.day = *day;
        score.counts.total = rows->integer(1);
        score.counts.good = rows->integer(2);
        score.counts.warning = rows->integer(3);
        score.counts.action = rows->integer(4);
        score.counts.silent = rows->integer(5);
        score.counts.unknown = rows->integer(6);
        score.waived = rows->integer(7);
        found.push_back(score);
    }
    return found;
}

std::vector<DeviceDay> device_score_history(
    Session& session, std::int64_t device_no, Date since, Date today)
{
    const std::string from = to_iso_date(since);
    const auto rows = session.prepared(R"sql(
        SELECT day, state FROM device_day
        WHERE device_no = ?1
          AND day >= coalesce((SELECT max(day) FROM device_day WHERE device_no = ?1 AND day <= ?2),
                              ?2)
        ORDER BY day)sql");
    rows->bind(1, device_no).bind(2, from);
    std::vector<DeviceDay> kept;
    while (rows->next())
    {
        if (const auto day = parse_iso_date(rows->text(0)))
            kept.push_back({*day, std::string{rows->text(1)}});
    }
    std::vector<DeviceDay> found;
    std::size_t next = 0;
    std::string state = "none";
    for (Date day = since; day <= today; day += std::chrono::days{1})
    {
        for (; next < kept.size() && kept[next].day <= day; ++next)
            state = kept[next].state == "info" ? "good" : kept[next].state;
        if (state != "none")
            found.push_back({day, state});
    }
    return found;
}

} // namespace mimamori::collector::storage
