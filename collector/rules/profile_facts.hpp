#pragma once

#include "collector/rules/rule.hpp"
#include "common/wire/sections/listeners.hpp"
#include "common/wire/sections/peers.hpp"
#include "common/wire/sections/services.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What of a device is compared with the profile of its model: ports, services and peers, each by a
/// key that names no device, person or address, so that profiles can go from one hospital to
/// another.
namespace mimamori::collector::rules {

/// From here on ports are handed out by chance: Linux begins here, Windows at 49152 (RFC 6335).
inline constexpr std::uint16_t dynamic_ports_from = 32'768;

/// A port that other machines can reach.
struct OpenPort
{
    std::string key; ///< As profiles name it: "tcp/445", by chance "tcp/dynamic svc.exe".
    std::uint16_t port{0};
    std::string protocol;     ///< "tcp" or "udp": both address families are one.
    std::string program;      ///< Path; empty: not known.
    std::string program_name; ///< Its last part.
};

/// Each once, in the order of their keys; those on loopback are nobody's business.
std::vector<OpenPort> open_ports(const wire::ListenersSection& listeners);

/// The program that a command line of either system starts: its path as it stands there, without
/// what follows.
std::string_view program_of_command(std::string_view command);

/// How profiles name a service: "spooler (spoolsv.exe)", or only "cups.socket" for one without a
/// command. In small letters; a "#" stands for numbers, which go up with each version.
std::string service_key(const wire::Service& service);

/// Whether the service starts by itself; only those are compared.
bool starts_by_itself(const wire::Service& service);

/// Whether only machines of the house have such an address: private (RFC 1918, RFC 4193) or
/// link-local. False for what is not understood.
bool is_private_address(std::string_view address);

/// A kind of peer: not who it is, but what for, and whether it is in the house.
struct PeerKind
{
    bool incoming{false}; ///< The peer began.
    bool outside{false};
    std::optional<std::uint16_t> port; ///< Of the service; nothing: one handed out by chance.
    std::string program;               ///< Ours, without its folder; empty: not known.

    friend bool operator==(const PeerKind&, const PeerKind&) = default;
};

PeerKind peer_kind(const wire::RemotePeer& peer);

/// As profiles name it: "out outside tcp/443 updater.exe", "in inside tcp/dynamic".
std::string peer_key(const PeerKind& kind);

/// The inverse. Nothing for what `peer_key` does not write.
std::optional<PeerKind> parse_peer_key(std::string_view key);

/// Keys of one kind, as devices have them and profiles list them.
using ItemKeys = std::set<std::string, std::less<>>;

/// So many items of a kind are kept of one device, in the order of their keys.
inline constexpr std::size_t item_keys_max = 1'000;

ItemKeys item_keys(const wire::ListenersSection& listeners);
ItemKeys item_keys(const wire::ServicesSection& services);
ItemKeys item_keys(const wire::PeersSection& peers);

/// Whether a profile has the key. A peer whose program is not known is like any of that port, a
/// port by chance like any by chance. Services that Windows makes automatic for a while always are
/// usual.
bool is_usual(const ItemKeys& profile, ItemKind kind, std::string_view key);

/// Why the section as a whole is not known; empty when it is. `name` is that of the section.
std::string why_items_unread(const std::optional<wire::ServicesSection>& services);
std::string why_items_unread(const std::optional<wire::PeersSection>& peers);

/// What the profile lacks of that kind, so many as get a finding; none while it is being learned.
std::vector<UnusualItem> unusual_items(const Inputs& in, ItemKind kind);

/// A finding about such a thing, with its prevalence as evidence.
Finding unusual_finding(const Inputs& in, const UnusualItem& item);

} // namespace mimamori::collector::rules
