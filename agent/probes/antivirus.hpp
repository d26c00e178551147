#pragma once

#include "agent/probes/probe.hpp"
#include "common/wire/sections/antivirus.hpp"

namespace mimamori::agent::probes {

/// Reads which antivirus products there are and how fresh their patterns are: runs the engine of
/// agent/antivirus with the definitions of the context.
wire::AntivirusSection read_antivirus(const ProbeContext& context);

} // namespace mimamori::agent::probes
