#include "collector/storage/identity_store.hpp"

#include "collector/storage/soci_rows.hpp"
#include "collector/storage/statement.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace mimamori::collector::storage {
namespace {

const std::string select_identities =
    "SELECT agent.id, device.id, device.site_id, agent.status, key_fingerprint, enrolled_with,"
    " secret_hash, approved_by, enrolled_from, machine, agent.created_at_ms, first_issued_at_ms,"
    " serial, not_before_ms, not_after_ms, revoked_by, revoked_why, agent.no,"
    " coalesce((SELECT s.agent_version FROM device_summary s WHERE s.device_no = device.no), '')"
    " FROM agent_identity JOIN agent ON agent.no = agent_no"
    " JOIN device ON device.no = agent.device_no ";

struct IdentityRow
{
    AgentIdentity identity;
    std::string agent, device, site, status, machine;
    std::int64_t created_ms{0};
    NullableMoment first_issued, not_before, not_after;

    void define(soci::statement& statement)
    {
        place_all(
            statement, agent, device, site, status, identity.key_fingerprint,
            identity.enrolled_with, identity.secret_hash, identity.approved_by,
            identity.enrolled_from, machine, created_ms, first_issued, identity.serial, not_before,
            not_after, identity.revoked_by, identity.revoked_why, identity.no, identity.version);
    }

    AgentIdentity value()
    {
        identity.agent = AgentId{agent};
        identity.device = DeviceId{device};
        identity.site = SiteId{site};
        identity.status = status == "approved"  ? AgentStatus::approved
                          : status == "waiting" ? AgentStatus::waiting
                                                : AgentStatus::revoked;
        auto facts = wire::from_json<wire::MachineFacts>(machine);
        identity.machine = facts ? std::move(*facts) : wire::MachineFacts{};
        identity.created_at = from_ms(created_ms);
        identity.first_issued_at = first_issued.value();
        identity.not_before = not_before.value();
        identity.not_after = not_after.value();
        return identity;
    }
};

struct IdRow
{
    std::string id;

    void define(soci::statement& statement) { place_all(statement, id); }

    AgentId value() const { return AgentId{id}; }
};

identity::FactKind fact_kind_of(const std::string& text)
{
    using identity::FactKind;
    for (const FactKind kind :
         {FactKind::uuid, FactKind::serial, FactKind::board_serial, FactKind::disk_serial,
          FactKind::mac})
    {
        if (text == identity::to_text(kind))
            return kind;
    }
    return FactKind::hostname;
}

struct ResemblanceRow
{
    std::string device, site, name;
    NullableMoment last_seen;

    void define(soci::statement& statement) { place_all(statement, device, site, name, last_seen); }

    Resemblance value() const
    {
        return {DeviceId{device}, SiteId{site}, name, last_seen.value(), {}};
    }
};

struct TwinRow
{
    std::string older, older_name, newer, newer_name, kind, fact;

    void define(soci::statement& statement)
    {
        place_all(statement, older, older_name, newer, newer_name, kind, fact);
    }

    LikelyTwins value() const
    {
        return {
            DeviceId{older}, older_name, DeviceId{newer}, newer_name, {{fact_kind_of(kind), fact}}};
    }
};

/// A fact that more devices share tells nothing.
constexpr int sharing_devices_max = 8;
constexpr std::size_t resemblances_max = 50;

} // namespace

Result<void> add_identity(Session& session, const AgentIdentity& identity)
{
    const auto agent = find_agent(session, identity.agent);
    if (!agent)
        return agent.error();
    const std::string machine = wire::to_json(identity.machine);
    run(session.sql(),
        R"sql(INSERT INTO agent_identity
                  (agent_no, key_fingerprint, enrolled_with, secret_hash, approved_by,
                   enrolled_from, machine, serial, revoked_by, revoked_why)
              VALUES (:agent, :key, :with, :hash, :by, :from, :machine, '', '', ''))sql",
        agent->no, identity.key_fingerprint, identity.enrolled_with, identity.secret_hash,
        identity.approved_by, identity.enrolled_from, machine);
    return {};
}

std::optional<AgentIdentity> find_identity(Session& session, const AgentId& agent)
{
    return row_of<IdentityRow>(
        session.sql(), select_identities + "WHERE agent.id = :id", agent.text());
}

