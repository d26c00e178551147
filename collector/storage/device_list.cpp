#include "collector/storage/device_list.hpp"

#include "collector/storage/ledger_field.hpp"
#include "collector/storage/list_question.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::collector::storage {
namespace {

// Tables that a query does not look at are not joined: they are one row a device at most.
constexpr std::string_view joined =
    "LEFT JOIN ledger l ON l.device_no = s.device_no LEFT JOIN site t ON t.id = s.site_id";

constexpr std::string_view columns = R"sql(
    s.device_no, s.id, s.site_id, s.class, s.name, s.hostname, s.os, s.os_version, s.vendor,
    s.model, s.serial, s.addresses, s.macs, s.antivirus, s.av_pattern_built_at_ms, s.agent_version,
    s.last_seen_ms, CASE WHEN s.class = 'ledger' OR s.stage <> 'in_use' THEN 'none'
    WHEN s.state = 'info' THEN 'good' ELSE s.state END, s.open_action, s.open_warning,
    s.unknown_rules, coalesce(l.version, 0), s.stage,
    (SELECT group_concat(f.rule || ':' || coalesce(json_extract(f.evidence, '$.case'), ''), ' ')
     FROM (SELECT rule, evidence FROM finding
           WHERE device_no = s.device_no AND state <> 'resolved'
             AND +state IN ('open', 'acknowledged') AND +severity > 0
           ORDER BY severity DESC, opened_at_ms, no) f))sql";
constexpr int ledger_begin = 24;

// As the list of what needs somebody has it. The condition without "+" is that of the index of what
// is not resolved: by the other, SQLite would read every open finding for each device.
constexpr std::string_view todo_sql =
    "(SELECT f.rule FROM finding f WHERE f.device_no = s.device_no AND f.state <> 'resolved'"
    " AND +f.state IN ('open', 'acknowledged') AND +f.severity > 0)";

constexpr std::string_view state_sql =
    "CASE WHEN s.class = 'ledger' OR s.stage <> 'in_use' THEN 'none'"
    " WHEN s.state = 'info' THEN 'good' ELSE s.state END";
constexpr std::string_view state_order_sql =
    "CASE WHEN s.class = 'ledger' OR s.stage <> 'in_use' THEN 6 ELSE CASE s.state"
    " WHEN 'action' THEN 1 WHEN 'warning' THEN 2 WHEN 'silent' THEN 3 WHEN 'unknown' THEN 4"
    " ELSE 5 END END";

// As people think of a life.
constexpr std::string_view stage_order_sql =
    "CASE s.stage WHEN 'in_use' THEN '1' WHEN 'spare' THEN '2' WHEN 'repair' THEN '3'"
    " WHEN 'retired' THEN '4' ELSE '5' END";

constexpr std::array<std::string_view, 6> states{"action",  "warning", "silent",
                                                 "unknown", "good",    "none"};
constexpr std::array<std::string_view, 3> classes{"agent", "snapshot", "ledger"};

constexpr std::array all_fields{
    ListField{"state", FieldKind::choice, state_sql, state_order_sql, states},
    ListField{"class", FieldKind::choice, "s.class", "", classes},
    ListField{"name", FieldKind::text, "s.name"},
    ListField{"hostname", FieldKind::text, "s.hostname"},
    ListField{"site", FieldKind::site, "s.site_id", "coalesce(t.name, '')"},
    ListField{"os", FieldKind::text, "s.os"},
    ListField{"os_version", FieldKind::text, "s.os_version"},
    ListField{"vendor", FieldKind::text, "s.vendor"},
    ListField{"model", FieldKind::text, "s.model"},
    ListField{"serial", FieldKind::text, "s.serial"},
    ListField{"address", FieldKind::text, "s.addresses"},
    ListField{"mac", FieldKind::text, "s.macs"},
    ListField{"antivirus", FieldKind::text, "s.antivirus"},
    ListField{"pattern", FieldKind::moment, "s.av_pattern_built_at_ms"},
    ListField{"agent_version", FieldKind::text, "s.agent_version"},
    ListField{"seen", FieldKind::moment, "s.last_seen_ms"},
    ListField{"created", FieldKind::moment, "s.created_at_ms"},
    ListField{"todo", FieldKind::several, todo_sql, "", {}, false},
    ListField{"open_action", FieldKind::number, "s.open_action"},
    ListField{"open_warning", FieldKind::number, "s.open_warning"},
    ListField{"kind", FieldKind::text, "coalesce(l.kind, '')"},
    ListField{"place", FieldKind::text, "coalesce(l.place, '')"},
    ListField{"owner", FieldKind::text, "coalesce(l.owner, '')"},
    ListField{"supplier", FieldKind::text, "coalesce(l.supplier, '')"},
    ListField{"contract", FieldKind::text, "coalesce(l.contract, '')"},
    ListField{"contract_until", FieldKind::day, "coalesce(l.contract_until, '')"},
    ListField{"bought_year", FieldKind::year, "coalesce(l.bought_year, '')"},
    ListField{"renewal_year", FieldKind::year, "coalesce(l.renewal_year, '')"},
    ListField{"asset_number", FieldKind::text, "coalesce(l.asset_number, '')"},
    ListField{"me_number", FieldKind::text, "coalesce(l.me_number, '')"},
    ListField{"note", FieldKind::text, "coalesce(l.note, '')", "", {}, false},
    ListField{"stage", FieldKind::choice, "s.stage", stage_order_sql, stages},
    ListField{"stage_day", FieldKind::day, "coalesce(l.stage_day, '')"},
    ListField{"stage_note", FieldKind::text, "coalesce(l.stage_note, '')"},
};

