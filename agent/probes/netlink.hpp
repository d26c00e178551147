#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What the kernel's netlink dumps say. The form is part of the kernel's stable interface and is
/// read byte by byte (host order, as the kernel wrote it), so these functions build everywhere.
namespace mimamori::agent::probes {

/// One address of an adapter (RTM_NEWADDR).
struct NetlinkAddress
{
    std::uint32_t adapter{0}; ///< Number of the adapter.
    std::vector<std::uint8_t> address;
    unsigned prefix_length{0};
    bool permanent{false}; ///< Without a lifetime: set by hand, not leased.
    bool temporary{false}; ///< A privacy address of IPv6 that is replaced every day.
    bool usable{true};     ///< Not tentative, not a duplicate, not deprecated.
};

/// One entry of the ARP or ND table (RTM_NEWNEIGH).
struct NetlinkNeighbour
{
    std::uint32_t adapter{0};
    std::vector<std::uint8_t> address;
    std::vector<std::uint8_t> mac;
    bool answered{false}; ///< The neighbour was there; not an attempt that failed or still runs.

    /// How long ago it was certain that the neighbour is there. Nothing: the table does not say.
    std::optional<std::chrono::milliseconds> confirmed_ago{};
};

/// The entries of a dump. Messages of other kinds are passed over; a damaged one ends the list.
std::vector<NetlinkAddress> parse_addresses(std::string_view messages);
std::vector<NetlinkNeighbour> parse_neighbours(std::string_view messages);

/// The names of nftables' tables with their family: "inet filter".
std::vector<std::string> parse_nftables_tables(std::string_view messages);

} // namespace mimamori::agent::probes