std::optional<AgentIdentity> find_identity_by_key(
    Session& session, const std::string& key_fingerprint)
{
    return row_of<IdentityRow>(
        session.sql(), select_identities + "WHERE key_fingerprint = :key", key_fingerprint);
}

std::vector<AgentIdentity> list_identities(Session& session)
{
    return rows_of<IdentityRow>(session.sql(), select_identities + "ORDER BY agent.no DESC");
}

IdentityPage page_of_identities(Session& session, const IdentityQuery& query)
{
    IdentityPage page;
    const auto count = session.prepared("SELECT count(*) FROM agent_identity");
    count->next();
    page.total = count->integer(0);
    const std::int64_t before = query.before_no.value_or(std::numeric_limits<std::int64_t>::max());
    const auto rows_max = static_cast<std::int64_t>(query.rows_max + 1);
    page.agents = rows_of<IdentityRow>(
        session.sql(),
        select_identities + "WHERE agent.no < :before ORDER BY agent.no DESC LIMIT :max", before,
        rows_max);
    page.more = page.agents.size() > query.rows_max;
    page.agents.resize(std::min(page.agents.size(), query.rows_max));
    return page;
}

Result<void> record_certificate(
    Session& session, const AgentId& agent, const CertificateRecord& certificate, Timestamp now)
{
    const std::int64_t now_ms = to_ms(now);
    const std::int64_t not_before_ms = to_ms(certificate.not_before);
    const std::int64_t not_after_ms = to_ms(certificate.not_after);
    const auto recorded =
        run(session.sql(),
            R"sql(UPDATE agent_identity
                  SET first_issued_at_ms = coalesce(first_issued_at_ms, :now), serial = :serial,
                      not_before_ms = :from, not_after_ms = :until
                  WHERE agent_no = (SELECT no FROM agent WHERE id = :id))sql",
            now_ms, certificate.serial, not_before_ms, not_after_ms, agent.text());
    if (recorded == 0)
        return Error{Errc::not_found, "no identity of agent " + agent.text()};
    return {};
}

Result<void> revoke_agent(
    Session& session,
    const AgentId& agent,
    const std::string& who,
    const std::string& why,
    Timestamp now)
{
    const auto known = find_agent(session, agent);
    if (!known)
        return known.error();
    if (known->status == AgentStatus::revoked)
        return Error{Errc::conflict, "agent " + agent.text() + " was revoked before"};
    if (auto set = set_agent_status(session, agent, AgentStatus::revoked, now); !set)
        return set;
    run(session.sql(),
        "UPDATE agent_identity SET revoked_by = :who, revoked_why = :why WHERE agent_no = :no", who,
        why, known->no);
    // Two that held its certificate are both kept out: the conflict is settled.
    const auto shared = session.prepared(
        "SELECT EXISTS (SELECT 1 FROM stream WHERE agent_no = ?1 AND state = 'conflict')");
    shared->bind(1, known->no).next();
    if (shared->integer(0) == 0)
        return {};
    return clear_cloned(session, known->device);
}

std::vector<AgentId> agents_in_force(Session& session, const DeviceId& device)
{
    return rows_of<IdRow>(
        session.sql(),
        "SELECT agent.id FROM agent JOIN device ON device.no = device_no"
        " WHERE device.id = :id AND agent.status <> 'revoked' ORDER BY agent.no",
        device.text());
}

Result<std::optional<Timestamp>> last_seen_of(Session& session, const DeviceId& device)
{
    const auto found = row_of<ResemblanceRow>(
        session.sql(), "SELECT id, site_id, name, last_seen_ms FROM device_summary WHERE id = :id",
        device.text());
    if (!found)
        return Error{Errc::not_found, "no device " + device.text()};
    return found->last_seen;
}

Result<void> set_machine_facts(
    Session& session, const DeviceId& device, const std::vector<identity::Fact>& facts)
{
    const auto device_no = device_no_of(session, device);
    if (!device_no)
        return device_no.error();
    run(session.sql(), "DELETE FROM machine_fact WHERE device_no = :no", *device_no);
    for (const identity::Fact& fact : facts)
    {
        const std::string kind{identity::to_text(fact.kind)};
        run(session.sql(),
            "INSERT OR IGNORE INTO machine_fact (kind, value, device_no) VALUES (:kind, :value, "
            ":no)",
            kind, fact.value, *device_no);
    }
    return {};
}

