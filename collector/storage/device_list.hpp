#pragma once

#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What list pages show of devices: one row each, no joins. Functions for works of `Database`.
namespace mimamori::collector::storage {

struct DeviceRow
{
    DeviceId id;
    std::string site_id;
    std::string device_class;
    std::string name;
    std::string hostname;
    std::string os;
    std::string os_version;
    std::string vendor;
    std::string model;
    std::string addresses; ///< Separated by spaces.
    std::string antivirus;
    std::optional<Timestamp> pattern_built_at;
    std::string agent_version;
    std::optional<Timestamp> last_seen;
    std::string state; ///< "good", "info", "warning", "action", "silent", "unknown".
    std::int64_t open_action{0};
    std::int64_t open_warning{0};
    std::int64_t unknown_rules{0};
};

struct DeviceFilter
{
    std::string text;  ///< In name, hostname, address or MAC, without case; empty: any.
    std::string state; ///< Empty: any. "good" takes "info", too.

    /// Where the page before ended: its last row's name and id; empty: from the start.
    std::string after_name;
    std::string after_id;

    std::size_t rows_max{100};
};

/// One page, by name.
Result<std::vector<DeviceRow>> list_devices(Session& session, const DeviceFilter& filter);

/// How many there are on all pages together.
Result<std::int64_t> count_devices(Session& session, const DeviceFilter& filter);

/// How many devices are in which state; "info" counts as good.
struct StateCounts
{
    std::int64_t total{0};
    std::int64_t good{0};
    std::int64_t warning{0};
    std::int64_t action{0};
    std::int64_t silent{0};
    std::int64_t unknown{0};
};

/// Counts `count` more devices in that state; a state that nobody knows is "unknown".
void add_to(StateCounts& counts, std::string_view state, std::int64_t count);

Result<StateCounts> count_states(Session& session);

/// Devices by the age of their newest pattern: 0–1, 2–3, 4–7, 8–14, 15–30, 31 and more days,
/// no date known.
Result<std::array<std::int64_t, 7>> count_pattern_ages(Session& session, Timestamp now);

} // namespace mimamori::collector::storage
