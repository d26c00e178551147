#include "agent/probes/interfaces.hpp"

#include "agent/probes/ip_text.hpp"
#include "agent/probes/text.hpp"
#include "common/base/encoding.hpp"

#include <algorithm>
#include <array>

namespace mimamori::agent::probes {
namespace {

bool is_one_of(std::string_view value, std::initializer_list<std::string_view> values)
{
    return std::find(values.begin(), values.end(), value) != values.end();
}

bool is_modem(const AdapterTraits& traits)
{
    return traits.device_type == "wwan" || traits.name.starts_with("wwan")
           || is_one_of(
               traits.driver, {"qmi_wwan", "cdc_mbim", "huawei_cdc_ncm", "sierra_net", "hso",
                               "mhi_net", "iosm", "mtk_t7xx"});
}

/// A telephone or the like that lends its connection. Server boards talk to their management
/// processor in the same way; they say so in their name.
bool is_tethering(const AdapterTraits& traits)
{
    const std::string product = to_lower(traits.product);
    const bool management = product.find("idrac") != std::string::npos
                            || product.find("virtual") != std::string::npos
                            || product.find("bmc") != std::string::npos;
    const bool lends = is_one_of(
        traits.driver, {"rndis_host", "ipheth", "cdc_ether", "cdc_ncm", "cdc_eem", "cdc_subset"});
    return (lends && !management) || traits.name.starts_with("bnep");
}

/// "0A0007C0" of a little-endian machine's table as four bytes in network order.
std::optional<std::array<std::uint8_t, 4>> ipv4_of(std::string_view hex)
{
    const auto word = hex.size() == 8 ? to_number<std::uint32_t>(hex, 16) : std::nullopt;
    if (!word)
        return std::nullopt;
    std::array<std::uint8_t, 4> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(*word >> (i * 8));
    return bytes;
}

/// "auto=yes" in the words of the different files.
std::optional<bool> method_is_dhcp(std::string_view method)
{
    const std::string lower = to_lower(unquoted(method));
    if (is_one_of(lower, {"dhcp", "auto", "yes", "ipv4", "true", "bootp"}))
        return true;
    if (is_one_of(lower, {"static", "manual", "none", "no", "disabled", "shared", "ipv6", "false"}))
        return false;
    return std::nullopt;
}

} // namespace

std::string kind_of(const AdapterTraits& traits)
{
    constexpr unsigned type_ppp = 512;
    constexpr unsigned type_loopback = 772;
    constexpr unsigned type_none = 65534;
    if (traits.type == type_loopback)
        return "loopback";
    if (traits.device_type == "bridge")
        return "bridge";
    if (traits.is_wireless || traits.device_type == "wlan")
        return "wifi";
    if (is_modem(traits))
        return "wwan";
    if (is_tethering(traits))
        return "tethering";
    if (traits.is_tunnel && traits.is_bridge_port)
        return "virtual"; // A virtual machine's end of a bridge.
    const bool tunnel = traits.is_tunnel || traits.device_type == "wireguard"
                        || traits.type == type_none || traits.type == type_ppp;
    if (tunnel)
        return "vpn";
    // Bonds, teams and VLANs are how a cable is used.
    if (traits.has_device || is_one_of(traits.device_type, {"bond", "vlan", "team"}))
        return "ethernet";
    return "virtual";
}

std::vector<FoundRoute> parse_ipv4_routes(std::string_view text)
{
    constexpr std::uint32_t flag_up = 0x1;
    constexpr std::uint32_t flag_gateway = 0x2;
    constexpr std::uint32_t flag_reject = 0x200;
    std::vector<FoundRoute> routes;
    next_line(text); // the heading
    while (auto line = next_line(text))
    {
        const auto adapter = next_word(*line);
        const auto destination = ipv4_of(next_word(*line));
        const auto gateway = ipv4_of(next_word(*line));
        const auto flags = to_number<std::uint32_t>(next_word(*line), 16);
        for (int passed = 0; passed < 3; ++passed)
            next_word(*line); // RefCnt, Use, Metric
        const auto mask = ipv4_of(next_word(*line));
        if (!destination || !gateway || !flags || !mask || adapter == "lo"
            || (*flags & flag_up) == 0 || (*flags & flag_reject) != 0)
            continue;
        const unsigned length = prefix_length(*mask);
        FoundRoute found;
        found.route.destination = address_text(*destination) + '/' + std::to_string(length);
        if ((*flags & flag_gateway) != 0)
            found.route.gateway = address_text(*gateway);
        found.route.adapter = fact_text(adapter, 64);
        found.is_default = length == 0;
        routes.push_back(std::move(found));
    }
    return routes;
}

std::vector<FoundRoute> parse_ipv6_routes(std::string_view text)
{
    constexpr std::uint32_t flag_up = 0x1;
    constexpr std::uint32_t flag_gateway = 0x2;
    constexpr std::uint32_t flag_reject = 0x200;
    constexpr std::uint32_t flag_cache = 0x01000000;
    constexpr std::uint32_t flag_local = 0x80000000;
    std::vector<FoundRoute> routes;
    while (auto line = next_line(text))
    {
        const auto destination = from_hex(next_word(*line));
        const auto length = to_number<unsigned>(next_word(*line), 16);
        next_word(*line); // source
        next_word(*line); // its length
        const auto gateway = from_hex(next_word(*line));
        for (int passed = 0; passed < 3; ++passed)
            next_word(*line); // metric, references, uses
        const auto flags = to_number<std::uint32_t>(next_word(*line), 16);
        const auto adapter = next_word(*line);
        if (!destination || destination->size() != 16 || !length || *length > 128 || !gateway
            || gateway->size() != 16 || !flags || adapter == "lo" || adapter.empty()
            || (*flags & flag_up) == 0 || (*flags & (flag_reject | flag_cache | flag_local)) != 0)
            continue;
        const bool group = (*destination)[0] == 0xff;
        const bool link_local = (*destination)[0] == 0xfe && (*destination)[1] == 0x80;
        if (group || link_local)
            continue;
        FoundRoute found;
        found.route.destination = address_text(*destination) + '/' + std::to_string(*length);
        if ((*flags & flag_gateway) != 0)
            found.route.gateway = address_text(*gateway);
        found.route.adapter = fact_text(adapter, 64);
        found.is_default = *length == 0;
        routes.push_back(std::move(found));
    }
    return routes;
}

std::vector<std::string> parse_name_servers(std::string_view text)
{
    constexpr std::size_t servers_max = 16;
    std::vector<std::string> servers;
    while (auto line = next_line(text))
    {
        if (next_word(*line) != "nameserver")
            continue;
        std::string server = fact_text(next_word(*line), 64);
        if (!server.empty() && servers.size() < servers_max)
            servers.push_back(std::move(server));
    }
    return servers;
}

std::optional<bool> interfaces_file_says_dhcp(std::string_view text, std::string_view adapter)
{
    std::optional<bool> dhcp;
    while (auto line = next_line(text))
    {
        if (next_word(*line) != "iface" || next_word(*line) != adapter)
            continue;
        if (next_word(*line) != "inet")
            continue;
        if (const auto method = method_is_dhcp(next_word(*line)))
            dhcp = method;
    }
    return dhcp;
}

std::optional<bool> ifcfg_says_dhcp(std::string_view text)
{
    const auto values = parse_assignments(text);
    const auto found = values.find("BOOTPROTO");
    return found == values.end() ? std::nullopt : method_is_dhcp(found->second);
}

std::optional<bool> keyfile_says_dhcp(std::string_view text, std::string_view adapter)
{
    std::optional<bool> dhcp;
    bool is_for = false;
    for (const IniLine& line : parse_ini(text))
    {
        if (line.section == "connection" && line.key == "interface-name")
            is_for = line.value == adapter;
        else if (line.section == "ipv4" && line.key == "method")
            dhcp = method_is_dhcp(line.value);
    }
    return is_for ? dhcp : std::nullopt;
}

std::optional<bool> networkd_file_says_dhcp(std::string_view text, std::string_view adapter)
{
    std::optional<bool> dhcp;
    bool has_address = false;
    bool is_for = false;
    for (const IniLine& line : parse_ini(text))
    {
        if (line.section == "Match" && line.key == "Name")
        {
            for (const std::string_view pattern : split(line.value, ' '))
                is_for = is_for || matches_glob(pattern, adapter);
        }
        else if (line.section == "Network" && line.key == "DHCP")
            dhcp = method_is_dhcp(line.value);
        else if (line.key == "Address")
            has_address = true;
    }
    if (!is_for)
        return std::nullopt;
    return dhcp ? dhcp : (has_address ? std::optional{false} : std::nullopt);
}

} // namespace mimamori::agent::probes
