#pragma once

#include "agent/probes/probe.hpp"
#include "common/wire/sections/software.hpp"

namespace mimamori::agent::probes {

/// Reads which programs are installed.
///
/// Sources on Linux: the databases of dpkg, opkg, rpm (SQLite form) and apk. The day of an
/// installation is the one (UTC) on which the package was last unpacked. Cost: one pass through
/// the database; about 5 ms for a thousand packages.
wire::SoftwareSection read_software(const ProbeContext& context);

// The parts that decide rather than read.

/// Adds the packages of an apk database (/lib/apk/db/installed).
void parse_apk_database(std::string_view text, wire::SoftwareSection& software);

/// Sorts, drops doubles and cuts at the report's limit.
void settle_software(wire::SoftwareSection& software);

} // namespace mimamori::agent::probes
