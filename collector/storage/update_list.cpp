#include "collector/storage/update_list.hpp"

#include "collector/storage/device_list.hpp"
#include "collector/storage/list_page.hpp"
#include "collector/storage/statement.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace mimamori::collector::storage {
namespace {

constexpr std::int64_t price_most = 100'000'000;
constexpr std::size_t os_name_max = 200;

constexpr std::string_view row_sql = R"sql(
    SELECT s.id, s.name, s.site_id, s.model, coalesce(nullif(j.support_os, ''), s.os),
           coalesce(j.support, 'unknown'), j.support_until, coalesce(j.support_free, 0),
           s.antivirus, s.av_pattern_built_at_ms, j.patched_until, s.last_seen_ms, s.state
    FROM device_summary s LEFT JOIN judged j ON j.device_no = s.device_no
    WHERE s.class <> 'site' AND )sql";

constexpr std::array states =
    std::to_array<std::string_view>({"action", "warning", "silent", "unknown", "good", "info"});

constexpr std::array age_list{
    ListField{"name", FieldKind::text, "s.name"},
    ListField{
        "site", FieldKind::site, "s.site_id", "(SELECT t.name FROM site t WHERE t.id = s.site_id)"},
    ListField{"antivirus", FieldKind::text, "s.antivirus"},
    ListField{"os", FieldKind::text, "coalesce(nullif(j.support_os, ''), s.os)"},
    ListField{"model", FieldKind::text, "s.model"},
    ListField{"pattern", FieldKind::moment, "s.av_pattern_built_at_ms"},
    ListField{"patch", FieldKind::day, "coalesce(j.patched_until, '')"},
    ListField{
        "state", FieldKind::choice, "s.state",
        "CASE s.state WHEN 'action' THEN '1' WHEN 'warning' THEN '2' WHEN 'silent' THEN '3'"
        " WHEN 'unknown' THEN '4' ELSE '5' END",
        states},
    ListField{"seen", FieldKind::moment, "s.last_seen_ms"},
};
constexpr ListFields ages_have{
    age_list, "s.name, s.hostname, s.antivirus, s.os, j.support_os, s.model,"
              " (SELECT t.name FROM site t WHERE t.id = s.site_id)"};

UpdateRow row_of(const Statement& row)
{
    UpdateRow device;
    device.id = DeviceId{std::string{row.text(0)}};
    device.name = row.text(1);
    device.site = row.text(2);
    device.model = row.text(3);
    device.os = row.text(4);
    device.support = row.text(5);
    device.until = parse_iso_date(row.text(6));
    device.free_update = row.integer(7) != 0;
    device.antivirus = row.text(8);
    if (!row.is_null(9))
        device.pattern_built_at = from_ms(row.integer(9));
    device.patched_until = parse_iso_date(row.text(10));
    if (!row.is_null(11))
        device.last_seen = from_ms(row.integer(11));
    device.state = row.text(12);
    return device;
}

/// SQL for the age in whole days; ?1 is now in milliseconds.
constexpr std::string_view age_of(Age age)
{
    return age == Age::pattern ? "(?1 - s.av_pattern_built_at_ms) / 86400000"
                               : "?1 / 86400000 - unixepoch(j.patched_until) / 86400";
}

/// SQL for the bar of a device.
std::string bar_of(Age age)
{
    const auto& ends = age == Age::pattern ? pattern_bar_days : patch_bar_days;
    std::string sql = fmt::format("CASE WHEN {} IS NULL THEN {}", age_of(age), age_bars - 1);
    for (std::size_t bar = 0; bar < ends.size(); ++bar)
        sql += fmt::format(" WHEN {} <= {} THEN {}", age_of(age), ends[bar], bar);
    return sql + fmt::format(" ELSE {} END", ends.size());
}

std::vector<AgeCounts> count_ages(Session& session, Age age, std::string_view group, Timestamp now)
{
    const std::string sql = fmt::format(
        "SELECT {0}, {1} AS bar, count(*)"
        " FROM device_summary s LEFT JOIN judged j ON j.device_no = s.device_no"
        " WHERE s.class <> 'site' AND s.stage = 'in_use' GROUP BY {0}, bar ORDER BY {0}",
        group, bar_of(age));
    Statement rows{session.native(), sql.c_str()};
    rows.bind(1, to_ms(now));
    std::vector<AgeCounts> found;
    while (rows.next())
    {
        if (found.empty() || found.back().of != rows.text(0))
            found.push_back({std::string{rows.text(0)}, {}});
        found.back().bars[static_cast<std::size_t>(rows.integer(1))] = rows.integer(2);
    }
    return found;
}

} // namespace

