#pragma once

#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Devices and the agents on them. Functions for works of `Database` (see session.hpp).
namespace mimamori::collector::storage {

/// How the collector knows of a device.
enum class DeviceClass
{
    agent,    ///< An agent reports.
    snapshot, ///< Files of `mimamori-agent snapshot` are carried in.
    ledger    ///< Known from the ledger or from neighbours only.
};

std::string_view to_text(DeviceClass device_class);

enum class AgentStatus
{
    waiting,  ///< For a person's approval; may not report.
    approved, ///< May report.
    revoked   ///< Never again.
};

std::string_view to_text(AgentStatus status);

struct NewDevice
{
    DeviceId id;
    SiteId site; ///< Empty: the root.
    DeviceClass device_class{DeviceClass::agent};
    std::string display_name; ///< Empty: its hostname is shown.
    std::string hostname;     ///< As far as known; the first report corrects it.
};

/// Adds a device and its row in the lists. Errors: conflict when the id is taken; not_found for an
/// unknown site.
Result<void> add_device(Session& session, const NewDevice& device, Timestamp now);

struct NewAgent
{
    AgentId id;
    DeviceId device;
    AgentStatus status{AgentStatus::approved};
};

/// Adds an agent to a device. Errors: conflict when the id is taken; not_found for an unknown
/// device.
Result<void> add_agent(Session& session, const NewAgent& agent, Timestamp now);

struct AgentRecord
{
    std::int64_t no{0};
    AgentId id;
    std::int64_t device_no{0};
    DeviceId device;
    AgentStatus status{AgentStatus::waiting};
    Timestamp created_at{};
};

/// Errors: not_found.
Result<AgentRecord> find_agent(Session& session, const AgentId& id);

/// All agents the device ever had, oldest first.
Result<std::vector<AgentRecord>> agents_of(Session& session, const DeviceId& id);

/// In force at once: reports of an agent that is not approved are refused. Errors: not_found.
Result<void> set_agent_status(
    Session& session, const AgentId& id, AgentStatus status, Timestamp now);

/// The small number that the tables which grow use in place of the id. Errors: not_found.
Result<std::int64_t> device_no_of(Session& session, const DeviceId& id);

/// The same of a question that need not be about one device: nothing when it is about none.
Result<std::optional<std::int64_t>> device_no_of(
    Session& session, const std::optional<DeviceId>& id);

/// Gives the device the name that people use; empty: its hostname. Errors: not_found.
Result<void> rename_device(Session& session, const DeviceId& id, const std::string& display_name);

/// Errors: not_found for an unknown device or site.
Result<void> move_device(Session& session, const DeviceId& id, const SiteId& site);

/// Two holders of one certificate report as one device.
struct Cloned
{
    Timestamp since{};
    std::string detail; ///< One line for people who know computers.
};

/// Nothing when there is no conflict. While there is, no finding of the device may resolve.
/// Errors: not_found.
Result<std::optional<Cloned>> cloned_state(Session& session, const DeviceId& id);

/// Remembers the conflict; one that is known keeps its time and gets the new detail.
void set_cloned(Session& session, std::int64_t device_no, const Cloned& cloned);

/// A person has settled which holder is the real one. Errors: not_found.
Result<void> clear_cloned(Session& session, const DeviceId& id);

} // namespace mimamori::collector::storage
