#include "collector/storage/month_store.hpp"

#include "collector/storage/audit_store.hpp"
#include "collector/storage/score_store.hpp"
#include "collector/storage/statement.hpp"
#include "collector/storage/update_list.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace mimamori::collector::storage {
namespace {

using findings::MonthReport;
using findings::MonthScore;
using std::chrono::days;
using std::chrono::year_month;

constexpr days history{91}; ///< Thirteen weeks.
constexpr std::int64_t waivers_told = 12;
constexpr auto fiscal_year_begins = std::chrono::April;

/// From its first moment to that of the next month.
struct Span
{
    Timestamp from{};
    Timestamp to{};
};

Date first_day(year_month month)
{
    return std::chrono::sys_days{month / std::chrono::day{1}};
}

Date last_day(year_month month)
{
    return first_day(month + std::chrono::months{1}) - days{1};
}

/// The last day of the fiscal year after the one that `day` lies in.
Date next_fiscal_year_end(Date day)
{
    const std::chrono::year_month_day at{day};
    const auto ends = at.year() + std::chrono::years{at.month() >= fiscal_year_begins ? 2 : 1};
    return first_day(ends / fiscal_year_begins) - days{1};
}

struct DayRow
{
    StateCounts counts;
    std::string name;
};

/// Each site on its newest day from `from` to `last`.
std::map<std::string, DayRow> sites_on(Session& session, Date from, Date last)
{
    const std::string first_text = to_iso_date(from);
    const std::string last_text = to_iso_date(last);
    const auto rows = session.prepared(R"sql(
        SELECT d.site_id, coalesce(t.name, ''), d.total, d.good, d.warning, d.action, d.silent,
               d.unknown, max(d.day)
        FROM score_day d LEFT JOIN site t ON t.id = d.site_id
        WHERE d.day >= ?1 AND d.day <= ?2 GROUP BY d.site_id)sql");
    rows->bind(1, first_text).bind(2, last_text);
    std::map<std::string, DayRow> found;
    while (rows->next())
    {
        DayRow& row = found[std::string{rows->text(0)}];
        row.name = rows->text(1);
        row.counts.total = rows->integer(2);
        row.counts.good = rows->integer(3);
        row.counts.warning = rows->integer(4);
        row.counts.action = rows->integer(5);
        row.counts.silent = rows->integer(6);
        row.counts.unknown = rows->integer(7);
    }
    return found;
}

/// Each site as it is now.
std::map<std::string, DayRow> sites_now(Session& session)
{
    std::map<std::string, DayRow> found;
    for (SiteScore& site : site_scores(session))
        if (site.counts.total > 0)
            found[site.site.text()] = {site.counts, std::move(site.name)};
    return found;
}

std::int64_t change_of(const MonthScore& site)
{
    return site.score && site.before ? *site.score - *site.before : 0;
}

void add_scores(Session& session, MonthReport& report)
{
    const auto now =
        report.complete ? sites_on(session, report.from, report.last) : sites_now(session);
    const auto before = sites_on(session, report.from - history, report.from - days{1});
    StateCounts all;
    StateCounts all_before;
    for (const auto& [site, row] : before)
        add(all_before, row.counts);
    for (const auto& [site, row] : now)
    {
        add(all, row.counts);
        MonthScore& one = report.sites.emplace_back();
        one.site = site;
        one.name = row.name;
        one.devices = row.counts.total;
        one.score = score_of(row.counts);
        if (const auto old = before.find(site); old != before.end())
            one.before = score_of(old->second.counts);
    }
    std::stable_sort(
        report.sites.begin(), report.sites.end(),
        [](const MonthScore& a, const MonthScore& b) { return change_of(a) < change_of(b); });
    report.all.devices = all.total;
    report.all.score = score_of(all);
    report.all.before = score_of(all_before);
    report.action = all.action;
    report.warning = all.warning;
    report.silent = all.silent;
    report.unknown = all.unknown;
    report.good = all.good;
    for (const DayScore& day : score_history(session, SiteId{"root"}, report.last - history))
    {
        const auto score = score_of(day.counts);
        const bool is_told = report.complete ? day.day <= report.last : day.day < report.last;
        if (score && is_told)
            report.days.push_back({day.day, *score});
    }
    if (!report.complete && report.all.score)
        report.days.push_back({report.last, *report.all.score});
}

void add_rules(Session& session, MonthReport& report, const Span& span)
{
    const auto rows = session.prepared(R"sql(
        SELECT rule, sum(opened_at_ms < ?1 AND (resolved_at_ms IS NULL OR resolved_at_ms >= ?1)),
               sum(opened_at_ms < ?2 AND (resolved_at_ms IS NULL OR resolved_at_ms >= ?2)
                   AND state <> 'waived'),
               sum(opened_at_ms >= ?1 AND opened_at_ms < ?2),
               sum(coalesce(resolved_at_ms >= ?1 AND resolved_at_ms < ?2, 0)),
               sum(coalesce(resolved_at_ms >= ?1 AND resolved_at_ms < ?2, 0)
                   AND resolved_by <> 'facts')
        FROM finding WHERE severity > 0 GROUP BY rule)sql");
    rows->bind(1, to_ms(span.from)).bind(2, to_ms(span.to));
    while (rows->next())
    {
        findings::MonthRule rule;
        rule.rule = rows->text(0);
        rule.before = rows->integer(1);
        rule.now = rows->integer(2);
        rule.opened = rows->integer(3);
        rule.resolved = rows->integer(4);
        report.opened += rule.opened;
        report.resolved += rule.resolved;
        report.resolved_by_people += rows->integer(5);
        if (rule.before + rule.now + rule.opened + rule.resolved > 0)
            report.rules.push_back(std::move(rule));
    }
    std::stable_sort(report.rules.begin(), report.rules.end(), [](const auto& a, const auto& b) {
        return a.now - a.before > b.now - b.before;
    });
}

void add_waivers(Session& session, MonthReport& report)
{
    const auto rows = session.prepared(R"sql(
        SELECT coalesce(s.name, ''), f.rule, f.reason, f.until_ms, count(*) OVER ()
        FROM finding f LEFT JOIN device_summary s ON s.device_no = f.device_no
        WHERE f.state = 'waived'
        ORDER BY f.until_ms IS NULL, f.until_ms, f.no LIMIT ?1)sql");
    rows->bind(1, waivers_told);
    while (rows->next())
    {
        findings::MonthWaiver& waiver = report.waivers.emplace_back();
        waiver.device = rows->text(0);
        waiver.rule = rows->text(1);
        waiver.reason = rows->text(2);
        if (!rows->is_null(3))
            waiver.until = from_ms(rows->integer(3));
        report.waivers_total = rows->integer(4);
    }
}

void add_support(Session& session, MonthReport& report)
{
    const Date by = next_fiscal_year_end(report.last);
    for (const SupportGroup& group : support_groups(session))
    {
        if (group.support == "unknown" || group.free_update || !group.until || *group.until > by)
            continue;
        const bool extended_only = group.support == "extended_only";
        const auto same =
            std::find_if(report.support.begin(), report.support.end(), [&](const auto& known) {
                return known.os == group.os && known.until == group.until
                       && known.extended_only == extended_only;
            });
        if (same == report.support.end())
            report.support.push_back({group.os, group.until, group.devices, extended_only});
        else
            same->devices += group.devices;
    }
}

} // namespace