std::vector<Resemblance> resembling_devices(
    Session& session, const std::vector<identity::Fact>& facts)
{
    std::vector<Resemblance> found;
    for (const identity::Fact& fact : facts)
    {
        const std::string kind{identity::to_text(fact.kind)};
        const auto sharing = rows_of<ResemblanceRow>(
            session.sql(),
            R"sql(SELECT device_summary.id, device_summary.site_id, device_summary.name,
                         device_summary.last_seen_ms
                  FROM machine_fact JOIN device_summary USING (device_no)
                  WHERE kind = :kind AND value = :value ORDER BY device_no LIMIT 50)sql",
            kind, fact.value);
        for (const Resemblance& one : sharing)
        {
            auto known = std::find_if(found.begin(), found.end(), [&](const Resemblance& other) {
                return other.device == one.device;
            });
            if (known == found.end() && found.size() == resemblances_max)
                continue;
            if (known == found.end())
                known = found.insert(found.end(), one);
            known->common.push_back(fact);
        }
    }
    return found;
}

std::vector<LikelyTwins> likely_twins(Session& session)
{
    const std::int64_t sharing_max = sharing_devices_max;
    const auto rows = rows_of<TwinRow>(
        session.sql(),
        R"sql(SELECT older.id, older.name, newer.id, newer.name, a.kind, a.value
              FROM machine_fact a
              JOIN machine_fact b ON b.kind = a.kind AND b.value = a.value
                                     AND b.device_no > a.device_no
              JOIN device_summary older ON older.device_no = a.device_no
              JOIN device_summary newer ON newer.device_no = b.device_no
              WHERE a.kind IN ('uuid', 'serial', 'board_serial', 'disk_serial')
                AND (SELECT count(*) FROM machine_fact c
                     WHERE c.kind = a.kind AND c.value = a.value) <= :max
                AND NOT EXISTS (SELECT 1 FROM different_machines d
                                WHERE d.lower_no = a.device_no AND d.higher_no = b.device_no)
              ORDER BY a.device_no, b.device_no LIMIT 800)sql",
        sharing_max);
    constexpr std::size_t pairs_max = 200;
    std::vector<LikelyTwins> pairs;
    for (const LikelyTwins& row : rows)
    {
        const bool same =
            !pairs.empty() && pairs.back().older == row.older && pairs.back().newer == row.newer;
        if (same)
            pairs.back().common.push_back(row.common.front());
        else if (pairs.size() < pairs_max)
            pairs.push_back(row);
    }
    return pairs;
}

Result<void> tell_apart(
    Session& session, const DeviceId& one, const DeviceId& other, const std::string& who)
{
    const auto one_no = device_no_of(session, one);
    if (!one_no)
        return one_no.error();
    const auto other_no = device_no_of(session, other);
    if (!other_no)
        return other_no.error();
    const std::int64_t lower = std::min(*one_no, *other_no);
    const std::int64_t higher = std::max(*one_no, *other_no);
    run(session.sql(),
        "INSERT OR IGNORE INTO different_machines (lower_no, higher_no, decided_by)"
        " VALUES (:lower, :higher, :who)",
        lower, higher, who);
    return {};
}

Result<void> move_agents(Session& session, const DeviceId& from, const DeviceId& into)
{
    const auto from_no = device_no_of(session, from);
    if (!from_no)
        return from_no.error();
    const auto into_no = device_no_of(session, into);
    if (!into_no)
        return into_no.error();
    if (*from_no == *into_no)
        return Error{Errc::conflict, "a device cannot be merged with itself"};
    auto& sql = session.sql();
    run(sql, "UPDATE agent SET device_no = :into WHERE device_no = :from", *into_no, *from_no);
    run(sql, "DELETE FROM machine_fact WHERE device_no = :into", *into_no);
    run(sql, "UPDATE machine_fact SET device_no = :into WHERE device_no = :from", *into_no,
        *from_no);
    // What is left of it is a page in the ledger: its history, and nothing that is so now.
    run(sql, "DELETE FROM section_current WHERE device_no = :from", *from_no);
    run(sql, "UPDATE device SET class = 'ledger' WHERE no = :from", *from_no);
    run(sql, "UPDATE device_summary SET class = 'ledger' WHERE device_no = :from", *from_no);
    return {};
}

} // namespace mimamori::collector::storage
