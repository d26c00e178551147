#pragma once

#include "common/wire/sections/listeners.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// What of a device is compared with the profile of its model.
namespace mimamori::collector::rules {

/// From here on ports are handed out by chance: Linux begins here, Windows at 49152 (RFC 6335).
inline constexpr std::uint16_t dynamic_ports_from = 32'768;

/// A port that other machines can reach.
struct OpenPort
{
    std::string key; ///< As profiles name it: "tcp/445", "tcp/dynamic svc.exe".
    std::uint16_t port{0};
    std::string protocol;     ///< "tcp" or "udp": both address families are one.
    std::string program;      ///< Path; empty: not known.
    std::string program_name; ///< Its last part.
};

/// Each once, in the order of their keys; those on loopback are nobody's business.
std::vector<OpenPort> open_ports(const wire::ListenersSection& listeners);

} // namespace mimamori::collector::rules
