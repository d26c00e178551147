#include "agent/watch/netlink_linux.hpp"

#include "common/platform/file.hpp"

#include <boost/asio/this_coro.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <linux/netlink.h>

namespace mimamori::agent::watch {

Result<NetlinkSocket> NetlinkSocket::open(
    const asio::any_io_executor& executor, int protocol, std::uint32_t groups)
{
    const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    if (fd < 0)
        return platform::last_error("open netlink socket");
    NetlinkSocket made{asio::posix::stream_descriptor{executor, fd}};
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = groups;
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return platform::last_error("bind netlink socket");
    return made;
}

Result<void> NetlinkSocket::send(std::string_view message)
{
    if (::send(native(), message.data(), message.size(), 0) < 0)
        return platform::last_error("send to netlink socket");
    return {};
}

awaitable<Result<void>> NetlinkSocket::wait()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto [ec] =
        co_await descriptor_.async_wait(asio::posix::stream_descriptor::wait_read, token);
    if (ec == asio::error::operation_aborted)
        co_return Error{Errc::cancelled, "wait for netlink socket"};
    if (ec)
        co_return Error{Errc::io, "wait for netlink socket: " + ec.message()};
    co_return Result<void>{};
}

NetlinkSocket::Taken NetlinkSocket::take(std::span<char> into)
{
    Taken taken;
    for (;;)
    {
        sockaddr_nl from{};
        socklen_t from_size = sizeof from;
        const ssize_t got = ::recvfrom(
            native(), into.data(), into.size(), MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from),
            &from_size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == ENOBUFS)
        {
            taken.some_were_lost = true;
            continue;
        }
        if (got <= 0)
            return taken;
        if (from.nl_pid != 0)
            continue; // Another program's, however it looks.
        taken.message = {into.data(), static_cast<std::size_t>(got)};
        return taken;
    }
}

} // namespace mimamori::agent::watch
