#pragma once

#include "collector/rules/usual_hours.hpp"
#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Whether devices that do not report are there all the same. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// A device of which others say that it is there.
struct DeviceSighting
{
    Timestamp seen_at{};
    std::string by_name; ///< The device that sees it.
};

/// Nothing once another device has all its MACs: that one was seen, the same machine after its
/// system was installed anew.
std::optional<DeviceSighting> find_sighting(Session& session, std::int64_t device_no);

/// Notes that `by` saw the device at `seen_at`, unless it is known to have been seen since its last
/// report at `heard_at`. Returns whether it was noted; not for devices that are gone.
bool put_sighting(
    Session& session,
    const DeviceId& device,
    const DeviceId& by,
    Timestamp seen_at,
    Timestamp heard_at);

/// MACs by which the device can be recognised: those that no other device has, as one in a docking
/// station has. At most `rows_max`; none when it was seen at `heard_at` or later.
std::vector<std::string> macs_to_look_for(
    Session& session, const DeviceId& device, Timestamp heard_at, std::size_t rows_max);

/// In which hours of the week a device is usually heard; nothing known: an empty one.
rules::UsualHours usual_hours_of(Session& session, std::int64_t device_no);

/// Notes whether the device of that agent was heard in an hour of the week. Nothing for a device
/// that is gone.
void note_hour(Session& session, std::int64_t agent_no, int hour_of_week, bool heard);

} // namespace mimamori::collector::storage