std::optional<year_month> parse_month(std::string_view text)
{
    const auto day = parse_iso_date(std::string{text} + "-01");
    if (text.size() != 7 || !day || text.front() != '2')
        return {};
    const std::chrono::year_month_day parts{*day};
    return parts.year() / parts.month();
}

std::string to_text(year_month month)
{
    return to_iso_date(first_day(month)).substr(0, 7);
}

year_month month_of(Timestamp moment, std::chrono::minutes utc_offset)
{
    const std::chrono::year_month_day parts{
        std::chrono::floor<std::chrono::days>(moment + utc_offset)};
    return parts.year() / parts.month();
}

MonthReport compose_month(
    Session& session, year_month month, Timestamp now, std::chrono::minutes utc_offset)
{
    const Timestamp ends{first_day(month + std::chrono::months{1}) - utc_offset};
    const Span span{Timestamp{first_day(month) - utc_offset}, ends};
    MonthReport report;
    report.month = to_text(month);
    report.from = first_day(month);
    report.last =
        now >= ends ? last_day(month) : std::chrono::floor<std::chrono::days>(now + utc_offset);
    report.made_at = now;
    report.complete = now >= ends;
    add_scores(session, report);
    add_rules(session, report, span);
    add_waivers(session, report);
    add_support(session, report);
    if (const auto head = newest_change(session))
    {
        report.audit_no = head->no;
        report.audit_hash = head->hash;
    }
    return report;
}

void keep_month_if_due(Session& session, Timestamp now, std::chrono::minutes utc_offset)
{
    const year_month month = month_of(now, utc_offset) - std::chrono::months{1};
    const std::string name = to_text(month);
    {
        const auto kept = session.prepared(
            "SELECT 1 FROM month_report WHERE month = ?1 AND made_at_ms IS NOT NULL");
        if (kept->bind(1, name).next())
            return;
    }
    const MonthReport report = compose_month(session, month, now, utc_offset);
    if (report.days.empty() || report.days.back().day < report.from)
        return;
    const std::string body = wire::to_json<wire::Defaults::written>(report);
    session
        .prepared(R"sql(
        INSERT INTO month_report (month, made_at_ms, body) VALUES (?1, ?2, ?3)
        ON CONFLICT (month) DO UPDATE SET made_at_ms = ?2, body = ?3)sql")
        ->bind(1, name)
        .bind(2, to_ms(now))
        .bind(3, body)
        .run();
}

std::vector<std::string> list_months(Session& session)
{
    const auto rows = session.prepared(
        "SELECT month FROM month_report WHERE made_at_ms IS NOT NULL ORDER BY month DESC");
    std::vector<std::string> found;
    while (rows->next())
        found.emplace_back(rows->text(0));
    return found;
}

Result<KeptMonth> find_month(Session& session, year_month month)
{
    KeptMonth found;
    found.month = to_text(month);
    const auto row =
        session.prepared("SELECT body, comment, comment_by FROM month_report WHERE month = ?1");
    if (!row->bind(1, found.month).next())
        return found;
    found.comment = row->text(1);
    found.comment_by = row->text(2);
    if (row->text(0).empty())
        return found;
    auto report = wire::from_json<MonthReport>(row->text(0));
    if (!report)
        return Error{Errc::io, "report of " + found.month + ": " + report.error().message};
    found.report = std::move(*report);
    return found;
}

Result<void> put_month_comment(
    Session& session, year_month month, std::string_view comment, std::string_view who)
{
    if (comment.size() > month_comment_bytes_max)
        return Error{Errc::invalid_input, "comment: too long"};
    const std::string name = to_text(month);
    session
        .prepared(R"sql(
        INSERT INTO month_report (month, body, comment, comment_by) VALUES (?1, '', ?2, ?3)
        ON CONFLICT (month) DO UPDATE SET comment = ?2, comment_by = ?3)sql")
        ->bind(1, name)
        .bind(2, comment)
        .bind(3, who)
        .run();
    return {};
}

} // namespace mimamori::collector::storage
