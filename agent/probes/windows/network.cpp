#include "agent/probes/ip_text.hpp"
#include "agent/probes/listeners.hpp"
#include "agent/probes/neighbours.hpp"
#include "agent/probes/peers.hpp"
#include "agent/probes/text.hpp"
#include "agent/probes/windows/fact_reader.hpp"
#include "agent/probes/windows/sections.hpp"

#include <map>
#include <set>

// Neighbours, listeners and peers: three looks at the tables of the IP stack.

namespace mimamori::agent::probes::windows {
namespace {

using agent::windows::NeighbourRow;
using agent::windows::ProgramRow;
using agent::windows::SocketRow;
using agent::windows::SocketUse;

/// The programs of the machine by the number of their process.
std::map<std::uint32_t, const ProgramRow*> by_process(const std::vector<ProgramRow>& programs)
{
    std::map<std::uint32_t, const ProgramRow*> all;
    for (const ProgramRow& program : programs)
        all.emplace(program.id, &program);
    return all;
}

/// The path, else the name, of a process; "System" for the kernel's own sockets.
std::string program_of(
    const std::map<std::uint32_t, const ProgramRow*>& programs, std::uint32_t process)
{
    constexpr std::uint32_t kernel = 4;
    const auto found = programs.find(process);
    if (process == kernel)
        return "System";
    if (found == programs.end())
        return {};
    return fact_text(found->second->path.empty() ? found->second->name : found->second->path);
}

/// In the words of the rules that Linux uses too.
Socket to_socket(const SocketRow& row)
{
    Socket socket;
    socket.protocol = row.protocol;
    socket.local_address = row.local_address;
    socket.local_port = row.local_port;
    socket.remote_address = row.remote_address;
    socket.remote_port = row.remote_port;
    socket.inode = row.process;
    socket.state = row.use == SocketUse::listening     ? SocketState::listening
                   : row.use == SocketUse::established ? SocketState::established
                                                       : SocketState::other;
    return socket;
}

/// All sockets, with the number of the process in place of an inode.
std::vector<Socket> read_sockets(
    const Machine& machine, wire::Provenance& from, std::string_view fact)
{
    const auto rows = machine.network.sockets();
    if (!rows)
    {
        note_unknown(from, fact, rows.error());
        return {};
    }
    note_source(from, "TCP and UDP tables");
    std::vector<Socket> sockets;
    sockets.reserve(rows->size());
    for (const SocketRow& row : *rows)
        sockets.push_back(to_socket(row));
    return sockets;
}

std::vector<ProgramRow> read_programs(const Machine& machine, wire::Provenance& from)
{
    auto programs = machine.programs.list();
    if (programs)
        return std::move(*programs);
    note_unknown(from, "program", programs.error());
    return {};
}

/// What is called reachable was certain within a random time of 15 to 45 seconds (RFC 4861, 6.3.2).
constexpr std::chrono::seconds reachable_at_most{45};

} // namespace

Result<std::vector<NetlinkNeighbour>> neighbours_now(const ProbeContext& context)
{
    const auto rows = context.live.windows()->network.neighbours();
    if (!rows)
        return rows.error();
    std::vector<NetlinkNeighbour> table;
    for (const NeighbourRow& row : *rows)
    {
        NetlinkNeighbour entry;
        entry.address = row.address;
        entry.mac = row.mac;
        entry.adapter = row.adapter;
        entry.answered = row.answered;
        if (row.reachable)
            entry.confirmed_ago = reachable_at_most;
        table.push_back(std::move(entry));
    }
    return table;
}

wire::NeighboursSection read_neighbours(const ProbeContext& context)
{
    const Machine& machine = *context.live.windows();
    wire::NeighboursSection section;
    auto& memory = context.memory.neighbours;
    memory.begin(context.clock.now());
    const auto adapters = machine.network.adapters();
    const auto table = neighbours_now(context);
    if (!table)
        note_unknown(section.from, "neighbours", table.error());
    else if (!adapters)
        note_unknown(section.from, "neighbours", adapters.error());
    else
    {
        note_source(section.from, "ARP and ND tables");
        std::map<std::uint32_t, std::string> names;
        for (const auto& adapter : *adapters)
            names.emplace(adapter.index, fact_text(adapter.name, 128));
        for (wire::Neighbour& neighbour : machines_in(*table, names))
            memory.note(std::move(neighbour));
    }
    section.neighbours = memory.oldest(neighbours_listed_max, section.not_listed);
    return section;
}

wire::ListenersSection read_listeners(const ProbeContext& context)
{
    const Machine& machine = *context.live.windows();
    wire::ListenersSection section;
    // What Windows hands out by itself since Vista (RFC 6335).
    constexpr PortRange ephemeral{49'152, 65'535};
    const auto sockets = read_sockets(machine, section.from, "listeners");
    const auto programs = read_programs(machine, section.from);
    const auto owners = by_process(programs);
    for (const Socket& socket : listening_among(sockets, ephemeral))
    {
        const auto process = static_cast<std::uint32_t>(socket.inode);
        const auto owner = owners.find(process);
        wire::Listener listener;
        listener.protocol = socket.protocol;
        listener.address = address_text(socket.local_address);
        listener.port = socket.local_port;
        listener.program = program_of(owners, process);
        if (owner != owners.end())
            listener.user = fact_text(owner->second->user, 256);
        section.listeners.push_back(std::move(listener));
    }
    settle_listeners(section);
    return section;
}

wire::PeersSection read_peers(const ProbeContext& context)
{
    const Machine& machine = *context.live.windows();
    wire::PeersSection section;
    auto& memory = context.memory.peers;
    memory.begin(context.clock.now());
    const auto sockets = read_sockets(machine, section.from, "peers");
    const auto ports = listening_ports(sockets);
    const auto programs = read_programs(machine, section.from);
    const auto owners = by_process(programs);
    for (const Socket& socket : sockets)
    {
        if (!is_connection(socket))
            continue;
        auto peer = peer_of(socket, ports);
        peer.program = program_of(owners, static_cast<std::uint32_t>(socket.inode));
        memory.note(std::move(peer));
    }
    section.peers = memory.oldest(peers_listed_max, section.not_listed);
    return section;
}

} // namespace mimamori::agent::probes::windows
