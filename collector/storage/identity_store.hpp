#pragma once

#include "collector/storage/device_store.hpp"
#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/identity/machine.hpp"
#include "common/wire/enrollment.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What agent ids are bound to, and what machines are recognised by. Functions for works of
/// `Database`.
namespace mimamori::collector::storage {

/// An agent with its key and newest certificate.
struct AgentIdentity
{
    AgentId agent;
    DeviceId device;
    SiteId site; ///< Of the device.
    AgentStatus status{AgentStatus::approved};
    std::string key_fingerprint; ///< Hexadecimal; the agent id is bound to it.
    std::string enrolled_with;   ///< "key 3", "ticket 5", "recovered".
    std::string secret_hash;     ///< Of that key or ticket.
    std::string approved_by;     ///< A person's name; empty: automatically.
    std::string enrolled_from;   ///< Address.
    wire::MachineFacts machine;
    Timestamp created_at{};
    std::optional<Timestamp> first_issued_at; ///< Nothing: the certificate was not fetched yet.
    std::string serial;                       ///< Of the newest certificate.
    std::optional<Timestamp> not_before;
    std::optional<Timestamp> not_after;
    std::string revoked_by;
    std::string revoked_why;
    std::int64_t no{0};  ///< Rises with each agent; names a place in the list.
    std::string version; ///< As the device last reported it; empty: it has not yet. Not written.
};

/// Adds what is known of an agent that `add_agent` has added. Errors: not_found for an unknown
/// agent, conflict for a key that another agent has.
Result<void> add_identity(Session& session, const AgentIdentity& identity);

std::optional<AgentIdentity> find_identity(Session& session, const AgentId& agent);

std::optional<AgentIdentity> find_identity_by_key(
    Session& session, const std::string& key_fingerprint);

/// All of them, newest first.
std::vector<AgentIdentity> list_identities(Session& session);

/// Which page of them.
struct IdentityQuery
{
    std::optional<std::int64_t> before_no; ///< The last `no` of the page before.
    std::size_t rows_max{100};
};

struct IdentityPage
{
    std::int64_t total{0}; ///< Of all pages.
    std::vector<AgentIdentity> agents;
    bool more{false};
};

IdentityPage page_of_identities(Session& session, const IdentityQuery& query);

struct CertificateRecord
{
    std::string serial;
    Timestamp not_before{};
    Timestamp not_after{};
};

/// Remembers the newest certificate. Errors: not_found.
Result<void> record_certificate(
    Session& session, const AgentId& agent, const CertificateRecord& certificate, Timestamp now);

/// Kills the agent's certificates for good. Errors: not_found; conflict when it was revoked before.
Result<void> revoke_agent(
    Session& session,
    const AgentId& agent,
    const std::string& who,
    const std::string& why,
    Timestamp now);

/// Every agent of the device that is not revoked.
std::vector<AgentId> agents_in_force(Session& session, const DeviceId& device);

/// When the device was heard of last, as far as it is stored; nothing: never. Errors: not_found.
Result<std::optional<Timestamp>> last_seen_of(Session& session, const DeviceId& device);

/// Replaces what the device is recognised by. Errors: not_found.
Result<void> set_machine_facts(
    Session& session, const DeviceId& device, const std::vector<identity::Fact>& facts);

/// A device that has something in common with a machine.
struct Resemblance
{
    DeviceId device;
    SiteId site;
    std::string name;
    std::optional<Timestamp> last_seen;
    std::vector<identity::Fact> common;
};

/// Devices that share at least one of `facts`; at most 50.
std::vector<Resemblance> resembling_devices(
    Session& session, const std::vector<identity::Fact>& facts);

/// Pairs of devices that share a fact other than a hostname or MAC and that nobody has told apart.
struct LikelyTwins
{
    DeviceId older;
    std::string older_name;
    DeviceId newer;
    std::string newer_name;
    std::vector<identity::Fact> common;
};

/// At most 200 pairs.
std::vector<LikelyTwins> likely_twins(Session& session);

/// A person says that they are two machines. Errors: not_found.
Result<void> tell_apart(
    Session& session, const DeviceId& one, const DeviceId& other, const std::string& who);

/// Hangs the agents of `from` on `into`; the facts go with them. `from` stays with its history, in
/// class `ledger`. Errors: not_found; conflict for one and the same device.
Result<void> move_agents(Session& session, const DeviceId& from, const DeviceId& into);

} // namespace mimamori::collector::storage
