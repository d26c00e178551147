#pragma once

#include "agent/windows/machine.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections/antivirus.hpp"

namespace mimamori::agent::probes::windows {

/// What Microsoft Defender found in the last week, from its event log, into a section that has its
/// product.
///
/// Source: Microsoft-Windows-Windows Defender/Operational, events 1116 (found) and 1117 to 1119
/// (what became of it: done, failed, failed and dangerous), which share a "Detection ID"; 1006 and
/// 1007 are the same for what a scan finds. https://learn.microsoft.com/defender-endpoint/
/// troubleshoot-microsoft-defender-antivirus.
void read_defender_detections(
    wire::AntivirusSection& section, const agent::windows::Machine& machine, Timestamp now);

} // namespace mimamori::agent::probes::windows
