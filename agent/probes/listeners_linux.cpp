#include "agent/probes/ip_text.hpp"
#include "agent/probes/listeners.hpp"
#include "agent/probes/text.hpp"
#include "agent/probes/users.hpp"

#include <array>

namespace mimamori::agent::probes {

wire::ListenersSection read_listeners(const ProbeContext& context)
{
    const Tree tree{context.root};
    wire::ListenersSection section;
    PortRange ephemeral;
    if (const auto range = tree.read_value("/proc/sys/net/ipv4/ip_local_port_range"))
        ephemeral = parse_port_range(*range);

    std::vector<Socket> listening;
    for (const std::string protocol : {"tcp", "tcp6", "udp", "udp6"})
    {
        const std::string path = "/proc/net/" + protocol;
        const auto sockets = context.memory.socket_lists.read(tree, protocol, context.clock.now());
        if (!sockets)
        {
            // A kernel without IPv6 has no tcp6; then nothing listens there.
            const bool no_ipv6 = protocol.ends_with('6') && sockets.error().code == Errc::not_found;
            if (!no_ipv6)
                note_unknown(section.from, "listeners", sockets.error());
            continue;
        }
        note_source(section.from, path);
        const auto some = listening_among(*sockets, ephemeral);
        listening.insert(listening.end(), some.begin(), some.end());
    }
    std::set<std::uint64_t> inodes;
    for (const Socket& socket : listening)
        inodes.insert(socket.inode);
    auto& owners = context.memory.socket_owners;
    owners.refresh(tree, "listeners", inodes);
    if (!owners.blind_spot().empty())
        note_unknown(section.from, "program", owners.blind_spot());

    context.memory.users.refresh(tree);
    for (const Socket& socket : listening)
        section.listeners.push_back(
            {.protocol = socket.protocol,
             .address = address_text(socket.local_address),
             .port = socket.local_port,
             .program = owners.program_of(socket.inode),
             .user = context.memory.users.name_of(socket.user)});
    settle_listeners(section);
    return section;
}

} // namespace mimamori::agent::probes
