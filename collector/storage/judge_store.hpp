#pragma once

#include "collector/rules/update_state.hpp"
#include "collector/storage/session.hpp"
#include "collector/storage/summary_store.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/event.hpp"
#include "common/wire/sections.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// What the judge reads of a device, and what it remembers. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// A device as the judge sees it: who it is and how it reports.
struct JudgedDevice
{
    std::int64_t no{0};
    DeviceId id;
    SiteId site;
    std::string device_class;
    std::string stage; ///< One of `storage::stages`.
    std::string name;
    std::string vendor;
    std::string model;
    std::string macs;      ///< Separated by spaces.
    std::string addresses; ///< As `macs`, without prefix length.
    Timestamp created_at{};
    std::optional<Timestamp> cloned_since;
    std::string cloned_detail;

    JudgedState state; ///< As the judge stored it last.

    bool may_report{false}; ///< One of its agents is approved.

    // Of the agent that reported last, among those that may.
    std::optional<Timestamp> last_seen_at;
    std::optional<std::int64_t> clock_offset_ms;
    std::optional<std::string> stopped_reason;
    std::string agent_version;
    std::string footprint; ///< JSON of a wire::Footprint; empty: not told.
};

/// Errors: not_found.
Result<JudgedDevice> judged_device(Session& session, const DeviceId& id);

/// Ids of devices by their number; those that are gone are left out.
std::vector<DeviceId> device_ids(Session& session, std::span<const std::int64_t> device_nos);

/// Number of the body that each section has now, by index in wire::section_names(); 0: none.
std::array<std::int64_t, wire::section_count> current_bodies(
    Session& session, std::int64_t device_no);

/// A new event that the judge acts on.
struct JudgedEvent
{
    std::int64_t no{0};
    Timestamp received_at{};
    wire::Event event;
};

/// Events of the device after `after_no`, oldest first, at most `rows_max`: a first run of a
/// program, an arrival of a USB device.
std::vector<JudgedEvent> events_to_judge(
    Session& session, std::int64_t device_no, std::int64_t after_no, std::size_t rows_max);

/// How far the judge has read a device, and what it found: a row of table `judged`.
struct JudgedRow
{
    std::int64_t device_no{0};
    std::int64_t model_no{0};
    std::string macs;
    std::int64_t event_no{0};
    std::int64_t programs_body_no{0};
    std::int64_t usb_body_no{0};
    std::int64_t neighbours_body_no{0};
    std::int64_t listeners_body_no{0};
    std::int64_t services_body_no{0};
    std::int64_t peers_body_no{0};
    std::string programs_unread;
    std::string neighbours_unread;
    std::string services_unread;
    std::string peers_unread;
    std::uint64_t programs_not_kept{0};
    std::uint64_t strangers_not_kept{0};
    std::string verdicts;  ///< JSON; see collector/judge/verdict_list.hpp.
    std::string addresses; ///< As in JudgedDevice when they were taken in.
    rules::UpdateState updates;

    /// Perhaps it has items that the profile of its model lacks; see item_store.hpp.
    bool items_unusual{true};

    friend bool operator==(const JudgedRow&, const JudgedRow&) = default;
};

std::optional<JudgedRow> find_judged(Session& session, std::int64_t device_no);

void put_judged(Session& session, const JudgedRow& row);

/// The highest `event.no` of the device; 0 without events.
std::int64_t newest_event_no(Session& session, std::int64_t device_no);

/// Makes the judge take the neighbours of all devices in anew: who is known has changed.
void forget_neighbours_taken(Session& session);

/// The site's size and age.
struct SiteSize
{
    std::uint32_t devices{0};
    Timestamp first_device_at{};
};

SiteSize site_size(Session& session);

} // namespace mimamori::collector::storage
