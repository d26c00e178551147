#include "agent/windows/live_windows.hpp"
#include "common/platform/system_windows.hpp"

// These come before windows.h, in this order.
#include <winsock2.h>
#include <ws2tcpip.h>

#include <algorithm>
#include <iphlpapi.h>
#include <netioapi.h>
#include <vector>

namespace mimamori::agent::windows {
namespace {

template <class Bytes>
AddressBytes bytes_of(const Bytes& address)
{
    const auto* const first = reinterpret_cast<const std::uint8_t*>(&address);
    return {first, first + sizeof address};
}

AddressBytes address_of(const SOCKADDR* address)
{
    if (address == nullptr)
        return {};
    if (address->sa_family == AF_INET)
        return bytes_of(reinterpret_cast<const sockaddr_in*>(address)->sin_addr);
    if (address->sa_family == AF_INET6)
        return bytes_of(reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr);
    return {};
}

std::uint16_t port_of(DWORD network_order)
{
    return static_cast<std::uint16_t>(
        (network_order & 0xFFU) << 8U | (network_order >> 8U & 0xFFU));
}

/// Calls a table function until its buffer is large enough.
template <class Call>
Result<std::vector<std::byte>> table(const char* step, Call call)
{
    constexpr ULONG bytes_max = 32U * 1024 * 1024;
    std::vector<std::byte> buffer(64U * 1024);
    for (;;)
    {
        auto size = static_cast<ULONG>(buffer.size());
        const ULONG result = call(buffer.data(), &size);
        if (result == NO_ERROR)
            return buffer;
        const bool too_small =
            result == ERROR_INSUFFICIENT_BUFFER || result == ERROR_BUFFER_OVERFLOW;
        if (!too_small || size > bytes_max)
            return platform::system_error(step, result);
        buffer.resize(std::max<std::size_t>(size, buffer.size() * 2));
    }
}

SocketUse use_of(DWORD state)
{
    if (state == MIB_TCP_STATE_LISTEN)
        return SocketUse::listening;
    return state == MIB_TCP_STATE_ESTAB ? SocketUse::established : SocketUse::other;
}

void add_tcp4(const std::vector<std::byte>& buffer, std::vector<SocketRow>& rows)
{
    const auto* const found = reinterpret_cast<const MIB_TCPTABLE_OWNER_PID*>(buffer.data());
    for (DWORD i = 0; i < found->dwNumEntries; ++i)
    {
        const auto& one = found->table[i];
        SocketRow row;
        row.protocol = "tcp";
        row.local_address = bytes_of(one.dwLocalAddr);
        row.local_port = port_of(one.dwLocalPort);
        row.remote_address = bytes_of(one.dwRemoteAddr);
        row.remote_port = port_of(one.dwRemotePort);
        row.use = use_of(one.dwState);
        row.process = static_cast<std::uint32_t>(one.dwOwningPid);
        rows.push_back(std::move(row));
    }
}

void add_tcp6(const std::vector<std::byte>& buffer, std::vector<SocketRow>& rows)
{
    const auto* const found = reinterpret_cast<const MIB_TCP6TABLE_OWNER_PID*>(buffer.data());
    for (DWORD i = 0; i < found->dwNumEntries; ++i)
    {
        const auto& one = found->table[i];
        SocketRow row;
        row.protocol = "tcp6";
        row.local_address = bytes_of(one.ucLocalAddr);
        row.local_port = port_of(one.dwLocalPort);
        row.remote_address = bytes_of(one.ucRemoteAddr);
        row.remote_port = port_of(one.dwRemotePort);
        row.use = use_of(one.dwState);
        row.process = static_cast<std::uint32_t>(one.dwOwningPid);
        rows.push_back(std::move(row));
    }
}

void add_udp4(const std::vector<std::byte>& buffer, std::vector<SocketRow>& rows)
{
    const auto* const found = reinterpret_cast<const MIB_UDPTABLE_OWNER_PID*>(buffer.data());
    for (DWORD i = 0; i < found->dwNumEntries; ++i)
    {
        const auto& one = found->table[i];
        SocketRow row;
        row.protocol = "udp";
        row.local_address = bytes_of(one.dwLocalAddr);
        row.local_port = port_of(one.dwLocalPort);
        row.use = SocketUse::listening;
        row.process = static_cast<std::uint32_t>(one.dwOwningPid);
        rows.push_back(std::move(row));
    }
}

void add_udp6(const std::vector<std::byte>& buffer, std::vector<SocketRow>& rows)
{
    const auto* const found = reinterpret_cast<const MIB_UDP6TABLE_OWNER_PID*>(buffer.data());
    for (DWORD i = 0; i < found->dwNumEntries; ++i)
    {
        const auto& one = found->table[i];
        SocketRow row;
        row.protocol = "udp6";
        row.local_address = bytes_of(one.ucLocalAddr);
        row.local_port = port_of(one.dwLocalPort);
        row.use = SocketUse::listening;
        row.process = static_cast<std::uint32_t>(one.dwOwningPid);
        rows.push_back(std::move(row));
    }
}

class LiveNetwork final : public Network
{
public:
    explicit LiveNetwork(const Registry& registry)
        : registry_{registry}
    {}

