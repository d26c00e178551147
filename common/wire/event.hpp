#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/antivirus.hpp"
#include "common/wire/sections/processes.hpp"
#include "common/wire/sections/usb.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace mimamori::wire {

/// What happened. `unknown` stands for a kind that a newer agent knows and we do not: such an
/// event is stored and shown, but no rule acts on it.
enum class EventKind
{
    unknown,
    agent_started,
    agent_stopped, ///< `text` is the reason: "shutdown", "service stop", "killed", …
    usb_attached,
    usb_removed,
    process_first_seen,
    antivirus_detection,
    antivirus_switched, ///< Real-time protection went on or off.
    pattern_changed,
    os_updated,
    network_changed,
    logon,
    service_installed,
    time_jumped, ///< The device's clock moved by more than a minute against its steady clock.
    events_lost, ///< The spool was full; `Report::lost` counts it.
    probe_failed,
    budget_exceeded ///< The agent held itself back; `text` names resource, limit and value.
};
BOOST_DESCRIBE_ENUM(
    EventKind,
    unknown,
    agent_started,
    agent_stopped,
    usb_attached,
    usb_removed,
    process_first_seen,
    antivirus_detection,
    antivirus_switched,
    pattern_changed,
    os_updated,
    network_changed,
    logon,
    service_installed,
    time_jumped,
    events_lost,
    probe_failed,
    budget_exceeded)

/// One thing that happened on a device.
struct Event
{
    std::uint64_t number{0}; ///< In its stream: from 1, rising by 1, never used twice.
    Timestamp at{};          ///< By the device's clock.
    EventKind kind{EventKind::unknown};
    std::string text; ///< One line for people who know computers; evidence, not verdict.
    std::string user;
    std::optional<UsbDevice> usb;
    std::optional<Program> program;
    std::optional<AntivirusProduct> antivirus;

    friend bool operator==(const Event&, const Event&) = default;
};
BOOST_DESCRIBE_STRUCT(Event, (), (number, at, kind, text, user, usb, program, antivirus))

} // namespace mimamori::wire
