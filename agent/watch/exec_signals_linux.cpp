#include "agent/watch/netlink_linux.hpp"
#include "agent/watch/signals.hpp"
#include "common/platform/file.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <array>
#include <cstddef>
#include <cstring>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <string>

namespace mimamori::agent::watch {
namespace {

// The process connector (connector documentation of the kernel): nlmsghdr, cn_msg, proc_event.
constexpr std::size_t event_at = NLMSG_HDRLEN + sizeof(cn_msg);

/// Values of proc_event::what, which newer headers keep elsewhere.
constexpr std::uint32_t what_none = 0;
constexpr std::uint32_t what_exec = 2;

constexpr int receive_buffer_bytes = 256 * 1024;

/// How long the kernel may take to confirm.
constexpr timeval answer_limit{1, 0};

/// Lets only the confirmation and execs through: a fork or an exit does not even wake us.
Result<void> attach_filter(int fd)
{
    const auto what = static_cast<std::uint32_t>(event_at + offsetof(proc_event, what));
    std::array<sock_filter, 5> program{
        sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, what},
        sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 1, 0, htonl(what_exec)},
        sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, htonl(what_none)},
        sock_filter{BPF_RET | BPF_K, 0, 0, 0xffffffff}, sock_filter{BPF_RET | BPF_K, 0, 0, 0}};
    const sock_fprog filter{program.size(), program.data()};
    if (::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) != 0)
        return platform::last_error("filter process events");
    return {};
}

std::string listen_message()
{
    const std::uint32_t operation = PROC_CN_MCAST_LISTEN;
    cn_msg head{};
    head.id.idx = CN_IDX_PROC;
    head.id.val = CN_VAL_PROC;
    head.len = sizeof operation;
    nlmsghdr frame{};
    frame.nlmsg_len = NLMSG_LENGTH(sizeof head + sizeof operation);
    frame.nlmsg_type = NLMSG_DONE;
    frame.nlmsg_pid = static_cast<std::uint32_t>(::getpid());
    std::string message(frame.nlmsg_len, '\0');
    std::memcpy(message.data(), &frame, sizeof frame);
    std::memcpy(message.data() + NLMSG_HDRLEN, &head, sizeof head);
    std::memcpy(message.data() + event_at, &operation, sizeof operation);
    return message;
}

/// What one message says.
struct Said
{
    std::uint32_t what{0};
    std::uint32_t process{0};
    std::uint32_t error{0};
};

bool read_message(std::string_view message, Said& said)
{
    proc_event event{};
    constexpr std::size_t least = offsetof(proc_event, event_data) + 8;
    if (message.size() < event_at + least)
        return false;
    std::memcpy(
        &event, message.data() + event_at, std::min(sizeof event, message.size() - event_at));
    said.what = static_cast<std::uint32_t>(event.what);
    said.error = event.event_data.ack.err;
    said.process = static_cast<std::uint32_t>(event.event_data.exec.process_tgid);
    return true;
}

/// The kernel confirms at once; where it says nothing, or no, there will be no events either.
Result<void> wait_for_confirmation(NetlinkSocket& socket)
{
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(socket.native(), &readable);
    timeval limit = answer_limit;
    if (::select(socket.native() + 1, &readable, nullptr, nullptr, &limit) <= 0)
        return Error{Errc::unsupported, "no answer"};
    std::array<char, 1024> buffer;
    for (int i = 0; i < netlink_batch_max; ++i)
    {
        const auto taken = socket.take(buffer);
        Said said;
        if (taken.message.empty() || !read_message(taken.message, said))
            break;
        if (said.what == what_none && said.error != 0)
            return Error{Errc::forbidden, std::strerror(static_cast<int>(said.error))};
        if (said.what == what_none)
            return {};
    }
    return Error{Errc::unsupported, "no confirmation"};
}

} // namespace

struct ExecSignals::State
{
    Batch take()
    {
        Batch batch;
        std::array<char, 1024> buffer;
        for (int i = 0; i < netlink_batch_max; ++i)
        {
            const auto taken = socket.take(buffer);
            batch.some_were_lost = batch.some_were_lost || taken.some_were_lost;
            if (taken.message.empty())
                break;
            Said said;
            if (read_message(taken.message, said) && said.what == what_exec)
                batch.processes.push_back(said.process);
        }
        return batch;
    }

    NetlinkSocket socket;
};

ExecSignals::ExecSignals(std::unique_ptr<State> state)
    : state_{std::move(state)}
{}

ExecSignals::ExecSignals(ExecSignals&&) noexcept = default;
ExecSignals& ExecSignals::operator=(ExecSignals&&) noexcept = default;
ExecSignals::~ExecSignals() = default;

Result<ExecSignals> ExecSignals::open(const asio::any_io_executor& executor)
{
    auto socket = NetlinkSocket::open(executor, NETLINK_CONNECTOR, CN_IDX_PROC);
    if (!socket)
        return std::move(socket).error().in("process events");
    // More room than usual: a burst of starts must fit until we get a turn.
    (void)::setsockopt(
        socket->native(), SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
        sizeof receive_buffer_bytes);
    auto done = attach_filter(socket->native());
    if (done)
        done = socket->send(listen_message());
    if (done)
        done = wait_for_confirmation(*socket);
    if (!done)
        return std::move(done).error().in("process events");
    return ExecSignals{std::unique_ptr<State>{new State{std::move(*socket)}}};
}

awaitable<Result<ExecSignals::Batch>> ExecSignals::next()
{
    auto ready = co_await state_->socket.wait();
    if (!ready)
        co_return std::move(ready).error();
    co_return state_->take();
}

} // namespace mimamori::agent::watch
