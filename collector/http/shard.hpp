#pragma once

#include "collector/http/connection.hpp"
#include "collector/http/gate.hpp"
#include "collector/http/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::http {

/// Closes one of several descriptors of a listening socket. Asio's own `close` relies on the system
/// to take the descriptor out of its epoll set, which happens only with the last one; until then
/// events would go to whatever took the place of the acceptor in Asio's memory.
void close_shared(asio::ip::tcp::acceptor& acceptor);

/// The part of a port that lives on one I/O thread: accepts, owns the connections, hands out
/// handshake slots, ends what is late. Everything happens on that thread; `counters` apart.
class Shard
{
public:
    using Time = Connection::Time;

    struct Counters
    {
        std::atomic<std::uint64_t> connections{0};
        std::atomic<std::uint64_t> accepted{0};
        std::atomic<std::uint64_t> handshakes{0};
        std::atomic<std::uint64_t> handshakes_failed{0};
        std::atomic<std::uint64_t> requests{0};
        std::atomic<std::uint64_t> refused{0};
    };

    /// `options.limits` are this shard's share. `router` outlives the shard.
    Shard(
        asio::io_context& io,
        asio::ip::tcp::acceptor acceptor,
        ServerOptions options,
        tls::Context context,
        const Router& router);

    asio::io_context& io() { return io_; }

    Counters counters;

    // To be posted to `io()`:

    void accept();

    void replace_context(tls::Context context) { context_ = std::move(context); }

    void close_agent(const AgentId& agent_id);

    /// Stops accepting, ends what is not answering a request. `when_empty` is called once, when the
    /// last connection is gone.
    void begin_stop(std::function<void()> when_empty);

    /// Ends everything.
    void cut();

    // For connections:

    const ServerOptions& options() const { return options_; }

    const Router& router() const { return router_; }

    const tls::Context& context() const { return context_; }

    void first_byte_came(Connection& connection);
    void hands_shaken(Connection& connection);
    void request_came(Connection& connection);
    void requests_served(Connection& connection);

    /// The handshake is over; idempotent.
    void free_slot(Connection& connection);

    /// Whether the handshake may count: not if the agent was revoked meanwhile.
    bool is_still_welcome(const Connection& connection);

    bool stopping() const { return stopping_; }

    /// The address may make one more request without a certificate.
    bool admit_anonymous(const Connection& connection);

    /// Room for so many bytes of a body among those in hand; give it back with `give_room`.
    bool take_room(std::size_t bytes);

    void give_room(std::size_t bytes) { bodies_in_hand_ -= bytes; }

    /// A buffer of `buffer_size()` bytes; give it back with `give_back`.
    std::unique_ptr<char[]> borrow_buffer();
    void give_back(std::unique_ptr<char[]> buffer);

    std::size_t buffer_size() const { return buffer_size_; }

    /// How big a request of this peer may be.
    Incoming::Limits room_for(const Peer& peer) const;

    /// "Sun, 22 Nov 2026 12:00:00 GMT", made once a second.
    std::string_view date();

    /// Counts a refusal and logs it unless there were too many.
    void log_refusal(const Peer& peer, std::uint64_t sender, std::string_view what);

    /// The same for an answer, which may have its line however many connections of that sender were
    /// refused before. Whether it was logged.
    bool log_answer(const Peer& peer, std::uint64_t sender, std::string_view what);

    /// The same for a failure of our own, of which there cannot be too many.
    void log_failure(const Peer& peer, std::string_view what);

    /// Names a line of the log to people, such as "4F2A91C0".
    std::string next_number();

private:
    void on_accept(boost::system::error_code failed, asio::ip::tcp::socket socket);
    void pause_accepting(const boost::system::error_code& why);
    void admit(asio::ip::tcp::socket socket);
    void move_to(Connection& connection, Connection::List& list, std::chrono::milliseconds limit);
    void rest(Connection& connection);
    void remove(Connection& connection);
    void end(Connection& connection);
    void leave_pending(Connection& connection);
    void give_slot(Connection& connection);
    void watch(Time deadline);
    void sweep();
    void end_late(Connection::List& list, Time now, std::string_view why);
    void tell_if_empty();
    Peer remote_peer() const;

    asio::io_context& io_;
    asio::ip::tcp::acceptor acceptor_;
    asio::ip::tcp::endpoint remote_; ///< Of the connection being accepted.
    ServerOptions options_;
    tls::Context context_;
    const Router& router_;

    // A connection is in exactly one of these. The waiting ones are in the order of their
    // deadlines.
    Connection::List silent_;
    Connection::List queued_;
    Connection::List idle_;
    Connection::List anonymous_idle_;
    Connection::List busy_; ///< In the handshake or at a request.
    Connection::List ending_;

    Gate gate_;
    RefusalLog refusal_log_;
    RefusalLog answer_log_;
    std::size_t connections_{0};
    std::size_t bodies_in_hand_{0};
    std::uint64_t revision_{0}; ///< Rises with each revoked agent.
    std::vector<std::unique_ptr<char[]>> buffers_;
    std::size_t buffer_size_;

    asio::steady_timer sweep_timer_;
    Time next_sweep_{Time::max()};
    asio::steady_timer accept_timer_;
    std::uint32_t last_number_; ///< Begins anywhere: it tells nobody how many there were.
    bool accepting_{false};
    bool stopping_{false};
    std::function<void()> when_empty_;

    std::string date_;
    std::chrono::seconds date_at_{0};
};

} // namespace mimamori::collector::http
