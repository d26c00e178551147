#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Network addresses as text.
namespace mimamori::agent::probes {

/// "10.20.7.31" of 4 bytes; the RFC 5952 form of 16 bytes, IPv4 in it as plain IPv4; empty for any
/// other number of bytes.
std::string address_text(std::span<const std::uint8_t> bytes);

/// "00:1b:21:aa:bb:cc"; empty when there are no bytes or all are zero.
std::string mac_text(std::span<const std::uint8_t> bytes);

/// Whether the bytes are an address of this machine itself (127.0.0.0/8, ::1), also IPv4 in IPv6.
bool is_loopback(std::span<const std::uint8_t> bytes);

/// Whether the bytes are no host's address: multicast, broadcast or unspecified.
bool is_no_host(std::span<const std::uint8_t> bytes);

/// The number of leading one bits of a netmask in network order.
unsigned prefix_length(std::span<const std::uint8_t> mask);

} // namespace mimamori::agent::probes