constexpr ListFields all_devices_have{
    all_fields,
    "s.name, s.hostname, s.addresses, s.macs, s.serial, s.model, s.os, s.antivirus, l.kind,"
    " l.place, l.owner, l.supplier, l.asset_number, l.me_number, l.note, l.stage_note",
    "s.site_id IN (SELECT id FROM site WHERE found_in(?, name))"};

/// How a list is sorted.
struct Order
{
    std::string key; ///< SQL.
    bool backwards{false};
};

Order order_of(std::string_view sort)
{
    Order order;
    order.backwards = sort.starts_with('-');
    const ListField* const field = find_field(all_devices_have, sort.substr(order.backwards));
    const std::string_view sql = field->order_sql.empty() ? field->sql : field->order_sql;
    if (field->kind == FieldKind::moment)
        order.key = fmt::format("coalesce({}, 0)", sql);
    else if (field->kind == FieldKind::number || field->name == "state")
        order.key = sql;
    else
        order.key = fmt::format("{} COLLATE people", sql);
    return order;
}

Result<Condition> condition_for(const DeviceQuery& query)
{
    Condition made = condition_of(all_devices_have, query.terms, query.time);
    if (made.bad)
        return Error{Errc::invalid_input, made.bad->text};
    made.sql = fmt::format("s.class <> 'site' AND ({})", made.sql);
    return made;
}

void add_place(Condition& made, const Order& order, const DeviceQuery::Place& place)
{
    made.sql += fmt::format(
        " AND ({0} {1} ? OR ({0} = ? AND (s.name COLLATE people, s.id) > (?, ?)))", order.key,
        order.backwards ? "<" : ">");
    made.values.push_back(place.order_key);
    made.values.push_back(place.order_key);
    made.values.emplace_back(place.name);
    made.values.emplace_back(place.id);
}

/// First which devices (in little columns, so that sorting is cheap), then what is shown of them.
///
/// `counted`: each row also tells how many there are in all, so that a list whose words have to be
/// looked for in every row is gone through once.
Question page_question(const DeviceQuery& query, Condition condition, bool counted)
{
    const Order order = order_of(query.sort);
    if (query.after)
        add_place(condition, order, *query.after);
    const std::string_view direction = order.backwards ? "DESC" : "ASC";
    std::string ledger;
    for (const std::string_view column : ledger_columns)
        ledger += fmt::format(", coalesce(l.{}, '')", column);
    Question made;
    made.sql = fmt::format(
        "SELECT {0}{1}, p.key, p.total FROM ("
        "SELECT s.device_no AS no, {3} AS key, {6} AS total FROM device_summary s {2} WHERE {4}"
        " ORDER BY key {5}, s.name COLLATE people, s.id LIMIT ? OFFSET ?) p"
        " CROSS JOIN device_summary s ON s.device_no = p.no {2}"
        " ORDER BY {3} {5}, s.name COLLATE people, s.id",
        columns, ledger, joined, order.key, condition.sql, direction,
        counted ? "count(*) OVER ()" : "0");
    made.values = std::move(condition.values);
    made.values.emplace_back(static_cast<std::int64_t>(query.rows_max));
    made.values.emplace_back(query.skip);
    return made;
}

std::optional<Timestamp> moment(const Statement& row, int column)
{
    if (row.is_null(column))
        return std::nullopt;
    return from_ms(row.integer(column));
}

/// "av_stale: patch_behind:windows", each once.
std::vector<OpenRule> rules_in(std::string_view text)
{
    std::vector<OpenRule> rules;
    while (!text.empty())
    {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        const auto colon = word.find(':');
        OpenRule one{std::string{word.substr(0, colon)}, std::string{word.substr(colon + 1)}};
        if (std::find(rules.begin(), rules.end(), one) == rules.end())
            rules.push_back(std::move(one));
    }
    return rules;
}

