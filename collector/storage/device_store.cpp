#include "collector/storage/device_store.hpp"

#include "collector/storage/statement.hpp"

#include <soci/soci.h>
#include <utility>

namespace mimamori::collector::storage {
namespace {

AgentStatus status_of(const std::string& text)
{
    if (text == "approved")
        return AgentStatus::approved;
    return text == "revoked" ? AgentStatus::revoked : AgentStatus::waiting;
}

Error no_such_device(const DeviceId& id)
{
    return Error{Errc::not_found, "no device " + id.text()};
}

/// How many rows the statement changed.
long long affected(soci::statement& statement)
{
    statement.execute(true);
    return statement.get_affected_rows();
}

/// One agent from the columns of `agent_columns`.
struct AgentRow
{
    std::int64_t no{0};
    std::string id;
    std::int64_t device_no{0};
    std::string device;
    std::string status;
    std::int64_t created_at_ms{0};

    AgentRecord record() const
    {
        return {no,
                AgentId{id},
                device_no,
                DeviceId{device},
                status_of(status),
                from_ms(created_at_ms)};
    }
};

} // namespace

std::string_view to_text(DeviceClass device_class)
{
    switch (device_class)
    {
    case DeviceClass::agent:
        return "agent";
    case DeviceClass::snapshot:
        return "snapshot";
    case DeviceClass::ledger:
        break;
    }
    return "ledger";
}

std::string_view to_text(AgentStatus status)
{
    switch (status)
    {
    case AgentStatus::waiting:
        return "waiting";
    case AgentStatus::approved:
        return "approved";
    case AgentStatus::revoked:
        break;
    }
    return "revoked";
}

Result<void> add_device(Session& session, const NewDevice& device, Timestamp now)
{
    auto& sql = session.sql();
    const std::string site = device.site.empty() ? "root" : device.site.text();
    const std::string device_class{to_text(device.device_class)};
    const std::int64_t now_ms = to_ms(now);
    int known_site = 0;
    sql << "SELECT count(*) FROM site WHERE id = :id", soci::use(site), soci::into(known_site);
    if (known_site == 0)
        return Error{Errc::not_found, "no site " + site};

    sql << R"sql(
        INSERT INTO device (id, site_id, class, display_name, created_at_ms)
        VALUES (:id, :site, :class, :name, :now))sql",
        soci::use(device.id.text()), soci::use(site), soci::use(device_class),
        soci::use(device.display_name), soci::use(now_ms);
    const std::string name = !device.display_name.empty() ? device.display_name
                             : !device.hostname.empty()   ? device.hostname
                                                          : device.id.text();
    sql << R"sql(
        INSERT INTO device_summary
            (device_no, id, site_id, class, name, hostname, domain, os, os_version, vendor, model,
             serial, addresses, macs, antivirus, agent_version, created_at_ms)
        SELECT no, id, site_id, class, :name, :hostname, '', '', '', '', '', '', '', '', '', '',
               created_at_ms
        FROM device WHERE id = :id)sql",
        soci::use(name), soci::use(device.hostname), soci::use(device.id.text());
    sql << "INSERT INTO ledger (device_no) SELECT no FROM device WHERE id = :id",
        soci::use(device.id.text());
    return {};
}

Result<void> add_agent(Session& session, const NewAgent& agent, Timestamp now)
{
    const auto device_no = device_no_of(session, agent.device);
    if (!device_no)
        return device_no.error();
    const std::string status{to_text(agent.status)};
    const std::int64_t now_ms = to_ms(now);
    session.sql() << R"sql(
        INSERT INTO agent (id, device_no, status, status_changed_at_ms, created_at_ms)
        VALUES (:id, :device, :status, :now, :now2))sql",
        soci::use(agent.id.text()), soci::use(*device_no), soci::use(status), soci::use(now_ms),
        soci::use(now_ms);
    return {};
}

Result<AgentRecord> find_agent(Session& session, const AgentId& id)
{
    AgentRow row;
    session.sql() << R"sql(
        SELECT agent.no, agent.id, device.no, device.id, agent.status, agent.created_at_ms
        FROM agent JOIN device ON device.no = agent.device_no
        WHERE agent.id = :id)sql",
        soci::use(id.text()), soci::into(row.no), soci::into(row.id), soci::into(row.device_no),
        soci::into(row.device), soci::into(row.status), soci::into(row.created_at_ms);
    if (!session.sql().got_data())
        return Error{Errc::not_found, "no agent " + id.text()};
    return row.record();
}

