#include "agent/probes/neighbours.hpp"

#include "agent/probes/ip_text.hpp"

namespace mimamori::agent::probes {

std::vector<wire::Neighbour> machines_in(
    const std::vector<NetlinkNeighbour>& table,
    const std::map<std::uint32_t, std::string>& adapters)
{
    std::vector<wire::Neighbour> machines;
    for (const NetlinkNeighbour& entry : table)
    {
        const auto adapter = adapters.find(entry.adapter);
        std::string mac = mac_text(entry.mac);
        const bool group = !entry.mac.empty() && (entry.mac[0] & 1U) != 0;
        if (!entry.answered || mac.empty() || group || adapter == adapters.end()
            || is_loopback(entry.address) || is_no_host(entry.address))
            continue;
        machines.push_back({address_text(entry.address), std::move(mac), adapter->second});
    }
    return machines;
}

} // namespace mimamori::agent::probes
