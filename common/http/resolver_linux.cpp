#include "common/http/resolver.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <ares.h>
#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <netinet/in.h>

namespace mimamori::http {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int server_timeout_ms{2000}; ///< For each server, doubled at each further try.
constexpr int tries{2};

struct Destroy
{
    void operator()(ares_channel channel) const { ares_destroy(channel); }
};

using Channel = std::unique_ptr<ares_channeldata, Destroy>;

/// What c-ares calls back with.
struct Answer
{
    bool done{false};
    int status{ARES_SUCCESS};
    std::vector<asio::ip::address> addresses;
};

asio::ip::address address_of(const ares_addrinfo_node& node)
{
    if (node.ai_family == AF_INET)
    {
        const auto* const address = reinterpret_cast<const sockaddr_in*>(node.ai_addr);
        return asio::ip::address_v4{ntohl(address->sin_addr.s_addr)};
    }
    const auto* const address = reinterpret_cast<const sockaddr_in6*>(node.ai_addr);
    asio::ip::address_v6::bytes_type bytes{};
    std::memcpy(bytes.data(), &address->sin6_addr, bytes.size());
    return asio::ip::address_v6{bytes, address->sin6_scope_id};
}

void on_answer(void* given, int status, int, ares_addrinfo* found)
{
    Answer& answer = *static_cast<Answer*>(given);
    answer.done = true;
    answer.status = status;
    if (found == nullptr)
        return;
    for (const ares_addrinfo_node* node = found->nodes; node != nullptr; node = node->ai_next)
    {
        if (node->ai_family == AF_INET || node->ai_family == AF_INET6)
            answer.addresses.push_back(address_of(*node));
    }
    ares_freeaddrinfo(found);
}

Result<Channel> open_channel(const std::string& servers)
{
    static std::once_flag once;
    std::call_once(once, [] { ares_library_init(ARES_LIB_INIT_ALL); });

    std::array<char, 3> hosts_file_then_dns{"fb"};
    ares_options options{};
    options.timeout = server_timeout_ms;
    options.tries = tries;
    options.lookups = hosts_file_then_dns.data();
    ares_channel raw = nullptr;
    const int opened =
        ares_init_options(&raw, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS);
    if (opened != ARES_SUCCESS)
        return Error{Errc::io, std::string{"start c-ares: "} + ares_strerror(opened)};
    Channel channel{raw};
    if (!servers.empty())
    {
        const int set = ares_set_servers_ports_csv(raw, servers.c_str());
        if (set != ARES_SUCCESS)
            return Error{Errc::invalid_input, "DNS servers \"" + servers + "\""};
    }
    return channel;
}

/// Sockets of c-ares being waited for; any of them, or the time, ends the wait.
struct Readiness
{
    explicit Readiness(const asio::any_io_executor& executor)
        : woken{executor}
    {}

    asio::steady_timer woken;
    std::vector<asio::posix::stream_descriptor> sockets;
};

using Sockets = std::array<ares_socket_t, ARES_GETSOCK_MAXNUM>;

/// Waits on copies of the descriptors: c-ares closes its own when it likes.
void watch(const std::shared_ptr<Readiness>& readiness, const Sockets& sockets, int wanted)
{
    const auto wake = [readiness](boost::system::error_code ec) {
        if (!ec)
            readiness->woken.cancel();
    };
    for (std::size_t i = 0; i < sockets.size(); ++i)
    {
        const bool reads = ARES_GETSOCK_READABLE(wanted, i) != 0;
        const bool writes = ARES_GETSOCK_WRITABLE(wanted, i) != 0;
        if (!reads && !writes)
            continue;
        auto& copy =
            readiness->sockets.emplace_back(readiness->woken.get_executor(), ::dup(sockets[i]));
        if (reads)
            copy.async_wait(asio::posix::descriptor_base::wait_read, wake);
        if (writes)
            copy.async_wait(asio::posix::descriptor_base::wait_write, wake);
    }
}

/// c-ares's sockets do not block, so those that are not ready are tried in vain at no harm.
void process(ares_channel channel, const Sockets& sockets, int wanted)
{
    ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); // What has timed out.
    for (std::size_t i = 0; i < sockets.size(); ++i)
    {
        const bool reads = ARES_GETSOCK_READABLE(wanted, i) != 0;
        const bool writes = ARES_GETSOCK_WRITABLE(wanted, i) != 0;
        if (reads || writes)
            ares_process_fd(
                channel, reads ? sockets[i] : ARES_SOCKET_BAD,
                writes ? sockets[i] : ARES_SOCKET_BAD);
    }
}

Clock::time_point next_look(ares_channel channel, Clock::time_point deadline)
{
    timeval most{1, 0};
    timeval room{};
    const timeval* const wait = ares_timeout(channel, &most, &room);
    const auto until = Clock::now() + std::chrono::seconds{wait->tv_sec}
                       + std::chrono::microseconds{wait->tv_usec};
    return std::min(deadline, until);
}

Error error_of(const std::string& host, int status)
{
    const bool none = status == ARES_ENOTFOUND || status == ARES_ENODATA;
    const bool late = status == ARES_ETIMEOUT;
    const Errc code = none ? Errc::not_found : late ? Errc::timeout : Errc::io;
    return Error{code, "resolve \"" + host + "\": " + ares_strerror(status)};
}

} // namespace

SystemResolver::SystemResolver(std::string servers)
    : servers_{std::move(servers)}
{}

awaitable<Result<std::vector<asio::ip::address>>> SystemResolver::resolve(
    std::string host, Clock::time_point deadline)
{
    boost::system::error_code is_name;
    const auto numeric = asio::ip::make_address(host, is_name);
    if (!is_name)
        co_return std::vector{numeric};

    co_await asio::this_coro::throw_if_cancelled(false);
    const auto executor = co_await asio::this_coro::executor;
    Answer answer; // Outlives the channel, which calls back when it is destroyed.
    auto channel = open_channel(servers_);
    if (!channel)
        co_return std::move(channel).error();
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    ares_getaddrinfo(channel->get(), host.c_str(), nullptr, &hints, on_answer, &answer);

    while (!answer.done)
    {
        Sockets sockets{};
        const int wanted = ares_getsock(channel->get(), sockets.data(), sockets.size());
        const auto readiness = std::make_shared<Readiness>(executor);
        readiness->woken.expires_at(next_look(channel->get(), deadline));
        watch(readiness, sockets, wanted);
        co_await readiness->woken.async_wait(token);
        readiness->sockets.clear();
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return Error{Errc::cancelled, "cancelled"};
        process(channel->get(), sockets, wanted);
        if (!answer.done && Clock::now() >= deadline)
            co_return Error{Errc::timeout, "resolve \"" + host + "\": no answer in time"};
    }
    if (answer.status != ARES_SUCCESS || answer.addresses.empty())
        co_return error_of(host, answer.status);
    co_return std::move(answer.addresses);
}

} // namespace mimamori::http
