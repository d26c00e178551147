#include "agent/probes/peers.hpp"

#include "agent/probes/ip_text.hpp"

namespace mimamori::agent::probes {

std::set<std::uint16_t> listening_ports(const std::vector<Socket>& sockets)
{
    std::set<std::uint16_t> ports;
    for (const Socket& socket : sockets)
    {
        if (socket.state == SocketState::listening)
            ports.insert(socket.local_port);
    }
    return ports;
}

wire::RemotePeer peer_of(const Socket& socket, const std::set<std::uint16_t>& listening)
{
    const bool incoming = listening.contains(socket.local_port);
    wire::RemotePeer peer;
    peer.address = address_text(socket.remote_address);
    peer.port = incoming ? socket.local_port : socket.remote_port;
    peer.direction = incoming ? "in" : "out";
    return peer;
}

bool is_connection(const Socket& socket)
{
    return socket.state == SocketState::established && !is_loopback(socket.remote_address)
           && !is_no_host(socket.remote_address) && socket.local_address != socket.remote_address;
}

} // namespace mimamori::agent::probes
