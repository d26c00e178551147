#include "agent/probes/adapters.hpp"
#include "agent/probes/interfaces.hpp"
#include "agent/probes/ip_text.hpp"
#include "agent/probes/text.hpp"

#include <algorithm>

namespace mimamori::agent::probes {
namespace {

constexpr std::size_t routes_max = 200;
constexpr std::size_t adapters_max = 500;

std::string value_or_empty(const Tree& tree, const std::string& path)
{
    const auto value = tree.read_value(path);
    return value ? fact_text(*value, 256) : std::string{};
}

/// The last part of the place where a link points.
std::string link_name(const Tree& tree, const std::string& path)
{
    const auto target = tree.link_target(path);
    return target ? fact_text(target->substr(target->rfind('/') + 1), 64) : std::string{};
}

AdapterTraits read_traits(const Tree& tree, const std::string& name)
{
    const std::string folder = "/sys/class/net/" + name;
    AdapterTraits traits;
    traits.name = name;
    traits.type = to_number<unsigned>(value_or_empty(tree, folder + "/type")).value_or(1);
    if (const auto uevent = tree.read(folder + "/uevent"))
    {
        const auto values = parse_assignments(*uevent);
        if (const auto type = values.find("DEVTYPE"); type != values.end())
            traits.device_type = fact_text(type->second, 64);
    }
    traits.has_device = tree.exists(folder + "/device");
    traits.driver = link_name(tree, folder + "/device/driver");
    traits.bus = link_name(tree, folder + "/device/subsystem");
    if (traits.bus == "usb")
        traits.product = value_or_empty(tree, folder + "/device/../product");
    traits.is_wireless = tree.exists(folder + "/phy80211") || tree.exists(folder + "/wireless");
    traits.is_tunnel = tree.exists(folder + "/tun_flags");
    traits.is_bridge_port = tree.exists(folder + "/brport");
    return traits;
}

/// "e1000e, pci 8086:15bb": what a specialist needs to find the hardware.
std::string describe(const Tree& tree, const AdapterTraits& traits)
{
    std::string text = traits.product;
    const auto add = [&](const std::string& part) {
        if (!part.empty())
            text += (text.empty() ? "" : ", ") + part;
    };
    add(traits.driver);
    const std::string device = "/sys/class/net/" + traits.name + "/device/";
    std::string vendor = value_or_empty(tree, device + "vendor");
    std::string product = value_or_empty(tree, device + "device");
    if (traits.bus == "pci" && vendor.starts_with("0x") && product.starts_with("0x"))
        add("pci " + vendor.substr(2) + ':' + product.substr(2));
    return text;
}

bool read_link_up(const Tree& tree, const std::string& folder)
{
    const std::string state = value_or_empty(tree, folder + "/operstate");
    if (state != "unknown")
        return state == "up";
    // Drivers without link detection, tunnels, the loopback adapter.
    return value_or_empty(tree, folder + "/carrier") == "1";
}

/// The files of network managers that tell whether an address is leased, in the order of trust.
std::optional<bool> configured_dhcp(const Tree& tree, const std::string& name)
{
    const auto from_folder = [&](const std::string& folder, std::string_view ending,
                                 auto says) -> std::optional<bool> {
        const auto files = tree.names(folder);
        for (const std::string& file : files ? *files : std::vector<std::string>{})
        {
            if (!file.ends_with(ending))
                continue;
            const auto text = tree.read(folder + file);
            if (const auto answer = text ? says(*text, name) : std::nullopt)
                return answer;
        }
        return std::nullopt;
    };
    if (const auto text = tree.read("/etc/network/interfaces"))
    {
        if (const auto answer = interfaces_file_says_dhcp(*text, name))
            return answer;
    }
    if (const auto answer =
            from_folder("/etc/network/interfaces.d/", "", interfaces_file_says_dhcp))
        return answer;
    if (const auto text = tree.read("/etc/sysconfig/network-scripts/ifcfg-" + name))
    {
        if (const auto answer = ifcfg_says_dhcp(*text))
            return answer;
    }
    for (const char* const folder :
         {"/etc/NetworkManager/system-connections/", "/run/NetworkManager/system-connections/"})
    {
        if (const auto answer = from_folder(folder, ".nmconnection", keyfile_says_dhcp))
            return answer;
    }
    for (const char* const folder : {"/etc/systemd/network/", "/run/systemd/network/"})
    {
        if (const auto answer = from_folder(folder, ".network", networkd_file_says_dhcp))
            return answer;
    }
    return std::nullopt;
}

void read_addresses(
    const ProbeContext& context,
    const Tree& tree,
    const std::map<std::uint32_t, std::string>& names,
    wire::InterfacesSection& section)
{
    const auto messages = context.live.netlink_dump(NetlinkTable::addresses);
    if (!messages)
    {
        note_unknown(section.from, "addresses", messages.error());
        return;
    }
    note_source(section.from, "netlink addresses");
    std::map<std::string, bool> leased; // adapters with IPv4
    for (const NetlinkAddress& found : parse_addresses(*messages))
    {
        const auto name = names.find(found.adapter);
        if (name == names.end() || found.temporary || !found.usable)
            continue;
        const auto adapter = std::find_if(
            section.adapters.begin(), section.adapters.end(),
            [&](const wire::Adapter& one) { return one.name == name->second; });
        if (adapter == section.adapters.end())
            continue;
        adapter->addresses.push_back(
            address_text(found.address) + '/' + std::to_string(found.prefix_length));
        if (found.address.size() == 4)
            leased[name->second] = leased[name->second] || !found.permanent;
    }
    for (wire::Adapter& adapter : section.adapters)
    {
        std::sort(adapter.addresses.begin(), adapter.addresses.end());
        const auto has_ipv4 = leased.find(adapter.name);
        if (has_ipv4 == leased.end() || adapter.kind == "loopback")
            continue;
        // A lifetime comes from a lease. Some clients (busybox) set none: then the files count.
        if (has_ipv4->second)
            adapter.dhcp = true;
        else
            adapter.dhcp = configured_dhcp(tree, adapter.name);
    }
}

void read_routes(const Tree& tree, wire::InterfacesSection& section)
{
    std::vector<FoundRoute> routes;
    const auto read = [&](std::string_view path, auto parse) {
        const auto text = tree.read(path, 8U * 1024 * 1024);
        if (!text)
        {
            const bool no_ipv6 =
                path.find("ipv6") != std::string_view::npos && text.error().code == Errc::not_found;
            if (!no_ipv6)
                note_unknown(section.from, "routes", text.error());
            return;
        }
        note_source(section.from, path);
        auto some = parse(*text);
        routes.insert(routes.end(), some.begin(), some.end());
    };
    read("/proc/net/route", parse_ipv4_routes);
    read("/proc/net/ipv6_route", parse_ipv6_routes);

    for (const FoundRoute& found : routes)
    {
        section.routes.push_back(found.route);
        if (!found.is_default || found.route.gateway.empty())
            continue;
        for (wire::Adapter& adapter : section.adapters)
        {
            if (adapter.name == found.route.adapter)
                adapter.gateways.push_back(found.route.gateway);
        }
    }
    for (wire::Adapter& adapter : section.adapters)
    {
        std::sort(adapter.gateways.begin(), adapter.gateways.end());
        auto& gateways = adapter.gateways;
        gateways.erase(std::unique(gateways.begin(), gateways.end()), gateways.end());
    }
    std::sort(section.routes.begin(), section.routes.end(), [](const auto& a, const auto& b) {
        return std::tie(a.destination, a.gateway, a.adapter)
               < std::tie(b.destination, b.gateway, b.adapter);
    });
    auto& all = section.routes;
    all.erase(std::unique(all.begin(), all.end()), all.end());
    cut_list(all, routes_max, section.from, "routes");
}

void read_dns(
    const Tree& tree,
    const std::map<std::uint32_t, std::string>& names,
    wire::InterfacesSection& section)
{
    constexpr std::string_view usual = "/etc/resolv.conf";
    constexpr std::string_view behind_stub = "/run/systemd/resolve/resolv.conf";
    const auto text = tree.read(usual);
    if (!text)
        note_unknown(section.from, "dns", text.error());
    else
    {
        note_source(section.from, usual);
        section.dns = parse_name_servers(*text);
    }
    // systemd-resolved stands in between with an address of its own; it tells who it asks.
    if (section.dns.size() == 1 && section.dns.front().starts_with("127."))
    {
        if (const auto real = tree.read(behind_stub))
        {
            note_source(section.from, behind_stub);
            section.dns = parse_name_servers(*real);
        }
    }
    for (const auto& [number, name] : names)
    {
        const auto link = tree.read("/run/systemd/netif/links/" + std::to_string(number));
        if (!link)
            continue;
        const auto values = parse_assignments(*link);
        const auto servers = values.find("DNS");
        if (servers == values.end())
            continue;
        for (wire::Adapter& adapter : section.adapters)
        {
            if (adapter.name != name)
                continue;
            for (const std::string_view server : split(servers->second, ' '))
                adapter.dns.push_back(fact_text(server, 64));
        }
    }
}

void read_forwarding(const Tree& tree, wire::InterfacesSection& section)
{
    constexpr std::string_view ipv4 = "/proc/sys/net/ipv4/ip_forward";
    const auto forwards = tree.read_value(ipv4);
    if (!forwards)
    {
        note_unknown(section.from, "forwarding", forwards.error());
        return;
    }
    note_source(section.from, ipv4);
    const auto ipv6 = tree.read_value("/proc/sys/net/ipv6/conf/all/forwarding");
    section.forwarding = *forwards == "1" || (ipv6 && *ipv6 == "1");
}

} // namespace

wire::InterfacesSection read_interfaces(const ProbeContext& context)
{
    const Tree tree{context.root};
    wire::InterfacesSection section;
    const auto names = adapter_names(tree);
    if (!names)
        note_unknown(section.from, "adapters", names.error());
    else
    {
        note_source(section.from, "/sys/class/net");
        for (const auto& [number, name] : *names)
        {
            const AdapterTraits traits = read_traits(tree, name);
            wire::Adapter adapter;
            adapter.name = fact_text(name, 64);
            adapter.description = describe(tree, traits);
            adapter.kind = kind_of(traits);
            adapter.mac = value_or_empty(tree, "/sys/class/net/" + name + "/address");
            if (adapter.mac == "00:00:00:00:00:00")
                adapter.mac.clear();
            adapter.link_up = read_link_up(tree, "/sys/class/net/" + name);
            section.adapters.push_back(std::move(adapter));
        }
        read_addresses(context, tree, *names, section);
    }
    read_routes(tree, section);
    read_dns(tree, names ? *names : std::map<std::uint32_t, std::string>{}, section);
    read_forwarding(tree, section);
    std::sort(
        section.adapters.begin(), section.adapters.end(),
        [](const wire::Adapter& a, const wire::Adapter& b) { return a.name < b.name; });
    cut_list(section.adapters, adapters_max, section.from, "adapters");
    return section;
}

} // namespace mimamori::agent::probes