std::vector<SupportGroup> support_groups(Session& session)
{
    const auto rows = session.prepared(R"sql(
        SELECT s.site_id, coalesce(j.support_os, ''), coalesce(j.support, 'unknown'),
               j.support_until, coalesce(j.support_free, 0), count(*),
               sum(EXISTS (SELECT 1 FROM finding f
                           WHERE f.device_no = s.device_no AND f.state = 'waived'
                             AND f.rule IN ('os_unsupported', 'os_support_ending')))
        FROM device_summary s LEFT JOIN judged j ON j.device_no = s.device_no
        WHERE s.class <> 'site' AND s.stage NOT IN ('retired', 'disposed')
        GROUP BY 1, 2, 3, 4, 5
        ORDER BY j.support_until IS NULL, j.support_until, 2, 1)sql");
    std::vector<SupportGroup> found;
    while (rows->next())
    {
        SupportGroup group;
        group.site = rows->text(0);
        group.os = rows->text(1);
        group.support = rows->text(2);
        group.until = parse_iso_date(rows->text(3));
        group.free_update = rows->integer(4) != 0;
        group.devices = rows->integer(5);
        group.waived = rows->integer(6);
        found.push_back(std::move(group));
    }
    return found;
}

std::vector<UpdateRow> list_support_ending(Session& session, Date by, std::size_t rows_max)
{
    const std::string sql = std::string{row_sql}
                            + "s.stage NOT IN ('retired', 'disposed') AND j.support <> 'unknown'"
                              " AND j.support_free = 0 AND j.support_until <= ?1"
                              " ORDER BY j.support_until, s.name, s.id LIMIT ?2";
    const std::string last = to_iso_date(by);
    Statement rows{session.native(), sql.c_str()};
    rows.bind(1, last).bind(2, static_cast<std::int64_t>(rows_max));
    std::vector<UpdateRow> found;
    while (rows.next())
        found.push_back(row_of(rows));
    return found;
}

std::vector<AgeCounts> count_ages_by_site(Session& session, Age age, Timestamp now)
{
    return count_ages(session, age, "s.site_id", now);
}

std::vector<AgeCounts> count_ages_by_product(Session& session, Timestamp now)
{
    return count_ages(session, Age::pattern, "s.antivirus", now);
}

const ListFields& age_fields()
{
    return ages_have;
}

Result<std::vector<UpdateRow>> list_by_age(Session& session, const AgeFilter& filter)
{
    const Condition terms = condition_of(ages_have, filter.terms, filter.time);
    if (terms.bad)
        return Error{Errc::invalid_input, terms.bad->text};
    Question question;
    question.sql = fmt::format(
        "{} s.stage = 'in_use' AND (?2 < 0 OR {} = ?2) AND (?3 = '' OR s.site_id = ?3) AND ",
        row_sql, bar_of(filter.age));
    question.values = {
        to_ms(filter.time.now), filter.bar ? static_cast<std::int64_t>(*filter.bar) : -1,
        filter.site};
    question.add(terms);
    if (filter.sort.empty())
        question.add(
            fmt::format(" ORDER BY {} DESC NULLS LAST, s.name, s.id LIMIT ?", age_of(filter.age)),
            static_cast<std::int64_t>(filter.rows_max));
    else if (auto good = check_sort(ages_have, filter.sort); !good)
        return good.error();
    else
        add_order(question, order_of(ages_have, filter.sort), "s.id", filter.rows_max);
    question.add(" OFFSET ?", static_cast<std::int64_t>(filter.rows_before));
    Statement rows{session.native(), question.sql.c_str()};
    question.bind_to(rows);
    std::vector<UpdateRow> found;
    while (rows.next())
        found.push_back(row_of(rows));
    return found;
}

std::vector<Price> list_prices(Session& session)
{
    const auto rows = session.prepared("SELECT os, price FROM budget_price ORDER BY os");
    std::vector<Price> found;
    while (rows->next())
        found.push_back({std::string{rows->text(0)}, rows->integer(1)});
    return found;
}

Result<void> put_price(Session& session, const Price& price)
{
    if (price.price < 0 || price.price > price_most)
        return Error{Errc::invalid_input, "price: 0 to 100000000"};
    if (price.os.size() > os_name_max)
        return Error{Errc::invalid_input, "os: too long"};
    session.prepared("DELETE FROM budget_price WHERE os = ?1")->bind(1, price.os).run();
    if (price.price > 0)
        session.prepared("INSERT INTO budget_price (os, price) VALUES (?1, ?2)")
            ->bind(1, price.os)
            .bind(2, price.price)
            .run();
    return {};
}

} // namespace mimamori::collector::storage
