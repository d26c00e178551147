#pragma once

#include "common/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::agent::windows {

using AddressBytes = std::vector<std::uint8_t>; ///< 4 or 16 bytes in network order.

/// An address with the length of its prefix.
struct PrefixedAddress
{
    AddressBytes address;
    unsigned prefix_bits{0};
};

/// One network adapter (GetAdaptersAddresses, GetIfEntry2).
struct AdapterRow
{
    std::uint32_t index{0};
    std::string id;   ///< "{4D36E972-…}", the adapter's GUID.
    std::string name; ///< "イーサネット": what people see.
    std::string description;
    AddressBytes mac;
    std::uint32_t type{0};   ///< IANA ifType: 6 Ethernet, 24 loopback, 71 Wi-Fi, 131 tunnel, …
    std::uint32_t medium{0}; ///< NDIS_PHYSICAL_MEDIUM: 8 wireless WAN, 9 native 802.11, …
    bool hardware{false};    ///< A device, not software.
    bool link_up{false};
    std::optional<bool> dhcp;
    std::vector<PrefixedAddress> addresses;
    std::vector<AddressBytes> gateways;
    std::vector<AddressBytes> dns;
    std::string device_id; ///< Instance id of its device: "USB\VID_…" tells tethering.
};

/// One route of the forwarding table.
struct RouteRow
{
    PrefixedAddress destination;
    AddressBytes gateway; ///< All zero: directly connected.
    std::uint32_t adapter{0};
};

/// One entry of the ARP or ND table.
struct NeighbourRow
{
    AddressBytes address;
    AddressBytes mac;
    std::uint32_t adapter{0};
    bool answered{false}; ///< It was reachable, or is expected to be.

    /// It was certain within the last 45 seconds (RFC 4861, 6.3.2) that it is there.
    bool reachable{false};
};

/// What a socket does.
enum class SocketUse
{
    listening, ///< UDP: takes packets.
    established,
    other
};

/// One TCP or UDP socket with its owner.
struct SocketRow
{
    std::string protocol; ///< "tcp", "tcp6", "udp", "udp6".
    AddressBytes local_address;
    std::uint16_t local_port{0};
    AddressBytes remote_address;
    std::uint16_t remote_port{0};
    SocketUse use{SocketUse::other};
    std::uint32_t process{0};
};

/// The tables of the IP stack, only for reading. Errors: forbidden, unsupported, io.
class Network
{
public:
    virtual ~Network() = default;

    virtual Result<std::vector<AdapterRow>> adapters() const = 0;
    virtual Result<std::vector<RouteRow>> routes() const = 0;
    virtual Result<std::vector<NeighbourRow>> neighbours() const = 0;
    virtual Result<std::vector<SocketRow>> sockets() const = 0;
};

} // namespace mimamori::agent::windows
