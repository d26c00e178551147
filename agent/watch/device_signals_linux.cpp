#include "agent/watch/netlink_linux.hpp"
#include "agent/watch/signals.hpp"

#include <array>
#include <linux/netlink.h>

namespace mimamori::agent::watch {
namespace {

/// The kernel's own messages; group 2 is udevd's.
constexpr std::uint32_t kernel_group = 1;

/// The kernel's limit of one message is 2 KiB of variables and the path.
constexpr std::size_t message_bytes_max = 8192;

} // namespace

struct DeviceSignals::State
{
    // Not in the coroutine: its frame would hold the buffer while nothing happens.
    Batch take()
    {
        Batch batch;
        std::array<char, message_bytes_max> buffer;
        for (int i = 0; i < netlink_batch_max; ++i)
        {
            const auto taken = socket.take(buffer);
            batch.some_were_lost = batch.some_were_lost || taken.some_were_lost;
            if (taken.message.empty())
                break;
            if (auto event = parse_uevent(taken.message))
                batch.events.push_back(std::move(*event));
        }
        return batch;
    }

    NetlinkSocket socket;
};

DeviceSignals::DeviceSignals(std::unique_ptr<State> state)
    : state_{std::move(state)}
{}

DeviceSignals::DeviceSignals(DeviceSignals&&) noexcept = default;
DeviceSignals& DeviceSignals::operator=(DeviceSignals&&) noexcept = default;
DeviceSignals::~DeviceSignals() = default;

Result<DeviceSignals> DeviceSignals::open(const asio::any_io_executor& executor)
{
    auto socket = NetlinkSocket::open(executor, NETLINK_KOBJECT_UEVENT, kernel_group);
    if (!socket)
        return std::move(socket).error().in("kernel device events");
    return DeviceSignals{std::unique_ptr<State>{new State{std::move(*socket)}}};
}

awaitable<Result<DeviceSignals::Batch>> DeviceSignals::next()
{
    auto ready = co_await state_->socket.wait();
    if (!ready)
        co_return std::move(ready).error();
    co_return state_->take();
}

} // namespace mimamori::agent::watch
