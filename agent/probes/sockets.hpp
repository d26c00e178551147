#pragma once

#include "agent/probes/tree.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// The kernel's lists of sockets and who holds them.
namespace mimamori::agent::probes {

/// What a socket does.
enum class SocketState
{
    established,
    listening, ///< TCP: waits for connections. UDP: takes packets from anyone.
    other
};

/// One line of /proc/net/tcp and its kin.
struct Socket
{
    std::string protocol;                    ///< "tcp", "tcp6", "udp", "udp6".
    std::vector<std::uint8_t> local_address; ///< 4 or 16 bytes in network order.
    std::uint16_t local_port{0};
    std::vector<std::uint8_t> remote_address;
    std::uint16_t remote_port{0};
    SocketState state{SocketState::other};
    std::uint32_t user{0};
    std::uint64_t inode{0};
};

/// Understands one of the lists; lines that are not understood are passed over.
std::vector<Socket> parse_sockets(std::string_view text, std::string_view protocol);

/// Reads the kernel's lists. It walks all its tables for each (3 ms on a PC with 16 GB), so what
/// one probe has read serves the next one that asks in the same second, once.
class SocketLists
{
public:
    /// `protocol`: "tcp" reads /proc/net/tcp. Errors: of reading.
    Result<std::vector<Socket>> read(const Tree& tree, const std::string& protocol, Timestamp now);

private:
    struct List
    {
        Timestamp read_at{};
        std::vector<Socket> sockets;
    };

    std::map<std::string, List> unused_; ///< By protocol.
};

/// Which sockets each process holds. Kept between two looks, because finding out goes through the
/// descriptors of all processes: it is done only when a socket is not known yet.
class SocketOwners
{
public:
    /// Makes sure that the sockets with these inodes are known as far as they can be, and forgets
    /// all others of the same `group` (one group for each list that is looked at by itself).
    void refresh(const Tree& tree, const std::string& group, const std::set<std::uint64_t>& inodes);

    /// Path of the program that holds the socket; empty when it is not known.
    std::string program_of(std::uint64_t inode) const;

    /// Why programs are not known, as of the last walk; empty: all processes could be looked at.
    const std::string& blind_spot() const { return blind_spot_; }

private:
    void walk(const Tree& tree, const std::set<std::uint64_t>& wanted);

    std::map<std::string, std::set<std::uint64_t>> groups_;
    std::map<std::uint64_t, std::string> programs_; ///< Empty path: looked for and not found.
    std::string blind_spot_;
};

} // namespace mimamori::agent::probes
