#pragma once

#include "collector/http/incoming.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"
#include "common/tls/connection.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mimamori::collector::http {

class Shard;

/// Bytes that have come and are not used yet, in a buffer borrowed from the shard.
class Inbox
{
public:
    Inbox(std::unique_ptr<char[]> buffer, std::size_t size)
        : buffer_{std::move(buffer)}
        , size_{size}
    {}

    std::string_view bytes() const { return {buffer_.get() + begin_, end_ - begin_}; }

    bool empty() const { return begin_ == end_; }

    /// Where to read to; moves what is there to the front first.
    std::span<char> room();

    void added(std::size_t count) { end_ += count; }

    void used(std::size_t count) { begin_ += count; }

    std::unique_ptr<char[]> give_back() { return std::move(buffer_); }

private:
    std::unique_ptr<char[]> buffer_;
    std::size_t size_;
    std::size_t begin_{0};
    std::size_t end_{0};
};

/// Bytes of one request counted among the shard's bodies in hand, while it lives.
class Charge
{
public:
    explicit Charge(Shard& shard)
        : shard_{shard}
    {}

    ~Charge();

    Charge(const Charge&) = delete;
    Charge& operator=(const Charge&) = delete;

    /// False when there is no room for so many more.
    bool add(std::size_t bytes);

private:
    Shard& shard_;
    std::size_t bytes_{0};
};

/// One accepted connection, living in one of its shard's lists and on the shard's thread.
///
/// At every moment either exactly one thing is under way, a plain wait or one coroutine, or it is
/// queued for a handshake. Whatever is under way comes back to the shard, which alone destroys the
/// connection: so nothing can outlive it.
class Connection
{
public:
    using List = std::list<Connection>;
    using Time = std::chrono::steady_clock::time_point;

    enum class Phase
    {
        silent,  ///< Nothing has come yet.
        queued,  ///< Waiting for a handshake slot; nothing under way.
        shaking, ///< In the handshake.
        idle,    ///< Between requests.
        busy,    ///< Reading, answering, or saying goodbye.
    };

    Connection(Shard& shard, asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& remote);

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Begin what their phase is about; the shard is called back when it ends.
    void wait_for_first_byte();
    void shake_hands();
    void wait_for_request();
    void serve_requests();

    /// Ends what is under way; the shard is called back as ever. Not for a queued one.
    void end();

    /// Nothing more is read after the request in hand.
    void close_after_answer() { closes_ = true; }

    const Peer& peer() const { return peer_; }

    Phase phase() const { return phase_; }

    bool ending() const { return ending_; }

    /// Sends an answer that may never end by itself.
    bool streams() const { return streams_; }

    /// More has come than was needed: serve it without waiting.
    bool has_pending() const { return tls_ && tls_->has_pending(); }

    // The shard's book-keeping.
    List* list{nullptr};
    List::iterator self;
    Time deadline{};         ///< Of the list's phase.
    std::uint64_t sender{0}; ///< Key of the address.
    bool counts_as_pending{false};
    bool holds_slot{false};
    std::uint64_t revision{0}; ///< Of the shard's revocations when the handshake began.

    void become_queued() { phase_ = Phase::queued; }

    /// What is to come after the handshake, or after some requests have been served.
    enum class Next
    {
        rest,
        close
    };

    Next next() const { return next_; }

private:
    /// How the reading of a request ended.
    enum class Arrival
    {
        nothing, ///< Not one byte of it is there.
        gone,    ///< The peer has left or is cut off.
        request, ///< Complete.
        refused  ///< `Incoming::refusal` says how.
    };

    /// How an answer goes out.
    struct Manner
    {
        bool keep{false};
        bool knows_chunks{true};
        bool is_head{false};
    };

    void spawn(awaitable<void> task, void (Shard::*then)(Connection&));

    awaitable<void> shake();
    awaitable<void> serve();
    awaitable<void> linger();
    awaitable<Next> serve_from(Inbox& inbox);
    awaitable<Arrival> receive(Inbox& inbox, Incoming& incoming, Charge& charge);
    void judge(Incoming& incoming, Charge& charge);
    void log_departure(tls::Connection::Step step, const Incoming& incoming, bool within_a_request);

    // respond.cpp
    awaitable<bool> respond(Incoming& incoming, Charge& charge);
    awaitable<Response> handle(Incoming& incoming, Charge& charge);
    awaitable<Response> call_handler(const Request& request, const Route& route);
    void log_refusal(const std::string& name, const Response& response);
    std::string head_of(const Response& response, const Manner& manner);
    awaitable<bool> send(Response response, Manner manner);
    awaitable<bool> send_stream(BodySource& source, Manner manner);
    awaitable<bool> write(std::string_view bytes);

    Shard& shard_;
    std::optional<asio::ip::tcp::socket> socket_; ///< Until the handshake; then `tls_` has it.
    std::optional<tls::Connection> tls_;
    Peer peer_;
    asio::cancellation_signal cancel_;
    Phase phase_{Phase::silent};
    Next next_{Next::rest}; ///< What the coroutine that has just ended decided.
    bool ending_{false};
    bool closes_{false};  ///< After the answer in hand.
    bool lingers_{false}; ///< The peer may still be sending what nobody will read.
    bool streams_{false};
    unsigned vain_wakes_{0};
};

} // namespace mimamori::collector::http
