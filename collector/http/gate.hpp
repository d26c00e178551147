#pragma once

#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace mimamori::collector::http {

/// What counts as one sender: an IPv4 address, or the /64 an IPv6 address lies in.
std::uint64_t sender_key(const boost::asio::ip::address& address);

/// Counts what strangers may have and do. No I/O, no clock: the caller says what time it is.
class Gate
{
public:
    using Time = std::chrono::steady_clock::time_point;

    struct Limits
    {
        std::size_t pending_per_sender_max;
        std::size_t requests_per_minute; ///< 0: no limit.
        std::size_t handshakes_max{1};   ///< At the same time.
    };

    explicit Gate(const Limits& limits)
        : limits_{limits}
    {}

    /// Whether one more connection of this sender may wait to prove who it is; counts it if so.
    bool enter(std::uint64_t sender);

    /// A connection counted by `enter` has proven who it is or is gone.
    void leave(std::uint64_t sender);

    std::size_t pending() const { return pending_total_; }

    /// Whether a connection of this sender may shake hands now; counts it if so. One sender has at
    /// most half of the places, rounded up: whoever keeps handshakes open keeps nobody else out.
    bool begin_handshake(std::uint64_t sender);

    /// A handshake counted by `begin_handshake` is over.
    void end_handshake(std::uint64_t sender);

    /// Whether this sender may make one more request without a certificate; counts it.
    bool admit_request(std::uint64_t sender, Time now);

private:
    Limits limits_;
    std::unordered_map<std::uint64_t, std::size_t> pending_;
    std::size_t pending_total_{0};
    std::unordered_map<std::uint64_t, std::size_t> handshakes_;
    std::size_t handshakes_total_{0};
    std::unordered_map<std::uint64_t, std::size_t> requests_; ///< In this minute.
    Time minute_{};
};

/// Decides which refusals get a line in the log, so that a scanner cannot flood it: so many a
/// minute in all and from one sender. What was left out is counted and told in one line.
class RefusalLog
{
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::size_t lines_per_minute{60};
    static constexpr std::size_t lines_per_sender_and_minute{6};

    /// Whether this refusal gets its line.
    bool admits(std::uint64_t sender, Time now);

    /// The number left out in the last whole minute, once, when there were any.
    std::optional<std::size_t> left_out(Time now);

private:
    void begin_minute(Time now);

    Time minute_{};
    std::unordered_map<std::uint64_t, std::size_t> senders_;
    std::size_t lines_{0};
    std::size_t left_out_now_{0};
    std::size_t left_out_before_{0};
};

} // namespace mimamori::collector::http
