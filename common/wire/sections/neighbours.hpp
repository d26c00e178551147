#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// Machines this one has seen on its networks in the last 24 hours.
namespace mimamori::wire {

/// One line of the ARP or ND table. No age: that changes all the time.
struct Neighbour
{
    std::string address;
    std::string mac;
    std::string adapter;

    friend bool operator==(const Neighbour&, const Neighbour&) = default;
};
BOOST_DESCRIBE_STRUCT(Neighbour, (), (address, mac, adapter))

/// Section `neighbours`.
struct NeighboursSection
{
    Provenance from;
    std::vector<Neighbour> neighbours; ///< At most 1,000; more are counted in `not_listed`.
    std::uint32_t not_listed{0};

    friend bool operator==(const NeighboursSection&, const NeighboursSection&) = default;
};
BOOST_DESCRIBE_STRUCT(NeighboursSection, (), (from, neighbours, not_listed))

} // namespace mimamori::wire
