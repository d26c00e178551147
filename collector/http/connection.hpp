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

/// Bytes that have come and are not used yet, in a buffer borrowed from the shard while there are
/// any.
class Inbox
{
public:
    explicit Inbox(Shard& shard)
        : shard_{shard}
    {}

    ~Inbox();

    Inbox(const Inbox&) = delete;
    Inbox& operator=(const Inbox&) = delete;

    std::string_view bytes() const { return {buffer_.get() + begin_, end_ - begin_}; }

    bool empty() const { return begin_ == end_; }

    /// Where to read to; moves what is there to the front first.
    std::span<char> room();

    void added(std::size_t count) { end_ += count; }

    void used(std::size_t count) { begin_ += count; }

    /// Gives the buffer back when nothing is in it.
    void release_if_empty();

private:
    Shard& shard_;
    std::unique_ptr<char[]> buffer_;
    std::size_t size_{0};
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
    /// How the reading of a request goes on.
    enum class Arrival
    {
        nothing,     ///< Not one byte of it is there.
        gone,        ///< The peer has left or is cut off.
        wants_read,  ///< Wait until readable.
        wants_write, ///< Wait until writable (TLS has something to say first).
        complete     ///< It is here, or it has been refused.
    };

    /// One request and what becomes of it.
    struct Exchange
    {
        explicit Exchange(Connection& connection);

        Incoming incoming;
        Charge charge;
        std::optional<Time> until; ///< Once a first byte is here.
        Request request;
        Response response;
        bool keep{false}; ///< The connection, afterwards.
    };

    void spawn(awaitable<void> task, void (Shard::*then)(Connection&));

    awaitable<void> shake();
    awaitable<void> serve();
    Next after_nothing();
    awaitable<void> say_goodbye(bool linger_too);
    awaitable<void> linger();
    awaitable<Result<void>> wait_for(Arrival what, Time until);
    Arrival read_on(Inbox& inbox, Exchange& exchange);
    Arrival take_in(Inbox& inbox, Exchange& exchange);
    Arrival cut_off(Exchange& exchange, const Error& why);
    void judge(Exchange& exchange);
    void log_departure(tls::Connection::Step step, const Exchange& exchange);

    // respond.cpp
    const Route* begin_answer(Exchange& exchange);
    std::string compose(Exchange& exchange, std::string_view& rest);
    std::string log_refusal(const Exchange& exchange);
    awaitable<bool> send_stream(BodySource& source, bool in_chunks);
    bool has_left();
    bool write_now(std::string_view& bytes);
    awaitable<bool> write(std::string_view bytes);

    Shard& shard_;
    std::unique_ptr<asio::ip::tcp::socket> socket_; ///< Until the handshake; then `tls_` has it.
    std::optional<tls::Connection> tls_;
    Peer peer_;
    asio::cancellation_signal cancel_;
    Phase phase_{Phase::silent};
    Next next_{Next::rest}; ///< What the coroutine that has just ended decided.
    bool ending_{false};
    bool closes_{false};  ///< After the answer in hand.
    bool lingers_{false}; ///< The peer may still be sending what nobody will read.
    bool streams_{false};
    std::optional<Time> vain_since_; ///< Something came, but no request.
};

} // namespace mimamori::collector::http
