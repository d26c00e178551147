#pragma once

#include "common/base/id.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::rules {

/// What the collector noticed about a device's stream of reports.
enum class IncidentKind
{
    unknown,
    events_lost,      ///< The agent had to drop events and said so.
    sequence_gap,     ///< Numbers are missing and nobody said why.
    stream_went_back, ///< The device came back with an older copy of its spool.
    content_differs   ///< A number that was stored came again with other content.
};
BOOST_DESCRIBE_ENUM(
    IncidentKind, unknown, events_lost, sequence_gap, stream_went_back, content_differs)

/// One incident in a device's stream of reports.
struct Incident
{
    IncidentKind kind{IncidentKind::unknown};
    Timestamp at{};          ///< By the collector's clock.
    std::uint64_t events{0}; ///< How many are missing; 0: not known.
    std::string text;

    friend bool operator==(const Incident&, const Incident&) = default;
};

/// What the collector knows about a device as a sender, from its connections and reports.
struct SenderFacts
{
    Timestamp enrolled_at{};
    Timestamp last_seen_at{};    ///< The newest report, by the collector's clock.
    Timestamp listening_since{}; ///< Start of this collector: before it, silence says nothing.
    std::chrono::seconds heartbeat{60};
    bool said_goodbye{false};   ///< The newest event is a shutdown of the agent with its reason.
    std::string goodbye_reason; ///< "shutdown".

    /// Device clock minus collector clock when the newest report was sent.
    std::optional<std::chrono::milliseconds> clock_offset;

    std::vector<Incident> incidents; ///< Of the last months, oldest first.

    /// Two holders of one key: since when. Nothing of such a device may close a finding.
    std::optional<Timestamp> conflict_since;
    std::string conflict_text;

    friend bool operator==(const SenderFacts&, const SenderFacts&) = default;
};

/// All that rules may know about one device.
struct DeviceFacts
{
    DeviceId id;
    std::string name; ///< Hostname, or what the ledger calls it.
    SiteId site;
    std::string department;
    std::string model; ///< Vendor and model; empty: not known.
    wire::Facts facts;
    SenderFacts sender;
};

} // namespace mimamori::collector::rules
