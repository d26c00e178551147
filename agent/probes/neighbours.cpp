#include "agent/probes/neighbours.hpp"

#include "agent/probes/ip_text.hpp"

#include <algorithm>

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
        const bool is_old = entry.confirmed_ago && *entry.confirmed_ago > neighbour_age_max;
        if (!entry.answered || is_old || mac.empty() || group || adapter == adapters.end()
            || is_loopback(entry.address) || is_no_host(entry.address))
            continue;
        machines.push_back({address_text(entry.address), std::move(mac), adapter->second});
    }
    return machines;
}

std::vector<wire::NeighbourSighting> sightings_in(
    const std::vector<NetlinkNeighbour>& table, std::span<const std::string> macs)
{
    std::vector<wire::NeighbourSighting> seen;
    for (const std::string& mac : macs)
    {
        std::optional<std::chrono::milliseconds> newest;
        for (const NetlinkNeighbour& entry : table)
        {
            const auto ago = entry.confirmed_ago;
            if (!entry.answered || !ago || *ago > sighting_age_max || mac_text(entry.mac) != mac)
                continue;
            newest = newest ? std::min(*newest, *ago) : *ago;
        }
        if (newest)
            seen.push_back({mac, static_cast<std::uint32_t>(newest->count() / 1000)});
    }
    return seen;
}

std::vector<wire::NeighbourSighting> look_for_neighbours(
    const ProbeContext& context, std::span<const std::string> macs)
{
    const auto table = neighbour_table(context);
    if (!table)
        return {};
    return sightings_in(*table, macs);
}

} // namespace mimamori::agent::probes
