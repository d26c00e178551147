#pragma once

#include "collector/rules/usual_hours.hpp"
#include "common/base/id.hpp"
#include "common/base/time.hpp"
#include "common/wire/report.hpp"
#include "common/wire/sections.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::rules {

/// One thing that went wrong with a device's record, as the collector noticed it.
struct Incident
{
    std::string what;        ///< "events_lost", "stream_went_back", …: the case in the texts.
    Timestamp at{};          ///< When it happened last, by the collector's clock.
    std::uint64_t events{0}; ///< How many are missing; 0: not known.
    std::string text;        ///< One line for people who know computers.

    friend bool operator==(const Incident&, const Incident&) = default;
};

/// What the collector knows about a device as a sender, from its connections and reports.
struct SenderFacts
{
    Timestamp enrolled_at{};
    Timestamp last_seen_at{};    ///< The newest report, by the collector's clock.
    Timestamp listening_since{}; ///< Start of this collector: before it, silence says nothing.
    std::chrono::seconds heartbeat{60};
    bool may_report{true};      ///< One of its agents is neither waiting nor revoked.
    bool said_goodbye{false};   ///< The newest event is a shutdown of the agent with its reason.
    std::string goodbye_reason; ///< "shutdown".
    std::string agent_version;  ///< Empty: it has not reported yet.

    /// When another device certainly saw it on the network, and which.
    std::optional<Timestamp> sighted_at;
    std::string sighted_by;

    UsualHours usual_hours;             ///< When it is usually heard.
    std::chrono::minutes utc_offset{0}; ///< Of the site's wall clocks.

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
    std::optional<wire::Footprint> footprint; ///< What its agent last said of its own cost.
    SenderFacts sender;
};

} // namespace mimamori::collector::rules
