#pragma once

#include "common/wire/enrollment.hpp"
#include "common/wire/sections.hpp"

namespace mimamori::agent::uplink {

/// What this machine is recognised by, from what the probes `os`, `hardware` and `interfaces`
/// found; what they did not find is left out, and so is junk.
wire::MachineFacts machine_facts_of(const wire::Facts& facts);

} // namespace mimamori::agent::uplink
