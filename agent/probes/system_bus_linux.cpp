#include "agent/probes/system_bus.hpp"
#include "common/base/encoding.hpp"
#include "common/base/scope_exit.hpp"
#include "common/platform/file.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <poll.h>

namespace mimamori::agent::probes {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

constexpr const char* step = "system bus";

/// A connection on which every wait has an end.
class Connection
{
public:
    Connection(int socket, Deadline deadline)
        : socket_{socket}
        , deadline_{deadline}
    {}

    Result<void> send(std::string_view bytes) const
    {
        while (!bytes.empty())
        {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent > 0)
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            else if (errno != EINTR && errno != EAGAIN)
                return platform::last_error(step);
            else if (auto ready = wait(POLLOUT); !ready)
                return ready;
        }
        return {};
    }

    /// Fills `to` completely.
    Result<void> receive(char* to, std::size_t count) const
    {
        while (count > 0)
        {
            const ssize_t got = ::recv(socket_, to, count, 0);
            if (got == 0)
                return Error{Errc::unavailable, "system bus: closed the connection"};
            if (got > 0)
            {
                to += got;
                count -= static_cast<std::size_t>(got);
            }
            else if (errno != EINTR && errno != EAGAIN)
                return platform::last_error(step);
            else if (auto ready = wait(POLLIN); !ready)
                return ready;
        }
        return {};
    }

    /// One line of the greeting, without its end.
    Result<std::string> receive_line() const
    {
        std::string line;
        while (!line.ends_with("\r\n"))
        {
            char letter = 0;
            if (auto got = receive(&letter, 1); !got)
                return got.error();
            if (line.size() >= 512)
                return Error{Errc::invalid_input, "system bus: malformed greeting"};
            line += letter;
        }
        line.resize(line.size() - 2);
        return line;
    }

private:
    Result<void> wait(short what) const
    {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline_ - std::chrono::steady_clock::now());
        pollfd poll_for{socket_, what, 0};
        if (left.count() <= 0 || ::poll(&poll_for, 1, static_cast<int>(left.count())) == 0)
            return Error{Errc::timeout, "system bus: no answer"};
        return {};
    }

    int socket_;
    Deadline deadline_;
};

/// Who we are: the daemon compares it with what the kernel says about the socket.
Result<void> greet(const Connection& bus)
{
    const std::string user = std::to_string(::geteuid());
    const std::string hex =
        to_hex({reinterpret_cast<const std::uint8_t*>(user.data()), user.size()});
    if (auto sent = bus.send(std::string{'\0'} + "AUTH EXTERNAL " + hex + "\r\n"); !sent)
        return sent;
    const auto answer = bus.receive_line();
    if (!answer)
        return answer.error();
    if (!answer->starts_with("OK"))
        return Error{Errc::forbidden, "system bus: refused our user"};
    return bus.send("BEGIN\r\n");
}

/// The answer to call number `serial`; signals that come in between are passed over.
Result<std::string> answer_to(const Connection& bus, std::uint32_t serial)
{
    constexpr int messages_max = 1'000;
    for (int i = 0; i < messages_max; ++i)
    {
        std::string message(bus_header_bytes, '\0');
        if (auto got = bus.receive(message.data(), message.size()); !got)
            return got.error();
        const auto size = bus_message_size(message);
        if (!size)
            return size.error();
        message.resize(*size);
        if (auto got = bus.receive(message.data() + bus_header_bytes, *size - bus_header_bytes);
            !got)
            return got.error();
        const auto parsed = parse_bus_message(message);
        if (!parsed)
            return parsed.error();
        if (parsed->reply_to != serial || parsed->answer == BusAnswer::other)
            continue;
        if (parsed->answer == BusAnswer::refusal)
            return Error{Errc::unavailable, "system bus: " + parsed->error_name};
        return message;
    }
    return Error{Errc::unavailable, "system bus: no answer among 1000 messages"};
}

/// The whole answer of systemd's manager to a call without arguments.
Result<std::string> ask_manager(
    const std::string& socket_path, std::string_view member, std::chrono::milliseconds limit)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_path.size() >= sizeof address.sun_path)
        return Error{Errc::invalid_input, "system bus: path too long"};
    std::memcpy(address.sun_path, socket_path.data(), socket_path.size());
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0)
        return platform::last_error(step);
    const ScopeExit closing{[socket] { ::close(socket); }};
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return platform::last_error("system bus: connect " + socket_path);

    const Connection bus{socket, std::chrono::steady_clock::now() + limit};
    if (auto greeted = greet(bus); !greeted)
        return greeted.error();
    // The bus wants to be greeted before anything else; its answer (our name) is of no use.
    const std::string calls =
        bus_call(
            1, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello")
        + bus_call(
            2, "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
            "org.freedesktop.systemd1.Manager", member);
    if (auto sent = bus.send(calls); !sent)
        return sent.error();
    return answer_to(bus, 2);
}

} // namespace

Result<std::vector<UnitState>> list_units(const std::string& socket_path)
{
    const auto answer = ask_manager(socket_path, "ListUnits", std::chrono::seconds{2});
    if (!answer)
        return answer.error();
    const auto message = parse_bus_message(*answer);
    if (!message)
        return message.error();
    return parse_unit_list(message->body);
}

Result<bool> is_going_down(const std::string& socket_path)
{
    const auto answer = ask_manager(socket_path, "ListJobs", std::chrono::milliseconds{333});
    if (!answer)
        return answer.error();
    const auto message = parse_bus_message(*answer);
    if (!message)
        return message.error();
    return message->body.find("shutdown.target") != std::string_view::npos;
}

} // namespace mimamori::agent::probes
