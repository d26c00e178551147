#include "agent/probes/peers.hpp"
#include "agent/probes/text.hpp"

namespace mimamori::agent::probes {

wire::PeersSection read_peers(const ProbeContext& context)
{
    const Tree tree{context.root};
    wire::PeersSection section;
    auto& memory = context.memory.peers;
    memory.begin(context.clock.now());

    std::vector<Socket> sockets;
    for (const std::string protocol : {"tcp", "tcp6"})
    {
        const std::string path = "/proc/net/" + protocol;
        const auto some = context.memory.socket_lists.read(tree, protocol, context.clock.now());
        if (!some)
        {
            const bool no_ipv6 = protocol == "tcp6" && some.error().code == Errc::not_found;
            if (!no_ipv6)
                note_unknown(section.from, "peers", some.error());
            continue;
        }
        note_source(section.from, path);
        sockets.insert(sockets.end(), some->begin(), some->end());
    }
    const auto ports = listening_ports(sockets);
    std::erase_if(sockets, [](const Socket& socket) { return !is_connection(socket); });

    std::set<std::uint64_t> inodes;
    for (const Socket& socket : sockets)
        inodes.insert(socket.inode);
    auto& owners = context.memory.socket_owners;
    owners.refresh(tree, "peers", inodes);
    if (!owners.blind_spot().empty())
        note_unknown(section.from, "program", owners.blind_spot());

    for (const Socket& socket : sockets)
    {
        auto peer = peer_of(socket, ports);
        peer.program = owners.program_of(socket.inode);
        // A socket without a process yet or any more: the peer is known with its program already.
        const bool vague = peer.program.empty() && memory.knows([&](const wire::RemotePeer& known) {
            return known.address == peer.address && known.port == peer.port
                   && known.direction == peer.direction;
        });
        if (!vague)
            memory.note(std::move(peer));
    }
    section.peers = memory.oldest(peers_listed_max, section.not_listed);
    return section;
}

} // namespace mimamori::agent::probes
