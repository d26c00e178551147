#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// Ports on which the machine takes connections.
namespace mimamori::wire {

/// One listening port.
struct Listener
{
    std::string protocol; ///< "tcp", "udp", "tcp6", "udp6".
    std::string address;  ///< "0.0.0.0", "127.0.0.1".
    std::uint16_t port{0};
    std::string program; ///< Path of the owner; empty: not known.
    std::string user;

    friend bool operator==(const Listener&, const Listener&) = default;
};
BOOST_DESCRIBE_STRUCT(Listener, (), (protocol, address, port, program, user))

/// Section `listeners`.
struct ListenersSection
{
    Provenance from;
    std::vector<Listener> listeners;

    friend bool operator==(const ListenersSection&, const ListenersSection&) = default;
};
BOOST_DESCRIBE_STRUCT(ListenersSection, (), (from, listeners))

} // namespace mimamori::wire
