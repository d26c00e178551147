#include "agent/probes/sockets.hpp"

#include "agent/probes/text.hpp"

#include <algorithm>

namespace mimamori::agent::probes {
namespace {

/// "0100007F:1F90": words of four bytes, each in the order of a little-endian machine.
bool parse_end(std::string_view text, std::vector<std::uint8_t>& address, std::uint16_t& port)
{
    const auto colon = text.find(':');
    if (colon != 8 && colon != 32)
        return false;
    address.clear();
    for (std::size_t at = 0; at < colon; at += 8)
    {
        const auto word = to_number<std::uint32_t>(text.substr(at, 8), 16);
        if (!word)
            return false;
        for (unsigned shift = 0; shift < 32; shift += 8)
            address.push_back(static_cast<std::uint8_t>(*word >> shift));
    }
    const auto number = to_number<std::uint16_t>(text.substr(colon + 1), 16);
    port = number.value_or(0);
    return number.has_value();
}

SocketState state_of(std::string_view number, bool is_tcp)
{
    if (number == "01")
        return SocketState::established;
    if (number == (is_tcp ? "0A" : "07"))
        return SocketState::listening;
    return SocketState::other;
}

} // namespace

std::vector<Socket> parse_sockets(std::string_view text, std::string_view protocol)
{
    std::vector<Socket> sockets;
    const bool is_tcp = protocol.starts_with("tcp");
    next_line(text); // the heading
    while (auto line = next_line(text))
    {
        Socket socket;
        socket.protocol = protocol;
        next_word(*line); // number of the line
        const auto local = next_word(*line);
        const auto remote = next_word(*line);
        const auto state = next_word(*line);
        for (int passed = 0; passed < 3; ++passed)
            next_word(*line); // queues, timer, retransmissions
        const auto user = to_number<std::uint32_t>(next_word(*line));
        next_word(*line); // timeout
        const auto inode = to_number<std::uint64_t>(next_word(*line));
        if (!user || !inode || !parse_end(local, socket.local_address, socket.local_port)
            || !parse_end(remote, socket.remote_address, socket.remote_port))
            continue;
        socket.state = state_of(state, is_tcp);
        socket.user = *user;
        socket.inode = *inode;
        sockets.push_back(std::move(socket));
    }
    return sockets;
}

void SocketOwners::refresh(
    const Tree& tree, const std::string& group, const std::set<std::uint64_t>& inodes)
{
    groups_[group] = inodes;
    std::erase_if(programs_, [&](const auto& known) {
        return std::none_of(groups_.begin(), groups_.end(), [&](const auto& each) {
            return each.second.contains(known.first);
        });
    });
    std::set<std::uint64_t> wanted;
    for (const std::uint64_t inode : inodes)
    {
        if (inode != 0 && !programs_.contains(inode))
            wanted.insert(inode);
    }
    if (!wanted.empty())
        walk(tree, wanted);
}

std::string SocketOwners::program_of(std::uint64_t inode) const
{
    const auto found = programs_.find(inode);
    return found == programs_.end() ? std::string{} : found->second;
}

} // namespace mimamori::agent::probes
