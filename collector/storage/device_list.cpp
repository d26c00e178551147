#include "collector/storage/device_list.hpp"

#include "collector/storage/statement.hpp"

#include <fmt/format.h>

namespace mimamori::collector::storage {
namespace {

constexpr const char* page_sql = R"sql(
    SELECT id, site_id, class, name, hostname, os, os_version, vendor, model, addresses, antivirus,
           av_pattern_built_at_ms, agent_version, last_seen_ms, state, open_action, open_warning,
           unknown_rules
    FROM device_summary
    WHERE class <> 'site' AND (?1 = '' OR name LIKE ?2 ESCAPE '\' OR hostname LIKE ?2 ESCAPE '\'
           OR addresses LIKE ?2 ESCAPE '\' OR macs LIKE ?2 ESCAPE '\')
      AND (?3 = '' OR state = ?3 OR (?3 = 'good' AND state = 'info'))
      AND (name, id) > (?4, ?5)
    ORDER BY name, id
    LIMIT ?6)sql";

constexpr const char* count_sql = R"sql(
    SELECT count(*)
    FROM device_summary
    WHERE class <> 'site' AND (?1 = '' OR name LIKE ?2 ESCAPE '\' OR hostname LIKE ?2 ESCAPE '\'
           OR addresses LIKE ?2 ESCAPE '\' OR macs LIKE ?2 ESCAPE '\')
      AND (?3 = '' OR state = ?3 OR (?3 = 'good' AND state = 'info')))sql";

/// A LIKE pattern that finds `text` anywhere; what people type has no wildcards.
std::string pattern_of(const std::string& text)
{
    std::string pattern = "%";
    for (const char c : text)
    {
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}

std::optional<Timestamp> moment(const Statement& row, int column)
{
    if (row.is_null(column))
        return std::nullopt;
    return from_ms(row.integer(column));
}

DeviceRow row_of(const Statement& row)
{
    DeviceRow device;
    device.id = DeviceId{std::string{row.text(0)}};
    device.site_id = row.text(1);
    device.device_class = row.text(2);
    device.name = row.text(3);
    device.hostname = row.text(4);
    device.os = row.text(5);
    device.os_version = row.text(6);
    device.vendor = row.text(7);
    device.model = row.text(8);
    device.addresses = row.text(9);
    device.antivirus = row.text(10);
    device.pattern_built_at = moment(row, 11);
    device.agent_version = row.text(12);
    device.last_seen = moment(row, 13);
    device.state = row.text(14);
    device.open_action = row.integer(15);
    device.open_warning = row.integer(16);
    device.unknown_rules = row.integer(17);
    return device;
}

} // namespace

Result<std::vector<DeviceRow>> list_devices(Session& session, const DeviceFilter& filter)
{
    const std::string pattern = pattern_of(filter.text);
    auto rows = session.prepared(page_sql);
    rows->bind(1, filter.text).bind(2, pattern).bind(3, filter.state);
    rows->bind(4, filter.after_name).bind(5, filter.after_id);
    rows->bind(6, static_cast<std::int64_t>(filter.rows_max));
    std::vector<DeviceRow> page;
    while (rows->next())
        page.push_back(row_of(*rows));
    return page;
}

Result<std::int64_t> count_devices(Session& session, const DeviceFilter& filter)
{
    const std::string pattern = pattern_of(filter.text);
    auto row = session.prepared(count_sql);
    row->bind(1, filter.text).bind(2, pattern).bind(3, filter.state);
    return row->next() ? row->integer(0) : 0;
}

void add_to(StateCounts& counts, std::string_view state, std::int64_t count)
{
    counts.total += count;
    if (state == "good" || state == "info")
        counts.good += count;
    else if (state == "warning")
        counts.warning += count;
    else if (state == "action")
        counts.action += count;
    else if (state == "silent")
        counts.silent += count;
    else
        counts.unknown += count;
}

Result<StateCounts> count_states(Session& session)
{
    auto rows = session.prepared("SELECT state, count(*) FROM device_summary"
                                 " WHERE class <> 'site' GROUP BY state");
    StateCounts counts;
    while (rows->next())
        add_to(counts, rows->text(0), rows->integer(1));
    return counts;
}

Result<std::array<std::int64_t, 7>> count_pattern_ages(Session& session, Timestamp now)
{
    // The limits are the bars of the overview.
    auto rows = session.prepared(R"sql(
        SELECT CASE
                 WHEN av_pattern_built_at_ms IS NULL THEN 6
                 WHEN (?1 - av_pattern_built_at_ms) / 86400000 <= 1 THEN 0
                 WHEN (?1 - av_pattern_built_at_ms) / 86400000 <= 3 THEN 1
                 WHEN (?1 - av_pattern_built_at_ms) / 86400000 <= 7 THEN 2
                 WHEN (?1 - av_pattern_built_at_ms) / 86400000 <= 14 THEN 3
                 WHEN (?1 - av_pattern_built_at_ms) / 86400000 <= 30 THEN 4
                 ELSE 5 END AS bar,
               count(*)
        FROM device_summary WHERE class <> 'site' GROUP BY bar)sql");
    rows->bind(1, to_ms(now));
    std::array<std::int64_t, 7> bars{};
    while (rows->next())
        bars[static_cast<std::size_t>(rows->integer(0))] = rows->integer(1);
    return bars;
}

} // namespace mimamori::collector::storage