    Result<std::vector<AdapterRow>> adapters() const override
    {
        constexpr ULONG what =
            GAA_FLAG_INCLUDE_GATEWAYS | GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST;
        const auto buffer = table("adapters", [](void* to, ULONG* size) {
            return ::GetAdaptersAddresses(
                AF_UNSPEC, what, nullptr, static_cast<IP_ADAPTER_ADDRESSES*>(to), size);
        });
        if (!buffer)
            return buffer.error();
        std::vector<AdapterRow> rows;
        for (const auto* one = reinterpret_cast<const IP_ADAPTER_ADDRESSES*>(buffer->data());
             one != nullptr; one = one->Next)
            rows.push_back(adapter_of(*one));
        return rows;
    }

    Result<std::vector<RouteRow>> routes() const override
    {
        MIB_IPFORWARD_TABLE2* found = nullptr;
        const auto result = ::GetIpForwardTable2(AF_UNSPEC, &found);
        if (result != NO_ERROR)
            return platform::system_error("routes", static_cast<std::uint32_t>(result));
        std::vector<RouteRow> rows;
        for (ULONG i = 0; i < found->NumEntries; ++i)
        {
            const MIB_IPFORWARD_ROW2& one = found->Table[i];
            RouteRow row;
            row.destination.address =
                address_of(reinterpret_cast<const SOCKADDR*>(&one.DestinationPrefix.Prefix));
            row.destination.prefix_bits = one.DestinationPrefix.PrefixLength;
            row.gateway = address_of(reinterpret_cast<const SOCKADDR*>(&one.NextHop));
            row.adapter = static_cast<std::uint32_t>(one.InterfaceIndex);
            rows.push_back(std::move(row));
        }
        ::FreeMibTable(found);
        return rows;
    }

    Result<std::vector<NeighbourRow>> neighbours() const override
    {
        MIB_IPNET_TABLE2* found = nullptr;
        const auto result = ::GetIpNetTable2(AF_UNSPEC, &found);
        if (result != NO_ERROR)
            return platform::system_error("neighbours", static_cast<std::uint32_t>(result));
        std::vector<NeighbourRow> rows;
        for (ULONG i = 0; i < found->NumEntries; ++i)
        {
            const MIB_IPNET_ROW2& one = found->Table[i];
            NeighbourRow row;
            row.address = address_of(reinterpret_cast<const SOCKADDR*>(&one.Address));
            row.mac.assign(
                one.PhysicalAddress,
                one.PhysicalAddress
                    + std::min<ULONG>(one.PhysicalAddressLength, sizeof one.PhysicalAddress));
            row.adapter = static_cast<std::uint32_t>(one.InterfaceIndex);
            row.answered = one.State == NlnsReachable || one.State == NlnsStale
                           || one.State == NlnsDelay || one.State == NlnsProbe;
            row.reachable = one.State == NlnsReachable;
            rows.push_back(std::move(row));
        }
        ::FreeMibTable(found);
        return rows;
    }

