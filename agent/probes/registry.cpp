#include "agent/probes/interfaces.hpp"
#include "agent/probes/listeners.hpp"
#include "agent/probes/neighbours.hpp"
#include "agent/probes/os.hpp"
#include "agent/probes/patches.hpp"
#include "agent/probes/peers.hpp"
#include "agent/probes/probe.hpp"
#include "agent/probes/software.hpp"

#include <algorithm>

namespace mimamori::agent::probes {
namespace {

using namespace std::chrono_literals;

/// Keeps what `read` found in one member of the facts.
template <auto member, auto read>
void into(const ProbeContext& context, wire::Facts& facts)
{
    facts.*member = read(context);
}

// clang-format off
constexpr Probe probes[] = {
    {"os", 1h, into<&wire::Facts::os, read_os>},
    {"patches", 15min, into<&wire::Facts::patches, read_patches>},
    {"interfaces", 1min, into<&wire::Facts::interfaces, read_interfaces>},
    {"neighbours", 1min, into<&wire::Facts::neighbours, read_neighbours>},
    {"listeners", 5min, into<&wire::Facts::listeners, read_listeners>},
    {"peers", 1min, into<&wire::Facts::peers, read_peers>},
    {"software", 1h, into<&wire::Facts::software, read_software>},
};
// clang-format on

} // namespace

std::span<const Probe> all_probes()
{
    return probes;
}

const Probe* find_probe(std::string_view name)
{
    const auto found = std::find_if(std::begin(probes), std::end(probes), [&](const Probe& probe) {
        return probe.name == name;
    });
    return found == std::end(probes) ? nullptr : found;
}

} // namespace mimamori::agent::probes
