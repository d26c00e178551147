#pragma once

#include "agent/probes/probe.hpp"
#include "agent/probes/sockets.hpp"
#include "common/wire/sections/listeners.hpp"

namespace mimamori::agent::probes {

/// Reads on which ports the machine takes connections or packets, and which program does.
///
/// Source on Linux: /proc/net/{tcp,tcp6,udp,udp6} of the agent's network namespace and the
/// descriptors of the processes. UDP sockets on ports of the ephemeral range are left out: they
/// belong to clients waiting for an answer and come and go.
wire::ListenersSection read_listeners(const ProbeContext& context);

// The parts that decide rather than read.

/// The ports that the system hands out by itself: "32768\t60999" of ip_local_port_range.
struct PortRange
{
    std::uint16_t first{32'768};
    std::uint16_t last{60'999};
};

PortRange parse_port_range(std::string_view text);

/// The sockets that listen.
std::vector<Socket> listening_among(const std::vector<Socket>& sockets, PortRange ephemeral);

/// Sorts, drops doubles (several processes on one port) and cuts at the report's limit.
void settle_listeners(wire::ListenersSection& section);

} // namespace mimamori::agent::probes
