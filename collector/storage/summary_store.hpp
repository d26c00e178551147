#pragma once

#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// One precomputed row a device with all that lists show. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// A row of table `device_summary`; see 0001_devices.sql for what the columns hold.
struct DeviceSummary
{
    std::int64_t device_no{0};
    DeviceId id;
    SiteId site;
    std::string device_class;
    std::string name;
    std::string hostname;
    std::string domain;
    std::string os;
    std::string os_version;
    std::string vendor;
    std::string model;
    std::string serial;
    std::string addresses;
    std::string macs;
    std::string antivirus;
    std::optional<Timestamp> av_pattern_built_at;
    std::string agent_version;
    Timestamp created_at{};
    std::optional<Timestamp> last_seen_at; ///< Up to minutes old; Liveness has the exact one.
    std::optional<Timestamp> facts_at;
    bool cloned{false};
    std::string state; ///< "good", "info", "warning", "action", "silent", "unknown".
    std::uint32_t open_action{0};
    std::uint32_t open_warning{0};
    std::uint32_t open_info{0};
    std::uint32_t unknown_rules{0};
    std::optional<Timestamp> judged_at;
    std::string stage; ///< One of `storage::stages`.
};

/// Errors: not_found.
Result<DeviceSummary> find_summary(Session& session, const DeviceId& id);

/// All devices, as the judge goes through them.
std::vector<DeviceId> all_devices(Session& session);

/// Brings the columns that come from `facts` up to date; sections that are absent in `facts` leave
/// theirs as they are.
void update_summary(
    Session& session, std::int64_t device_no, const wire::Facts& facts, Timestamp now);

/// What the device's agent said last of its own cost, as the JSON of a wire::Footprint; empty when
/// none has. Minutes old.
std::string find_footprint(Session& session, std::int64_t device_no);

/// What the judge found.
struct JudgedState
{
    std::string state; ///< As in DeviceSummary.
    std::uint32_t open_action{0};
    std::uint32_t open_warning{0};
    std::uint32_t open_info{0};
    std::uint32_t unknown_rules{0};
};

/// Errors: not_found.
Result<void> set_judged_state(
    Session& session, const DeviceId& id, const JudgedState& judged, Timestamp now);

} // namespace mimamori::collector::storage
