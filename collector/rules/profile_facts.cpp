#include "collector/rules/profile_facts.hpp"

#include "collector/rules/network_facts.hpp"
#include "collector/rules/os_facts.hpp"
#include "collector/rules/program_kind.hpp"
#include "common/base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <map>
#include <utility>

namespace mimamori::collector::rules {

namespace {

constexpr std::string_view dynamic = "dynamic";

/// Services that Windows makes automatic while they have something to do and manual again: BITS
/// with a transfer that waits (KB839091), the installer of updates until a restart (KB968440).
constexpr auto automatic_at_times = std::to_array<std::string_view>(
    {"bits (svchost.exe)", "trustedinstaller (trustedinstaller.exe)"});

bool is_loopback(std::string_view address)
{
    return address.starts_with("127.") || address == "::1";
}

/// In small letters, with "#" for each run of digits and of dots between them.
std::string without_numbers(std::string_view text)
{
    std::string result;
    for (std::size_t at = 0; at < text.size();)
    {
        if (!is_ascii_digit(text[at]))
        {
            result += ascii_lower(text[at++]);
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && (is_ascii_digit(text[end]) || text[end] == '.'))
            ++end;
        while (text[end - 1] == '.') // The one before ".exe" is none of a number.
            --end;
        result += '#';
        at = end;
    }
    return result;
}

/// The last part of a path, in the form in which keys name it.
std::string program_key(std::string_view path)
{
    return without_numbers(file_name(comparable_path(path)));
}

/// Whether a program takes another port each time that it starts, or for each call.
bool is_by_chance(const OpenPort& port)
{
    constexpr std::uint16_t calls_from = 16'384; // Of telephones (RTP), as Cisco's and Asterisk's.
    if (port.port >= dynamic_ports_from || (port.protocol == "udp" && port.port >= calls_from))
        return true;
    // ONC RPC takes its ports from those that only the administrator may (bindresvport).
    constexpr std::uint16_t reserved_from = 512;
    constexpr std::uint16_t reserved_until = 1'023;
    return port.port >= reserved_from && port.port <= reserved_until
           && (port.program_name.starts_with("rpc") || port.program_name == "ypbind");
}

/// Adds a key unless there are enough.
void add_key(ItemKeys& keys, std::string key)
{
    keys.insert(std::move(key));
    if (keys.size() > item_keys_max)
        keys.erase(std::prev(keys.end()));
}

template <class Section, class List>
std::string why_unread(
    const std::optional<Section>& section, std::string_view name, List Section::*list)
{
    std::string why = why_section_unknown(section, name);
    // A list that is only not whole is better than none.
    if (why.empty() && ((*section).*list).empty())
        why = why_fact_unknown(section->from, name, {});
    return why;
}

/// Takes `word` and a blank from the front of `text`.
bool take(std::string_view& text, std::string_view word)
{
    if (!text.starts_with(word) || text.size() == word.size() || text[word.size()] != ' ')
        return false;
    text.remove_prefix(word.size() + 1);
    return true;
}

/// How the keys of the like begin that have a program, for a key that lacks it; else empty.
std::string beginning_with_program(ItemKind kind, std::string_view key)
{
    if (kind == ItemKind::port)
        return key.ends_with("/dynamic ") ? std::string{key} : std::string{};
    const auto peer = parse_peer_key(key);
    return peer && peer->program.empty() ? std::string{key} + ' ' : std::string{};
}

} // namespace

std::vector<OpenPort> open_ports(const wire::ListenersSection& listeners)
{
    std::map<std::string, OpenPort> by_key;
    for (const wire::Listener& listener : listeners.listeners)
    {
        if (is_loopback(listener.address) || listener.port == 0)
            continue;
        OpenPort port;
        port.port = listener.port;
        port.protocol = listener.protocol.starts_with("udp") ? "udp" : "tcp";
        port.program = listener.program;
        port.program_name = file_name(comparable_path(listener.program));
        port.key = port.protocol + '/';
        if (is_by_chance(port))
            port.key += "dynamic " + without_numbers(port.program_name);
        else
            port.key += std::to_string(listener.port);
        by_key.try_emplace(port.key, port);
    }
    std::vector<OpenPort> ports;
    for (auto& [key, port] : by_key)
        ports.push_back(std::move(port));
    return ports;
}

std::string_view program_of_command(std::string_view command)
{
    while (command.starts_with(' '))
        command.remove_prefix(1);
    if (command.starts_with('"'))
    {
        command.remove_prefix(1);
        return command.substr(0, command.find('"'));
    }
    // Windows takes paths with blanks also without quotes.
    constexpr std::string_view ending = ".exe";
    for (std::size_t at = 0; at + ending.size() <= command.size(); ++at)
    {
        const std::size_t end = at + ending.size();
        const bool ends = end == command.size() || command[end] == ' ';
        if (ends && equal_ignoring_case(command.substr(at, ending.size()), ending))
            return command.substr(0, end);
    }
    return command.substr(0, command.find(' '));
}

std::string service_key(const wire::Service& service)
{
    const std::string name = without_numbers(service.name);
    const std::string program = program_key(program_of_command(service.command));
    return program.empty() ? name : fmt::format("{} ({})", name, program);
}

bool starts_by_itself(const wire::Service& service)
{
    return service.start_type == "automatic";
}

bool is_private_address(std::string_view address)
{
    constexpr std::string_view of_version_4 = "::ffff:";
    if (address.starts_with(of_version_4))
        address.remove_prefix(of_version_4.size());
    constexpr auto networks = std::to_array<std::string_view>(
        {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"});
    if (std::any_of(networks.begin(), networks.end(), [address](std::string_view network) {
            return is_within(address, network);
        }))
        return true;
    if (address.find(':') == std::string_view::npos || address.size() < 4)
        return false;
    const auto letter = [address](std::size_t at) { return ascii_lower(address[at]); };
    const bool unique_local = letter(0) == 'f' && (letter(1) == 'c' || letter(1) == 'd');
    const bool link_local =
        letter(0) == 'f' && letter(1) == 'e'
        && (letter(2) == '8' || letter(2) == '9' || letter(2) == 'a' || letter(2) == 'b');
    return (unique_local || link_local) && address[2] != ':' && address[3] != ':';
}

PeerKind peer_kind(const wire::RemotePeer& peer)
{
    PeerKind kind;
    kind.incoming = peer.direction == "in";
    kind.outside = !is_private_address(peer.address);
    if (peer.port < dynamic_ports_from)
        kind.port = peer.port;
    kind.program = program_key(peer.program);
    return kind;
}

std::string peer_key(const PeerKind& kind)
{
    return fmt::format(
        "{} {} tcp/{}{}{}", kind.incoming ? "in" : "out", kind.outside ? "outside" : "inside",
        kind.port ? std::to_string(*kind.port) : std::string{dynamic},
        kind.program.empty() ? "" : " ", kind.program);
}

std::optional<PeerKind> parse_peer_key(std::string_view key)
{
    PeerKind kind;
    std::string_view left = key;
    kind.incoming = take(left, "in");
    if (!kind.incoming && !take(left, "out"))
        return {};
    kind.outside = take(left, "outside");
    if (!kind.outside && !take(left, "inside"))
        return {};
    constexpr std::string_view protocol = "tcp/";
    if (!left.starts_with(protocol))
        return {};
    left.remove_prefix(protocol.size());
    const std::string_view port = left.substr(0, left.find(' '));
    left.remove_prefix(port.size());
    if (port != dynamic)
    {
        std::uint16_t number = 0;
        const char* const end = port.data() + port.size();
        if (std::from_chars(port.data(), end, number).ptr != end)
            return {};
        kind.port = number;
    }
    if (!left.empty())
        kind.program = left.substr(1);
    // One form only: no port of chance by its number, no blank without a program.
    if (peer_key(kind) != key || (kind.port && *kind.port >= dynamic_ports_from))
        return {};
    return kind;
}

ItemKeys item_keys(const wire::ListenersSection& listeners)
{
    ItemKeys keys;
    for (OpenPort& port : open_ports(listeners))
        add_key(keys, std::move(port.key));
    return keys;
}

ItemKeys item_keys(const wire::ServicesSection& services)
{
    ItemKeys keys;
    for (const wire::Service& service : services.services)
    {
        if (starts_by_itself(service))
            add_key(keys, service_key(service));
    }
    return keys;
}

ItemKeys item_keys(const wire::PeersSection& peers)
{
    ItemKeys keys;
    for (const wire::RemotePeer& peer : peers.peers)
        add_key(keys, peer_key(peer_kind(peer)));
    return keys;
}

bool is_usual(const ItemKeys& profile, ItemKind kind, std::string_view key)
{
    if (profile.find(key) != profile.end())
        return true;
    if (kind == ItemKind::service)
        return std::find(automatic_at_times.begin(), automatic_at_times.end(), key)
               != automatic_at_times.end();
    const std::string with_program = beginning_with_program(kind, key);
    if (with_program.empty())
        return false;
    const auto next = profile.lower_bound(with_program);
    return next != profile.end() && next->starts_with(with_program);
}

std::string why_items_unread(const std::optional<wire::ServicesSection>& services)
{
    return why_unread(services, "services", &wire::ServicesSection::services);
}

std::string why_items_unread(const std::optional<wire::PeersSection>& peers)
{
    return why_unread(peers, "peers", &wire::PeersSection::peers);
}

std::vector<UnusualItem> unusual_items(const Inputs& in, ItemKind kind)
{
    std::vector<UnusualItem> items;
    if (in.now < in.site.learning_until[kind])
        return items;
    for (const UnusualItem& item : in.site.unusual)
    {
        // So many at once are one thing to look at.
        if (item.kind == kind && items.size() < in.policy.items_named)
            items.push_back(item);
    }
    return items;
}

Finding unusual_finding(const Inputs& in, const UnusualItem& item)
{
    Finding finding;
    finding.subject = item.key;
    finding.severity = Severity::warning;
    if (!in.device.model.empty())
        finding.evidence.set("model", in.device.model);
    finding.evidence.set("devices", std::int64_t{item.devices})
        .set("model_devices", std::int64_t{item.model_devices})
        .set("first_seen_at", item.first_seen_at);
    return finding;
}

} // namespace mimamori::collector::rules
