#pragma once

#include "agent/probes/netlink.hpp"
#include "agent/probes/probe.hpp"
#include "common/wire/sections/neighbours.hpp"

#include <map>

namespace mimamori::agent::probes {

/// Reads which machines answered on the networks within the last 24 hours.
///
/// Source on Linux: the kernel's ARP and ND tables over rtnetlink, remembered in `Memory` because
/// the kernel drops entries after minutes. Nothing is sent. Cost: one dump, well under a
/// millisecond for a usual network.
wire::NeighboursSection read_neighbours(const ProbeContext& context);

// The parts that decide rather than read.

/// How many are kept and how many of them are listed.
inline constexpr std::size_t neighbours_kept_max = 4'096;
inline constexpr std::size_t neighbours_listed_max = 1'000;

/// The entries of a dump that are machines: they answered, have a MAC, and are neither this
/// machine nor a group of machines.
std::vector<wire::Neighbour> machines_in(
    const std::vector<NetlinkNeighbour>& table,
    const std::map<std::uint32_t, std::string>& adapters);

} // namespace mimamori::agent::probes