Result<std::vector<AgentRecord>> agents_of(Session& session, const DeviceId& id)
{
    AgentRow row;
    soci::statement statement =
        (session.sql().prepare << R"sql(
            SELECT agent.no, agent.id, device.no, device.id, agent.status, agent.created_at_ms
            FROM agent JOIN device ON device.no = agent.device_no
            WHERE device.id = :id ORDER BY agent.no)sql",
         soci::use(id.text()), soci::into(row.no), soci::into(row.id), soci::into(row.device_no),
         soci::into(row.device), soci::into(row.status), soci::into(row.created_at_ms));
    std::vector<AgentRecord> found;
    statement.execute();
    while (statement.fetch())
        found.push_back(row.record());
    return found;
}

Result<void> set_agent_status(
    Session& session, const AgentId& id, AgentStatus status, Timestamp now)
{
    const std::string text{to_text(status)};
    const std::int64_t now_ms = to_ms(now);
    soci::statement statement =
        (session.sql().prepare
             << "UPDATE agent SET status = :status, status_changed_at_ms = :now WHERE id = :id",
         soci::use(text), soci::use(now_ms), soci::use(id.text()));
    if (affected(statement) == 0)
        return Error{Errc::not_found, "no agent " + id.text()};
    return {};
}

Result<std::int64_t> device_no_of(Session& session, const DeviceId& id)
{
    const auto row = session.prepared("SELECT no FROM device WHERE id = ?1");
    if (!row->bind(1, std::string_view{id.text()}).next())
        return no_such_device(id);
    return row->integer(0);
}

Result<std::optional<std::int64_t>> device_no_of(
    Session& session, const std::optional<DeviceId>& id)
{
    if (!id)
        return std::optional<std::int64_t>{};
    const auto found = device_no_of(session, *id);
    if (!found)
        return found.error();
    return std::optional{*found};
}

Result<void> rename_device(Session& session, const DeviceId& id, const std::string& display_name)
{
    soci::statement statement =
        (session.sql().prepare << "UPDATE device SET display_name = :name WHERE id = :id",
         soci::use(display_name), soci::use(id.text()));
    if (affected(statement) == 0)
        return no_such_device(id);
    session.sql() << R"sql(
        UPDATE device_summary
        SET name = CASE WHEN :name <> '' THEN :name2 WHEN hostname <> '' THEN hostname ELSE id END
        WHERE id = :id)sql",
        soci::use(display_name), soci::use(display_name), soci::use(id.text());
    return {};
}

Result<void> move_device(Session& session, const DeviceId& id, const SiteId& site)
{
    int known_site = 0;
    session.sql() << "SELECT count(*) FROM site WHERE id = :id", soci::use(site.text()),
        soci::into(known_site);
    if (known_site == 0)
        return Error{Errc::not_found, "no site " + site.text()};
    soci::statement statement =
        (session.sql().prepare << "UPDATE device SET site_id = :site WHERE id = :id",
         soci::use(site.text()), soci::use(id.text()));
    if (affected(statement) == 0)
        return no_such_device(id);
    session.sql() << "UPDATE device_summary SET site_id = :site WHERE id = :id",
        soci::use(site.text()), soci::use(id.text());
    return {};
}

Result<std::optional<Cloned>> cloned_state(Session& session, const DeviceId& id)
{
    Cloned cloned;
    std::int64_t since_ms = 0;
    soci::indicator given = soci::i_null;
    session.sql() << "SELECT cloned_since_ms, cloned_detail FROM device WHERE id = :id",
        soci::use(id.text()), soci::into(since_ms, given), soci::into(cloned.detail);
    if (!session.sql().got_data())
        return no_such_device(id);
    if (given == soci::i_null)
        return std::optional<Cloned>{};
    cloned.since = from_ms(since_ms);
    return std::optional{std::move(cloned)};
}

void set_cloned(Session& session, std::int64_t device_no, const Cloned& cloned)
{
    const std::int64_t since_ms = to_ms(cloned.since);
    session.sql() << R"sql(
        UPDATE device SET cloned_since_ms = coalesce(cloned_since_ms, :since),
                          cloned_detail = :detail
        WHERE no = :no)sql",
        soci::use(since_ms), soci::use(cloned.detail), soci::use(device_no);
    session.sql() << "UPDATE device_summary SET cloned = 1 WHERE device_no = :no",
        soci::use(device_no);
}

Result<void> clear_cloned(Session& session, const DeviceId& id)
{
    soci::statement statement =
        (session.sql().prepare
             << "UPDATE device SET cloned_since_ms = NULL, cloned_detail = '' WHERE id = :id",
         soci::use(id.text()));
    if (affected(statement) == 0)
        return no_such_device(id);
    session.sql() << "UPDATE device_summary SET cloned = 0 WHERE id = :id", soci::use(id.text());
    // The ingest's memory of the device is refreshed when its agents change.
    session.sql() << R"sql(
        UPDATE agent SET status = status
        WHERE device_no = (SELECT no FROM device WHERE id = :id))sql",
        soci::use(id.text());
    return {};
}

} // namespace mimamori::collector::storage
