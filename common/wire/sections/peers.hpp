#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// Who the machine talks to.
namespace mimamori::wire {

/// One remote end of established connections, summed up over the last 24 hours.
struct RemotePeer
{
    std::string address;
    std::uint16_t port{0}; ///< The service's end: theirs when we connected, ours when they did.
    std::string direction; ///< "out" or "in".
    std::string program;

    friend bool operator==(const RemotePeer&, const RemotePeer&) = default;
};
BOOST_DESCRIBE_STRUCT(RemotePeer, (), (address, port, direction, program))

/// Section `peers`.
struct PeersSection
{
    Provenance from;
    std::vector<RemotePeer> peers; ///< At most 500; more are counted in `not_listed`.
    std::uint32_t not_listed{0};

    friend bool operator==(const PeersSection&, const PeersSection&) = default;
};
BOOST_DESCRIBE_STRUCT(PeersSection, (), (from, peers, not_listed))

} // namespace mimamori::wire