    Result<std::vector<SocketRow>> sockets() const override
    {
        struct Table
        {
            ULONG family;
            bool tcp;
            void (*add)(const std::vector<std::byte>&, std::vector<SocketRow>&);
        };

        constexpr Table tables[] = {
            {AF_INET, true, add_tcp4},
            {AF_INET6, true, add_tcp6},
            {AF_INET, false, add_udp4},
            {AF_INET6, false, add_udp6}};
        std::vector<SocketRow> rows;
        for (const Table& one : tables)
        {
            const auto buffer = table("sockets", [&](void* to, ULONG* size) {
                return one.tcp ? ::GetExtendedTcpTable(
                           to, size, FALSE, one.family, TCP_TABLE_OWNER_PID_ALL, 0)
                               : ::GetExtendedUdpTable(
                                   to, size, FALSE, one.family, UDP_TABLE_OWNER_PID, 0);
            });
            if (buffer)
                one.add(*buffer, rows);
            else if (one.family == AF_INET) // IPv6 may be switched off.
                return buffer.error();
        }
        return rows;
    }

private:
    AdapterRow adapter_of(const IP_ADAPTER_ADDRESSES& one) const
    {
        AdapterRow row;
        row.index = static_cast<std::uint32_t>(one.IfIndex != 0 ? one.IfIndex : one.Ipv6IfIndex);
        row.id = one.AdapterName;
        row.name = platform::to_utf8(one.FriendlyName);
        row.description = platform::to_utf8(one.Description);
        row.mac.assign(
            one.PhysicalAddress,
            one.PhysicalAddress
                + std::min<ULONG>(one.PhysicalAddressLength, sizeof one.PhysicalAddress));
        row.type = static_cast<std::uint32_t>(one.IfType);
        row.link_up = one.OperStatus == IfOperStatusUp;
        row.dhcp = (one.Flags & IP_ADAPTER_DHCP_ENABLED) != 0;
        for (const auto* at = one.FirstUnicastAddress; at != nullptr; at = at->Next)
        {
            // Windows replaces these every day by itself.
            if (at->SuffixOrigin == IpSuffixOriginRandom)
                continue;
            row.addresses.push_back({address_of(at->Address.lpSockaddr), at->OnLinkPrefixLength});
        }
        for (const auto* at = one.FirstGatewayAddress; at != nullptr; at = at->Next)
            row.gateways.push_back(address_of(at->Address.lpSockaddr));
        for (const auto* at = one.FirstDnsServerAddress; at != nullptr; at = at->Next)
            row.dns.push_back(address_of(at->Address.lpSockaddr));
        MIB_IF_ROW2 link{};
        link.InterfaceIndex = row.index;
        if (::GetIfEntry2(&link) == NO_ERROR)
        {
            row.medium = static_cast<std::uint32_t>(link.PhysicalMediumType);
            row.hardware = link.InterfaceAndOperStatusFlags.HardwareInterface != FALSE;
        }
        // Where Windows keeps which device is behind a connection.
        const std::string key = R"(HKLM\SYSTEM\CurrentControlSet\Control\Network)"
                                R"(\{4D36E972-E325-11CE-BFC1-08002BE10318}\)"
                                + row.id + R"(\Connection)";
        if (auto device = read_text(registry_, key, "PnpInstanceID"))
            row.device_id = std::move(*device);
        return row;
    }

    const Registry& registry_;
};

} // namespace

std::unique_ptr<Network> make_network(const Registry& registry)
{
    return std::make_unique<LiveNetwork>(registry);
}

} // namespace mimamori::agent::windows
