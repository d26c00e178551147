#include "agent/probes/ip_text.hpp"
#include "agent/probes/text.hpp"
#include "agent/probes/windows/fact_reader.hpp"
#include "agent/probes/windows/sections.hpp"
#include "common/base/ascii.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace mimamori::agent::probes::windows {
namespace {

using agent::windows::AdapterRow;
using agent::windows::AddressBytes;
using agent::windows::RouteRow;

bool names_one_of(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return contains_ignoring_case(text, word);
    });
}

/// The kind of an adapter, in the words of wire::Adapter. The numbers are IANA's ifType and NDIS's
/// physical media (ntddndis.h).
std::string kind_of(const AdapterRow& adapter)
{
    constexpr std::uint32_t loopback = 24;
    constexpr std::uint32_t ppp = 23;
    constexpr std::uint32_t wifi = 71;
    constexpr std::uint32_t tunnel = 131;
    constexpr std::uint32_t wwan_gsm = 243;
    constexpr std::uint32_t wwan_cdma = 244;
    constexpr std::uint32_t medium_wwan = 8;
    constexpr std::uint32_t medium_wifi = 9;
    constexpr std::uint32_t medium_bluetooth = 10;
    const std::string_view about = adapter.description;

    if (adapter.type == loopback)
        return "loopback";
    if (adapter.type == wwan_gsm || adapter.type == wwan_cdma || adapter.medium == medium_wwan)
        return "wwan";
    // A telephone as a network card: Android and most others by RNDIS, Apple by its own driver.
    const bool usb =
        adapter.device_id.size() > 3
        && equal_ignoring_case(std::string_view{adapter.device_id}.substr(0, 4), R"(USB\)");
    if (adapter.medium == medium_bluetooth || names_one_of(about, {"Apple Mobile Device Ethernet"})
        || (usb && names_one_of(about, {"Remote NDIS", "RNDIS"})))
        return "tethering";
    const bool vpn = names_one_of(
        about, {"VPN", "TAP-Windows", "Wintun", "WireGuard", "AnyConnect", "Fortinet", "FortiSSL",
                "Juniper Network", "Pulse Secure", "PANGP", "SonicWALL", "Check Point Virtual",
                "ZeroTier", "Tailscale", "OpenVPN"});
    if (vpn || adapter.type == ppp)
        return "vpn";
    if (names_one_of(about, {"MAC Bridge", "Network Bridge"}))
        return "bridge";
    if (adapter.type == wifi || adapter.medium == medium_wifi)
        return "wifi";
    const bool software = names_one_of(
        about, {"Hyper-V Virtual Ethernet", "VMware Virtual Ethernet", "VirtualBox Host-Only",
                "Microsoft KM-TEST", "Npcap Loopback"});
    if (adapter.type == tunnel || software || !adapter.hardware)
        return "virtual";
    return "ethernet";
}

bool is_all_zero(const AddressBytes& bytes)
{
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

wire::Adapter describe(const AdapterRow& row)
{
    wire::Adapter adapter;
    adapter.name = fact_text(row.name, 128);
    adapter.description = fact_text(row.description, 256);
    adapter.mac = mac_text(row.mac);
    adapter.kind = kind_of(row);
    adapter.link_up = row.link_up;
    adapter.dhcp = row.dhcp;
    for (const auto& address : row.addresses)
    {
        const std::string text = address_text(address.address);
        if (!text.empty())
            adapter.addresses.push_back(text + '/' + std::to_string(address.prefix_bits));
    }
    for (const AddressBytes& gateway : row.gateways)
        adapter.gateways.push_back(address_text(gateway));
    for (const AddressBytes& server : row.dns)
        adapter.dns.push_back(address_text(server));
    for (auto* list : {&adapter.addresses, &adapter.gateways})
        std::sort(list->begin(), list->end());
    return adapter;
}

/// Whether the route leads to other machines: not to this one, to a group or to everybody.
bool leads_elsewhere(const RouteRow& route)
{
    const AddressBytes& to = route.destination.address;
    const unsigned bits = static_cast<unsigned>(to.size()) * 8;
    const bool single = route.destination.prefix_bits == bits;
    const bool everywhere = route.destination.prefix_bits == 0;
    return !is_loopback(to) && (everywhere || !is_no_host(to))
           && !(single && is_all_zero(route.gateway));
}

void read_routes(
    const Machine& machine,
    const std::map<std::uint32_t, std::string>& names,
    wire::InterfacesSection& section)
{
    constexpr std::size_t routes_max = 200;
    const auto rows = machine.network.routes();
    if (!rows)
        return note_unknown(section.from, "routes", rows.error());
    for (const RouteRow& row : *rows)
    {
        const auto adapter = names.find(row.adapter);
        if (adapter == names.end() || !leads_elsewhere(row))
            continue;
        wire::Route route;
        route.destination = address_text(row.destination.address) + '/'
                            + std::to_string(row.destination.prefix_bits);
        if (!is_all_zero(row.gateway))
            route.gateway = address_text(row.gateway);
        route.adapter = adapter->second;
        section.routes.push_back(std::move(route));
    }
    auto& routes = section.routes;
    std::sort(routes.begin(), routes.end(), [](const wire::Route& a, const wire::Route& b) {
        return std::tie(a.destination, a.gateway, a.adapter)
               < std::tie(b.destination, b.gateway, b.adapter);
    });
    routes.erase(std::unique(routes.begin(), routes.end()), routes.end());
    cut_list(routes, routes_max, section.from, "routes");
}

} // namespace

wire::InterfacesSection read_interfaces(const ProbeContext& context)
{
    const Machine& machine = *context.live.windows();
    wire::InterfacesSection section;
    const auto rows = machine.network.adapters();
    if (!rows)
    {
        note_unknown(section.from, "adapters", rows.error());
        return section;
    }
    note_source(section.from, "adapter table");
    std::map<std::uint32_t, std::string> names;
    for (const AdapterRow& row : *rows)
    {
        wire::Adapter adapter = describe(row);
        // Teredo and ISATAP are there on every PC and lead nowhere until they are up.
        const bool idle_tunnel = adapter.kind == "virtual" && !row.hardware && !row.link_up;
        if (adapter.kind != "loopback")
            names.emplace(row.index, adapter.name);
        if (idle_tunnel)
            continue;
        for (const std::string& server : adapter.dns)
        {
            if (std::find(section.dns.begin(), section.dns.end(), server) == section.dns.end())
                section.dns.push_back(server);
        }
        section.adapters.push_back(std::move(adapter));
    }
    std::sort(
        section.adapters.begin(), section.adapters.end(),
        [](const wire::Adapter& a, const wire::Adapter& b) {
            return std::tie(a.name, a.mac) < std::tie(b.name, b.mac);
        });
    constexpr std::size_t adapters_max = 200;
    cut_list(section.adapters, adapters_max, section.from, "adapters");
    read_routes(machine, names, section);

    FactReader registry{machine.registry, section.from};
    const std::size_t unknown_before = section.from.unknown.size();
    const auto router = registry.number(
        "forwarding", R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters)",
        "IPEnableRouter", Missing::is_an_answer);
    if (section.from.unknown.size() == unknown_before)
        section.forwarding = router.value_or(0) != 0;
    return section;
}

} // namespace mimamori::agent::probes::windows
