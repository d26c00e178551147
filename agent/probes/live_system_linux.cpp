#include "agent/probes/live_system.hpp"
#include "agent/probes/system_bus.hpp"
#include "common/base/scope_exit.hpp"
#include "common/platform/file.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <memory>

namespace mimamori::agent::probes {
namespace {

constexpr std::size_t dump_bytes_max = 4U * 1024 * 1024;

/// Asks one netlink family for a dump and returns its messages up to the end mark.
Result<std::string> dump(int family, std::uint16_t type, const char* step, std::uint8_t subject)
{
    const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, family);
    if (socket < 0)
        return platform::last_error(step);
    const ScopeExit closing{[socket] { ::close(socket); }};
    constexpr timeval patience{2, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);

    struct
    {
        nlmsghdr header;
        std::array<std::uint8_t, 4> body; // family and padding of every dump we ask for
    } request{};

    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = type;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.header.nlmsg_seq = 1;
    request.body[0] = subject;
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    if (::sendto(
            socket, &request, sizeof request, 0, reinterpret_cast<const sockaddr*>(&kernel),
            sizeof kernel)
        < 0)
        return platform::last_error(step);

    std::string messages;
    const auto piece = std::make_unique<std::array<char, 64U * 1024>>();
    for (;;)
    {
        sockaddr_nl sender{};
        socklen_t sender_size = sizeof sender;
        const ssize_t got = ::recvfrom(
            socket, piece->data(), piece->size(), MSG_TRUNC, reinterpret_cast<sockaddr*>(&sender),
            &sender_size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return platform::last_error(step);
        if (sender.nl_pid != 0)
            continue; // Any process may send to us; only the kernel has number 0.
        if (static_cast<std::size_t>(got) > piece->size())
            return Error{Errc::too_large, std::string{step} + ": a message above 64 KiB"};
        auto size = static_cast<std::size_t>(got);
        for (auto* header = reinterpret_cast<const nlmsghdr*>(piece->data());
             NLMSG_OK(header, size); header = NLMSG_NEXT(header, size))
        {
            if (header->nlmsg_type == NLMSG_DONE)
                return messages;
            if (header->nlmsg_type == NLMSG_ERROR)
            {
                const auto* failure = static_cast<const nlmsgerr*>(NLMSG_DATA(header));
                errno = header->nlmsg_len >= NLMSG_LENGTH(sizeof *failure) ? -failure->error : EIO;
                return platform::last_error(step);
            }
            if (messages.size() + header->nlmsg_len > dump_bytes_max)
                return messages; // Enough; what is beyond is counted as not listed.
            messages.append(reinterpret_cast<const char*>(header), NLMSG_ALIGN(header->nlmsg_len));
        }
    }
}

} // namespace

Result<KernelName> RunningSystem::kernel_name() const
{
    utsname name{};
    if (::uname(&name) != 0)
        return platform::last_error("uname");
    return KernelName{name.release, name.machine};
}

Result<std::string> RunningSystem::netlink_dump(NetlinkTable table) const
{
    switch (table)
    {
    case NetlinkTable::addresses:
        return dump(NETLINK_ROUTE, RTM_GETADDR, "netlink addresses", AF_UNSPEC);
    case NetlinkTable::nftables:
        return dump(
            NETLINK_NETFILTER, NFNL_SUBSYS_NFTABLES << 8U | NFT_MSG_GETTABLE, "netlink nftables",
            AF_UNSPEC);
    case NetlinkTable::neighbours:
        break;
    }
    return dump(NETLINK_ROUTE, RTM_GETNEIGH, "netlink neighbours", AF_UNSPEC);
}

Result<TimeState> RunningSystem::time_state() const
{
    timex discipline{};
    const int state = ::adjtimex(&discipline);
    if (state < 0)
        return platform::last_error("adjtimex");
    return TimeState{.synchronised = state != TIME_ERROR};
}

Result<std::vector<UnitState>> RunningSystem::units() const
{
    return list_units("/run/dbus/system_bus_socket");
}

const agent::windows::Machine* RunningSystem::windows() const
{
    return nullptr;
}

} // namespace mimamori::agent::probes
