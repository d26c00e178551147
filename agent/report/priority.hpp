#pragma once

#include "common/wire/event.hpp"

namespace mimamori::agent::report {

/// Which events a full spool lets go first. Stored as a number: the order matters.
enum class Priority
{
    low,    ///< Also told by a section, so the state is repaired by the next report.
    normal, ///< Told by nothing else.
    high    ///< About protection, about the agent, or about loss itself.
};

constexpr Priority priority_of(wire::EventKind kind)
{
    switch (kind)
    {
    case wire::EventKind::process_first_seen:
    case wire::EventKind::network_changed:
    case wire::EventKind::pattern_changed:
    case wire::EventKind::logon:
        return Priority::low;
    case wire::EventKind::unknown:
    case wire::EventKind::usb_attached:
    case wire::EventKind::usb_removed:
    case wire::EventKind::os_updated:
    case wire::EventKind::service_installed:
    case wire::EventKind::probe_failed:
        return Priority::normal;
    case wire::EventKind::agent_started:
    case wire::EventKind::agent_stopped:
    case wire::EventKind::antivirus_detection:
    case wire::EventKind::antivirus_switched:
    case wire::EventKind::time_jumped:
    case wire::EventKind::events_lost:
    case wire::EventKind::budget_exceeded:
        return Priority::high;
    }
    return Priority::normal;
}

} // namespace mimamori::agent::report
