#include "agent/probes/probe.hpp"
#include "agent/probes/windows/sections.hpp"

namespace mimamori::agent::probes {

std::span<const Probe> all_probes()
{
    return windows::all_probes();
}

} // namespace mimamori::agent::probes
