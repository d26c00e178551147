#include "agent/watch/netlink_linux.hpp"
#include "agent/watch/network_state_linux.hpp"
#include "agent/watch/signals.hpp"

#include <array>
#include <linux/rtnetlink.h>

namespace mimamori::agent::watch {
namespace {

/// One message about a link carries its statistics and may have some KiB.
constexpr std::size_t message_bytes_max = 16384;

} // namespace

struct NetworkSignals::State
{
    bool take()
    {
        bool is_changed = false;
        std::array<char, message_bytes_max> buffer;
        for (int i = 0; i < netlink_batch_max; ++i)
        {
            const auto taken = socket.take(buffer);
            is_changed = is_changed || taken.some_were_lost;
            if (taken.message.empty())
                break;
            is_changed = network.take(taken.message) || is_changed;
        }
        return is_changed;
    }

    NetlinkSocket socket;
    NetworkState network;
};

NetworkSignals::NetworkSignals(std::unique_ptr<State> state)
    : state_{std::move(state)}
{}

NetworkSignals::NetworkSignals(NetworkSignals&&) noexcept = default;
NetworkSignals& NetworkSignals::operator=(NetworkSignals&&) noexcept = default;
NetworkSignals::~NetworkSignals() = default;

Result<NetworkSignals> NetworkSignals::open(const asio::any_io_executor& executor)
{
    auto socket = NetlinkSocket::open(
        executor, NETLINK_ROUTE, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR);
    if (!socket)
        return std::move(socket).error().in("network events");
    return NetworkSignals{std::unique_ptr<State>{new State{std::move(*socket), {}}}};
}

awaitable<Result<void>> NetworkSignals::next()
{
    for (;;)
    {
        auto ready = co_await state_->socket.wait();
        if (!ready)
            co_return ready;
        const bool is_changed = state_->take();
        if (is_changed)
            co_return Result<void>{};
    }
}

} // namespace mimamori::agent::watch
