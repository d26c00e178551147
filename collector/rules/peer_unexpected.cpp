#include "collector/rules/peer_unexpected.hpp"

#include "collector/rules/profile_facts.hpp"
#include "collector/rules/program_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::rules {

namespace {

constexpr std::size_t addresses_shown = 5;

/// Of SSH, Telnet, RPC, SMB, Remote Desktop, VNC and WinRM: what malware goes from one machine to
/// the next by, and administrators too.
constexpr auto ruling_ports =
    std::to_array<std::uint16_t>({22, 23, 135, 445, 3389, 5900, 5985, 5986});

Severity severity_of(const PeerKind& kind)
{
    const bool ruling =
        kind.port
        && std::find(ruling_ports.begin(), ruling_ports.end(), *kind.port) != ruling_ports.end();
    return kind.outside || ruling ? Severity::warning : Severity::info;
}

/// The addresses of the peers of that kind, some of them.
std::string addresses_of(const std::optional<wire::PeersSection>& section, std::string_view key)
{
    std::vector<std::string> addresses;
    for (const wire::RemotePeer& peer : section ? section->peers : std::vector<wire::RemotePeer>{})
    {
        const bool listed =
            std::find(addresses.begin(), addresses.end(), peer.address) != addresses.end();
        if (!listed && peer_key(peer_kind(peer)) == key)
            addresses.push_back(peer.address);
    }
    const std::size_t left = addresses.size() - std::min(addresses.size(), addresses_shown);
    addresses.resize(addresses.size() - left);
    std::string text = fmt::format("{}", fmt::join(addresses, ", "));
    return left == 0 ? text : text + fmt::format(" + {}", left);
}

/// "updater.exe → 203.0.113.7 tcp/443": the one who began stands first.
std::string flow_of(const PeerKind& kind, const std::string& addresses)
{
    const std::string port = kind.port ? fmt::format("tcp/{}", *kind.port) : "tcp";
    const std::string& ours = kind.program.empty() ? port : kind.program;
    if (kind.incoming)
        return kind.program.empty() ? fmt::format("{} → {}", addresses, port)
                                    : fmt::format("{} → {} {}", addresses, ours, port);
    return kind.program.empty() ? fmt::format("→ {} {}", addresses, port)
                                : fmt::format("{} → {} {}", ours, addresses, port);
}

} // namespace

Judgement judge_peer_unexpected(const Inputs& in)
{
    if (!in.site.peers_unread.empty())
        return {Unknown{in.site.peers_unread}, {}};
    Judgement result{Good{}, {}};
    look_again(result, in.site.learning_until[ItemKind::peer], in.now);

    Bad verdict;
    for (const UnusualItem& item : unusual_items(in, ItemKind::peer))
    {
        const auto kind = parse_peer_key(item.key);
        if (!kind)
            continue;
        Finding finding = unusual_finding(in, item);
        finding.severity = severity_of(*kind);
        const std::string addresses = addresses_of(in.device.facts.peers, item.key);
        finding.evidence.set("flow", flow_of(*kind, addresses)).set("addresses", addresses);
        if (kind->port)
            finding.evidence.set("port", std::int64_t{*kind->port});
        if (!kind->program.empty())
            finding.evidence.set("program", kind->program);
        if (kind->outside)
            finding.evidence.set("case", "outside");
        else if (kind->incoming)
            finding.evidence.set("case", "incoming");
        verdict.findings.push_back(std::move(finding));
    }
    if (!verdict.findings.empty())
        result.verdict = std::move(verdict);
    return result;
}

} // namespace mimamori::collector::rules
