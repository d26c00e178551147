#pragma once

#include "agent/windows/machine.hpp"
#include "common/base/result.hpp"
#include "common/wire/event.hpp"

#include <vector>

namespace mimamori::agent::probes::windows {

/// The USB storage that came and went from `since` on, oldest first, as events without user: what
/// nobody watched while the agent was stopped. At most 200.
///
/// Source: event 1006 of Microsoft-Windows-Partition/Diagnostic, on by default since Windows 10,
/// written when a disk appears and once more, with a capacity of 0, when it goes; a new version of
/// Windows empties it. Other devices (keyboards, telephones) are not in it. What was plugged in
/// when the machine was switched on, and still is, did not come: the section tells it.
///
/// Errors: those of the log; not_found where this Windows has none.
Result<std::vector<wire::Event>> read_usb_history(
    const agent::windows::Machine& machine,
    Timestamp since,
    const std::vector<wire::UsbDevice>& present);

} // namespace mimamori::agent::probes::windows
