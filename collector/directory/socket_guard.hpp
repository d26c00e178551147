#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace mimamori::collector::directory {

/// Ends a connection of a library at a time that the library does not keep: Debian's libldap turns
/// in circles for ever when a server says nothing in the TLS handshake (OpenLDAP 2.5 with GnuTLS,
/// when the socket does not block), and waits for ever when it blocks.
class SocketGuard
{
public:
    using Moment = std::chrono::steady_clock::time_point;

    /// `stopped` must outlive it: when it becomes true, the connection is ended too.
    SocketGuard(Moment end, const std::atomic<bool>& stopped);

    ~SocketGuard();

    SocketGuard(const SocketGuard&) = delete;
    SocketGuard& operator=(const SocketGuard&) = delete;

    /// Which socket; whoever has it may close it at any time.
    void watch(int socket);

    void set_end(Moment end);

    /// Whether it has ended the connection.
    bool has_ended() const { return ended_; }

private:
    void run();

    const std::atomic<bool>& stopped_;
    std::atomic<bool> ended_{false};
    std::mutex lock_;
    std::condition_variable wake_;
    Moment end_;
    int socket_{-1}; ///< Our own copy, so that it is never another one's number.
    bool done_{false};
    std::thread thread_;
};

} // namespace mimamori::collector::directory
