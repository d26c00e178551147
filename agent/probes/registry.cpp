#include "agent/probes/probe.hpp"

#include <algorithm>

namespace mimamori::agent::probes {

const Probe* find_probe(std::string_view name)
{
    const auto probes = all_probes();
    const auto found = std::find_if(
        probes.begin(), probes.end(), [&](const Probe& probe) { return probe.name == name; });
    return found == probes.end() ? nullptr : &*found;
}

} // namespace mimamori::agent::probes