DeviceRow row_of(const Statement& row, bool key_is_text)
{
    DeviceRow device;
    device.device_no = row.integer(0);
    device.id = DeviceId{std::string{row.text(1)}};
    device.site_id = row.text(2);
    device.device_class = row.text(3);
    device.name = row.text(4);
    device.hostname = row.text(5);
    device.os = row.text(6);
    device.os_version = row.text(7);
    device.vendor = row.text(8);
    device.model = row.text(9);
    device.serial = row.text(10);
    device.addresses = row.text(11);
    device.macs = row.text(12);
    device.antivirus = row.text(13);
    device.pattern_built_at = moment(row, 14);
    device.agent_version = row.text(15);
    device.last_seen = moment(row, 16);
    device.state = row.text(17);
    device.open_action = row.integer(18);
    device.open_warning = row.integer(19);
    device.unknown_rules = row.integer(20);
    device.version = row.integer(21);
    device.stage = row.text(22);
    device.todo = rules_in(row.text(23));
    constexpr int count = static_cast<int>(ledger_columns.size());
    for (int i = 0; i < count; ++i)
        device.ledger.emplace_back(row.text(ledger_begin + i));
    if (key_is_text)
        device.order_key = std::string{row.text(ledger_begin + count)};
    else
        device.order_key = row.integer(ledger_begin + count);
    return device;
}

Result<DeviceRows> read_page(Session& session, const DeviceQuery& query, bool counted)
{
    if (auto good = check_sort(all_devices_have, query.sort); !good)
        return good.error();
    auto condition = condition_for(query);
    if (!condition)
        return condition.error();
    const Question question = page_question(query, std::move(*condition), counted);
    Statement rows{session.native(), question.sql.c_str()};
    question.bind_to(rows);
    const bool key_is_text = order_of(query.sort).key.ends_with("people");
    constexpr int total_column = ledger_begin + static_cast<int>(ledger_columns.size()) + 1;
    DeviceRows page;
    while (rows.next())
    {
        page.rows.push_back(row_of(rows, key_is_text));
        page.total = rows.integer(total_column);
    }
    return page;
}

} // namespace

const ListFields& device_fields()
{
    return all_devices_have;
}

Result<std::vector<DeviceRow>> list_devices(Session& session, const DeviceQuery& query)
{
    auto page = read_page(session, query, false);
    if (!page)
        return page.error();
    return std::move(page->rows);
}

Result<DeviceRows> list_and_count_devices(Session& session, const DeviceQuery& query)
{
    // Beyond the first page the rows that are counted are others than those that are listed.
    const bool at_once = !query.after && query.skip == 0;
    auto page = read_page(session, query, at_once);
    if (!page || at_once)
        return page;
    const auto total = count_devices(session, query);
    if (!total)
        return total.error();
    page->total = *total;
    return page;
}

Result<std::int64_t> count_devices(Session& session, const DeviceQuery& query)
{
    auto condition = condition_for(query);
    if (!condition)
        return condition.error();
    const Question question{
        fmt::format("SELECT count(*) FROM device_summary s {} WHERE {}", joined, condition->sql),
        std::move(condition->values)};
    Statement row{session.native(), question.sql.c_str()};
    question.bind_to(row);
    return row.next() ? row.integer(0) : 0;
}

Result<std::vector<ValueCount>> count_values(
    Session& session, const DeviceQuery& query, std::string_view name, std::size_t rows_max)
{
    const ListField* const field = find_field(all_devices_have, name);
    const bool has_values = field && field->kind != FieldKind::moment
                            && field->kind != FieldKind::number
                            && field->kind != FieldKind::several;
    if (!has_values)
        return Error{Errc::invalid_input, "field: the name of a field of texts"};
    auto condition = condition_for(query);
    if (!condition)
        return condition.error();
    Question question{
        fmt::format(
            "SELECT {0} AS value, count(*) FROM device_summary s {1} WHERE {2}"
            " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
            field->sql, joined, condition->sql),
        std::move(condition->values)};
    question.values.emplace_back(static_cast<std::int64_t>(rows_max));
    Statement rows{session.native(), question.sql.c_str()};
    question.bind_to(rows);
    std::vector<ValueCount> found;
    while (rows.next())
        found.push_back({std::string{rows.text(0)}, rows.integer(1)});
    return found;
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
                                 " WHERE class NOT IN ('ledger', 'site') AND stage = 'in_use'"
                                 " GROUP BY state");
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
        FROM device_summary WHERE class NOT IN ('ledger', 'site') AND stage = 'in_use'
        GROUP BY bar)sql");
    rows->bind(1, to_ms(now));
    std::array<std::int64_t, 7> bars{};
    while (rows->next())
        bars[static_cast<std::size_t>(rows->integer(0))] = rows->integer(1);
    return bars;
}

} // namespace mimamori::collector::storage
