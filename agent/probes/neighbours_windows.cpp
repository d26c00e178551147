#include "agent/probes/neighbours.hpp"
#include "agent/probes/windows/sections.hpp"

namespace mimamori::agent::probes {

Result<std::vector<NetlinkNeighbour>> neighbour_table(const ProbeContext& context)
{
    return windows::neighbours_now(context);
}

} // namespace mimamori::agent::probes
