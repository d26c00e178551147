#pragma once

#include "agent/probes/probe.hpp"
#include "agent/probes/sockets.hpp"
#include "common/wire/sections/peers.hpp"

#include <set>

namespace mimamori::agent::probes {

/// Reads with which machines there are TCP connections, summed up over the last 24 hours in
/// `Memory`. Connections that begin and end between two looks are not seen.
///
/// Source on Linux: /proc/net/tcp and tcp6; connections to the machine itself are left out.
wire::PeersSection read_peers(const ProbeContext& context);

// The parts that decide rather than read.

/// How many are kept and how many of them are listed.
inline constexpr std::size_t peers_kept_max = 2'000;
inline constexpr std::size_t peers_listed_max = 500;

/// The ports on which the machine listens.
std::set<std::uint16_t> listening_ports(const std::vector<Socket>& sockets);

/// What the connection says about its remote end: incoming when its local port is one on which we
/// listen. `program` is left empty.
wire::RemotePeer peer_of(const Socket& socket, const std::set<std::uint16_t>& listening);

/// Whether the socket is an established connection with another machine.
bool is_connection(const Socket& socket);

} // namespace mimamori::agent::probes
