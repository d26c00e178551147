#include "collector/storage/policy_store.hpp"

#include "collector/storage/statement.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <limits>
#include <optional>
#include <utility>

namespace mimamori::collector::storage {

namespace {

constexpr const char* columns =
    "SELECT scope, scope_value, networks, level, settings, reason, set_by, set_at_ms FROM policy"
    " WHERE (?1 = '' OR (scope = ?1 AND scope_value = ?2)) ORDER BY scope, scope_value";

std::string_view name_of(PolicyScope scope)
{
    return boost::describe::enum_to_string(scope, "site");
}

std::vector<PolicyRow> read(Session& session, std::string_view scope, std::string_view scope_value)
{
    const auto rows = session.prepared(columns);
    rows->bind(1, scope).bind(2, scope_value);
    std::vector<PolicyRow> found;
    while (rows->next())
    {
        PolicyRow row;
        boost::describe::enum_from_string(std::string{rows->text(0)}.c_str(), row.scope);
        row.scope_value = rows->text(1);
        // Both were written by us.
        if (auto networks = wire::from_json<std::vector<std::string>>(rows->text(2)))
            row.networks = std::move(*networks);
        row.level = rows->text(3);
        if (auto settings = wire::from_json<std::vector<rules::PolicySetting>>(rows->text(4)))
            row.settings = std::move(*settings);
        row.reason = rows->text(5);
        row.set_by = rows->text(6);
        row.set_at = from_ms(rows->integer(7));
        found.push_back(std::move(row));
    }
    return found;
}

std::string summary_of(const PolicyRow& row)
{
    std::string text;
    const auto add = [&text](const std::string& part) {
        text += (text.empty() ? "" : ", ") + part;
    };
    if (!row.level.empty())
        add("level=" + row.level);
    std::string networks;
    for (const std::string& network : row.networks)
        networks += (networks.empty() ? "" : " ") + network;
    if (!networks.empty())
        add("networks=" + networks);
    for (const rules::PolicySetting& setting : row.settings)
        add(setting.key + '=' + setting.value);
    return text;
}

void note_change(
    Session& session, const std::vector<PolicyRow>& before, const PolicyRow& row, bool removed)
{
    const std::string was = before.empty() ? std::string{} : summary_of(before.front());
    const std::string is = removed ? std::string{} : summary_of(row);
    session
        .prepared("INSERT INTO policy_change (at_ms, who, scope, scope_value, before, after,"
                  " reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        ->bind(1, to_ms(row.set_at))
        .bind(2, row.set_by)
        .bind(3, name_of(row.scope))
        .bind(4, row.scope_value)
        .bind(5, was)
        .bind(6, is)
        .bind(7, row.reason)
        .run();
}

} // namespace

std::vector<PolicyRow> list_policies(Session& session)
{
    return read(session, "", "");
}

void put_policy(Session& session, const PolicyRow& row)
{
    note_change(session, read(session, name_of(row.scope), row.scope_value), row, false);
    const std::string networks = wire::to_json(row.networks);
    const std::string settings = wire::to_json(row.settings);
    session
        .prepared(R"sql(
        INSERT OR REPLACE INTO policy
            (scope, scope_value, networks, level, settings, reason, set_by, set_at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))sql")
        ->bind(1, name_of(row.scope))
        .bind(2, row.scope_value)
        .bind(3, networks)
        .bind(4, row.level)
        .bind(5, settings)
        .bind(6, row.reason)
        .bind(7, row.set_by)
        .bind(8, to_ms(row.set_at))
        .run();
}

std::optional<PolicyRow> find_policy(
    Session& session, PolicyScope scope, std::string_view scope_value)
{
    auto found = read(session, name_of(scope), scope_value);
    if (found.empty())
        return {};
    return std::move(found.front());
}

Result<void> remove_policy(
    Session& session,
    PolicyScope scope,
    std::string_view scope_value,
    const std::string& who,
    const std::string& reason,
    Timestamp now)
{
    const auto before = read(session, name_of(scope), scope_value);
    if (before.empty())
        return Error{Errc::not_found, "no policy is set there"};
    PolicyRow removed = before.front();
    removed.set_by = who;
    removed.set_at = now;
    removed.reason = reason;
    note_change(session, before, removed, true);
    session.prepared("DELETE FROM policy WHERE scope = ?1 AND scope_value = ?2")
        ->bind(1, name_of(scope))
        .bind(2, scope_value)
        .run();
    return {};
}

std::vector<PolicyChange> policy_changes(
    Session& session, std::optional<std::int64_t> before_no, std::size_t rows_max)
{
    const auto rows = session.prepared(
        "SELECT at_ms, who, scope, scope_value, before, after, reason, no FROM policy_change"
        " WHERE no < ?1 ORDER BY no DESC LIMIT ?2");
    rows->bind(1, before_no.value_or(std::numeric_limits<std::int64_t>::max()))
        .bind(2, static_cast<std::int64_t>(rows_max));
    std::vector<PolicyChange> found;
    while (rows->next())
    {
        const auto text = [&rows](int column) { return std::string{rows->text(column)}; };
        found.push_back(
            {from_ms(rows->integer(0)), text(1), text(2), text(3), text(4), text(5), text(6),
             rows->integer(7)});
    }
    return found;
}

} // namespace mimamori::collector::storage
