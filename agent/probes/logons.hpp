#pragma once

#include "agent/probes/probe.hpp"
#include "agent/probes/utmp.hpp"
#include "common/wire/sections/logons.hpp"

namespace mimamori::agent::probes {

/// Reads who used the machine, from its own log.
///
/// Sources on Linux: wtmp and its last rotated file, or wtmpdb's database on systems without wtmp.
/// Cost: at most the last 4 MiB of each.
wire::LogonsSection read_logons(const ProbeContext& context);

// The parts that decide rather than read.

/// The longest list of the section.
inline constexpr std::size_t logons_max = 200;

/// Kind and source of one logon. Terminals on a display or inside another terminal are one place
/// each, without their numbers.
wire::Logon describe_logon(const LogonRecord& record);

/// The last logon of each user, kind and source, newest first.
std::vector<wire::Logon> newest_logons(const std::vector<LogonRecord>& records);

} // namespace mimamori::agent::probes
