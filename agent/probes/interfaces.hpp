#pragma once

#include "agent/probes/netlink.hpp"
#include "agent/probes/probe.hpp"
#include "common/wire/sections/interfaces.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::probes {

/// Reads network adapters, their addresses and where packets go.
///
/// Sources on Linux: /sys/class/net, rtnetlink for addresses, /proc/net/route and ipv6_route (main
/// table), resolv.conf, the files of the usual network managers for DHCP. IPv6 privacy addresses
/// are left out: the system replaces them every day by itself.
wire::InterfacesSection read_interfaces(const ProbeContext& context);

// The parts that decide rather than read.

/// What /sys/class/net/NAME says about an adapter.
struct AdapterTraits
{
    std::string name;
    unsigned type{1};        ///< ARPHRD_…: 1 Ethernet, 512 PPP, 772 loopback, 65534 none.
    std::string device_type; ///< DEVTYPE of its uevent: "wlan", "wwan", "bridge", "vlan", …
    std::string driver;      ///< Empty: no hardware behind it.
    std::string bus;         ///< Subsystem of the device: "pci", "usb", "virtio".
    std::string product;     ///< Of the USB device.
    bool has_device{false};
    bool is_wireless{false}; ///< Has a phy80211 or a wireless folder.
    bool is_tunnel{false};   ///< Has tun_flags.
    bool is_bridge_port{false};
};

/// One of the kinds of `wire::Adapter::kind`.
std::string kind_of(const AdapterTraits& traits);

/// A route of the main table with what the section does not tell.
struct FoundRoute
{
    wire::Route route;
    bool is_default{false};
};

/// /proc/net/route and /proc/net/ipv6_route; routes of the loopback adapter, of groups and of the
/// machine's own addresses are left out.
std::vector<FoundRoute> parse_ipv4_routes(std::string_view text);
std::vector<FoundRoute> parse_ipv6_routes(std::string_view text);

/// The name servers of a resolv.conf(5), as they stand there.
std::vector<std::string> parse_name_servers(std::string_view text);

/// Whether a configuration file says that the adapter's IPv4 address is leased: interfaces(5), an
/// ifcfg file, a NetworkManager keyfile, a systemd.network(5) file. Nothing: it does not say.
std::optional<bool> interfaces_file_says_dhcp(std::string_view text, std::string_view adapter);
std::optional<bool> ifcfg_says_dhcp(std::string_view text);
std::optional<bool> keyfile_says_dhcp(std::string_view text, std::string_view adapter);
std::optional<bool> networkd_file_says_dhcp(std::string_view text, std::string_view adapter);

} // namespace mimamori::agent::probes
