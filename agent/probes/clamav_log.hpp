#pragma once

#include "agent/antivirus/platform_facts.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections/antivirus.hpp"

namespace mimamori::agent::probes {

/// What ClamAV's daemon found in the last week, from its log, into a section that has its product.
///
/// A line is "Mon Nov 23 02:10:33 2026 -> /home/a.exe: Win.Test.EICAR_HDB-1 FOUND" when the log has
/// times (LogTime in clamd.conf(5), on in Debian). Scans of clamscan(1), which is a program that
/// people run, are not in it.
void read_clamav_detections(
    wire::AntivirusSection& section, const antivirus::PlatformFacts& facts, Timestamp now);

} // namespace mimamori::agent::probes
