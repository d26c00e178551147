#include "collector/storage/alert_settings.hpp"

#include "collector/storage/statement.hpp"

#include <fmt/format.h>

namespace mimamori::collector::storage {

namespace {

AlertSettingRow row_at(const Statement& row)
{
    AlertSettingRow setting;
    setting.no = row.integer(0);
    setting.kind = row.text(1);
    setting.name = row.text(2);
    setting.body = row.text(3);
    setting.changed_by = row.text(4);
    setting.changed_at = from_ms(row.integer(5));
    return setting;
}

bool name_is_taken(Session& session, const AlertSettingRow& row)
{
    const auto other =
        session.prepared("SELECT 1 FROM alert_setting WHERE kind = ?1 AND name = ?2 AND no <> ?3");
    other->bind(1, row.kind).bind(2, row.name).bind(3, row.no);
    return other->next();
}

void forget_state(Session& session, const char* sql, std::int64_t no)
{
    session.prepared(sql)->bind(1, no).run();
}

} // namespace

std::vector<AlertSettingRow> alert_settings(Session& session)
{
    const auto rows = session.prepared(
        "SELECT no, kind, name, body, changed_by, changed_at_ms FROM alert_setting ORDER BY no");
    std::vector<AlertSettingRow> found;
    while (rows->next())
        found.push_back(row_at(*rows));
    return found;
}

std::optional<AlertSettingRow> find_alert_setting(Session& session, std::int64_t no)
{
    const auto row = session.prepared("SELECT no, kind, name, body, changed_by, changed_at_ms"
                                      " FROM alert_setting WHERE no = ?1");
    row->bind(1, no);
    if (!row->next())
        return {};
    return row_at(*row);
}

Result<void> put_alert_setting(Session& session, AlertSettingRow& row)
{
    if (name_is_taken(session, row))
        return Error{Errc::conflict, fmt::format("name: another {} is called so", row.kind)};
    if (row.no == 0)
    {
        const auto added = session.prepared(R"sql(
            INSERT INTO alert_setting (kind, name, body, changed_by, changed_at_ms)
            VALUES (?1, ?2, ?3, ?4, ?5) RETURNING no)sql");
        added->bind(1, row.kind)
            .bind(2, row.name)
            .bind(3, row.body)
            .bind(4, row.changed_by)
            .bind(5, to_ms(row.changed_at));
        added->next();
        row.no = added->integer(0);
        return {};
    }
    const auto changed = session.prepared(R"sql(
        UPDATE alert_setting SET name = ?3, body = ?4, changed_by = ?5, changed_at_ms = ?6
        WHERE no = ?1 AND kind = ?2)sql");
    changed->bind(1, row.no)
        .bind(2, row.kind)
        .bind(3, row.name)
        .bind(4, row.body)
        .bind(5, row.changed_by)
        .bind(6, to_ms(row.changed_at));
    if (changed->run() == 0)
        return Error{Errc::not_found, fmt::format("no {} with this number", row.kind)};
    return {};
}

Result<void> remove_alert_setting(
    Session& session, std::string_view kind, std::int64_t no, Timestamp now)
{
    const auto gone = session.prepared("DELETE FROM alert_setting WHERE no = ?1 AND kind = ?2");
    gone->bind(1, no).bind(2, kind);
    if (gone->run() == 0)
        return Error{Errc::not_found, fmt::format("no {} with this number", kind)};
    forget_state(session, "DELETE FROM telling WHERE route_no = ?1", no);
    forget_state(session, "DELETE FROM digest_state WHERE digest_no = ?1", no);
    forget_state(session, "DELETE FROM channel_state WHERE channel_no = ?1", no);
    session
        .prepared("UPDATE delivery SET state = 'dead', done_at_ms = ?2,"
                  " problem = 'the channel was removed'"
                  " WHERE channel_no = ?1 AND state = 'queued'")
        ->bind(1, no)
        .bind(2, to_ms(now))
        .run();
    return {};
}

} // namespace mimamori::collector::storage
