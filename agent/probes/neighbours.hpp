#pragma once

#include "agent/probes/netlink.hpp"
#include "agent/probes/probe.hpp"
#include "common/base/result.hpp"
#include "common/wire/report.hpp"
#include "common/wire/sections/neighbours.hpp"

#include <chrono>
#include <map>
#include <span>
#include <string>

namespace mimamori::agent::probes {

/// Reads which machines answered on the networks within the last 24 hours.
///
/// Source on Linux: the kernel's ARP and ND tables over rtnetlink, remembered in `Memory` because
/// the kernel drops entries after minutes. Nothing is sent. Cost: one dump, well under a
/// millisecond for a usual network.
wire::NeighboursSection read_neighbours(const ProbeContext& context);

/// Which of the machines with these MACs ("3c:52:82:11:22:33") were certainly there within the last
/// ten minutes, and how long ago. Reads the same tables now; sends nothing, so a machine with which
/// this one does not speak is not seen. Empty when the tables cannot be read.
std::vector<wire::NeighbourSighting> look_for_neighbours(
    const ProbeContext& context, std::span<const std::string> macs);

/// The tables as they are now. Errors: those of LiveSystem.
Result<std::vector<NetlinkNeighbour>> neighbour_table(const ProbeContext& context);

// The parts that decide rather than read.

/// What was certain longer ago is no sighting.
inline constexpr std::chrono::minutes sighting_age_max{10};

/// A table keeps machines that are long gone while it has room; one that was not certain for so
/// long is not noted as seen.
inline constexpr std::chrono::hours neighbour_age_max{1};

std::vector<wire::NeighbourSighting> sightings_in(
    const std::vector<NetlinkNeighbour>& table, std::span<const std::string> macs);

/// How many are kept and how many of them are listed.
inline constexpr std::size_t neighbours_kept_max = 4'096;
inline constexpr std::size_t neighbours_listed_max = 1'000;

/// The entries of a dump that are machines: they answered, have a MAC, and are neither this
/// machine nor a group of machines.
std::vector<wire::Neighbour> machines_in(
    const std::vector<NetlinkNeighbour>& table,
    const std::map<std::uint32_t, std::string>& adapters);

} // namespace mimamori::agent::probes
