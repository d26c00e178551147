#include "collector/storage/narrow_view.hpp"

#include "collector/storage/statement.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace mimamori::collector::storage {
namespace {

/// How a column of table `t` leads to a site.
struct ColumnRule
{
    std::string_view column;
    std::string_view condition;
};

// The first column that a table has decides.
constexpr std::array column_rules{
    ColumnRule{"site_id", "sees_site(t.site_id)"},
    ColumnRule{
        "device_no",
        "EXISTS (SELECT 1 FROM main.device d WHERE d.no = t.device_no AND sees_site(d.site_id))"},
    ColumnRule{
        "agent_no", "EXISTS (SELECT 1 FROM main.agent a JOIN main.device d ON d.no = a.device_no"
                    " WHERE a.no = t.agent_no AND sees_site(d.site_id))"},
    ColumnRule{
        "finding_no",
        "EXISTS (SELECT 1 FROM main.finding f JOIN main.device d ON d.no = f.device_no"
        " WHERE f.no = t.finding_no AND sees_site(d.site_id))"},
};

/// A table whose columns do not say where its rows belong.
struct TableRule
{
    std::string_view table;
    std::string_view condition;
};

constexpr std::array table_rules{
    TableRule{"site", "sees_site(t.id)"},
    // One of the whole shows to those whose devices are in it.
    TableRule{
        "site_event", "sees_site(t.site_id) OR EXISTS (SELECT 1 FROM main.site_event_member m"
                      " JOIN main.device d ON d.no = m.device_no"
                      " WHERE m.event_no = t.no AND sees_site(d.site_id))"},
    // Reached only through rows that are narrowed themselves.
    TableRule{"section_body", "1"},
    // Of the whole site, but no secret: what a new device costs.
    TableRule{"budget_price", "1"},
    TableRule{
        "program",
        "EXISTS (SELECT 1 FROM main.device_program p JOIN main.device d ON d.no = p.device_no"
        " WHERE p.program_no = t.no AND sees_site(d.site_id))"},
    TableRule{
        "model", "EXISTS (SELECT 1 FROM main.judged j JOIN main.device d ON d.no = j.device_no"
                 " WHERE j.model_no = t.no AND sees_site(d.site_id))"},
    // A decision for a site above, or for a model, is in force below as well.
    TableRule{
        "program_decision",
        "CASE t.scope"
        " WHEN 'device' THEN EXISTS (SELECT 1 FROM main.device d"
        "   WHERE d.id = t.scope_value AND sees_site(d.site_id))"
        " WHEN 'model' THEN EXISTS (SELECT 1 FROM main.model m"
        "   JOIN main.judged j ON j.model_no = m.no JOIN main.device d ON d.no = j.device_no"
        "   WHERE m.name = t.scope_value AND sees_site(d.site_id))"
        " ELSE sees_site(t.scope_value) OR t.scope_value IN ("
        "   WITH RECURSIVE above (id) AS ("
        "     SELECT s.parent_id FROM main.site s WHERE sees_site(s.id)"
        "     UNION SELECT s.parent_id FROM main.site s JOIN above ON s.id = above.id)"
        "   SELECT id FROM above) END"},
    TableRule{
        "medium",
        "EXISTS (SELECT 1 FROM main.device_medium m JOIN main.device d ON d.no = m.device_no"
        " WHERE m.serial = t.serial AND m.vendor_id = t.vendor_id"
        " AND m.product_id = t.product_id AND sees_site(d.site_id))"},
};

/// Tables of the whole site: nothing of them shows.
constexpr auto closed_tables = std::to_array<std::string_view>({
    "alert_queue",        "alert_setting", "api_token",     "api_token_site", "change_head",
    "change_log",         "channel_state", "delivery",      "device_sighted", "directory_role",
    "different_machines", "digest_state",  "ledger_batch",  "ledger_job",     "meta",
    "month_report",       "neighbour",     "person",        "person_site",    "policy",
    "policy_change",      "profile_item",  "recovery_code", "report_log",     "saved_view",
    "schema_migration",   "second_factor", "sign_in",       "size_sample",    "telling",
});

constexpr std::string_view nothing = "0";

std::vector<std::string> column(Session& session, const std::string& sql)
{
    Statement rows{session.native(), sql.c_str()};
    std::vector<std::string> found;
    while (rows.next())
        found.emplace_back(rows.text(0));
    return found;
}

std::vector<std::string> tables_of(Session& session)
{
    return column(
        session, "SELECT name FROM main.sqlite_schema"
                 " WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name");
}

/// What a row must fulfil to show; empty when nobody has decided about the table.
std::string_view condition_of(Session& session, const std::string& table)
{
    for (const TableRule& rule : table_rules)
        if (rule.table == table)
            return rule.condition;
    if (std::find(closed_tables.begin(), closed_tables.end(), table) != closed_tables.end())
        return nothing;
    const auto columns =
        column(session, fmt::format("SELECT name FROM pragma_table_info('{}', 'main')", table));
    for (const ColumnRule& rule : column_rules)
        if (std::find(columns.begin(), columns.end(), rule.column) != columns.end())
            return rule.condition;
    return {};
}

using VisibleSites = std::set<std::string, std::less<>>;

/// The SQL function `sees_site(id)`.
void sees_site(sqlite3_context* context, int, sqlite3_value** values)
{
    const auto& visible = *static_cast<const VisibleSites*>(sqlite3_user_data(context));
    const void* const bytes = sqlite3_value_blob(values[0]);
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(values[0]));
    const std::string_view site{static_cast<const char*>(bytes), bytes ? size : 0};
    sqlite3_result_int(context, visible.contains(site) ? 1 : 0);
}

} // namespace

Result<std::unique_ptr<NarrowView>> NarrowView::lay_over(Session& session)
{
    std::unique_ptr<NarrowView> made{new NarrowView};
    const int code = sqlite3_create_function_v2(
        session.native(), "sees_site", 1, SQLITE_UTF8, &made->sites_, &sees_site, nullptr, nullptr,
        nullptr);
    if (code != SQLITE_OK)
        return error_of(code, "sees_site");
    try
    {
        for (const std::string& table : tables_of(session))
        {
            const std::string_view condition = condition_of(session, table);
            const std::string view = fmt::format(
                R"(CREATE TEMP VIEW "{0}" AS SELECT * FROM main."{0}" AS t WHERE {1})", table,
                condition.empty() ? nothing : condition);
            Statement{session.native(), view.c_str()}.run();
        }
    }
    catch (const StorageFailure& failure)
    {
        return error_of(failure.code(), failure.message()).in("narrow view");
    }
    return made;
}

void NarrowView::show(Session& session, std::span<const SiteId> sites)
{
    sites_.clear();
    std::vector<std::string> left;
    for (const SiteId& site : sites)
        left.push_back(site.text());
    // A tree with a circle ends as well: each site is taken once.
    while (!left.empty())
    {
        const std::string site = std::move(left.back());
        left.pop_back();
        if (!sites_.insert(site).second)
            continue;
        const auto below = session.prepared("SELECT id FROM main.site WHERE parent_id = ?1");
        below->bind(1, site);
        while (below->next())
            left.emplace_back(below->text(0));
    }
}

std::vector<std::string> NarrowView::undecided_tables(Session& session)
{
    std::vector<std::string> found;
    for (std::string& table : tables_of(session))
        if (condition_of(session, table).empty())
            found.push_back(std::move(table));
    return found;
}

} // namespace mimamori::collector::storage
