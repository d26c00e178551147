#pragma once

#include "common/async/asio.hpp"
#include "common/base/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace mimamori::agent::watch {

/// A netlink(7) socket that only takes what the kernel itself sends.
class NetlinkSocket
{
public:
    /// `groups` is the bit mask of multicast groups. Errors: forbidden, unsupported, io.
    static Result<NetlinkSocket> open(
        const asio::any_io_executor& executor, int protocol, std::uint32_t groups);

    int native() { return descriptor_.native_handle(); }

    Result<void> send(std::string_view message);

    /// Waits until there is something to take. Errors: cancelled, io.
    awaitable<Result<void>> wait();

    struct Taken
    {
        std::string_view message;   ///< In `into`; empty when nothing is left.
        bool some_were_lost{false}; ///< The kernel had more than the socket could hold.
    };

    /// Takes the next datagram without waiting.
    Taken take(std::span<char> into);

private:
    explicit NetlinkSocket(asio::posix::stream_descriptor descriptor)
        : descriptor_{std::move(descriptor)}
    {}

    asio::posix::stream_descriptor descriptor_;
};

/// So many datagrams are taken at one wake-up; then others get their turn.
inline constexpr int netlink_batch_max = 256;

} // namespace mimamori::agent::watch
