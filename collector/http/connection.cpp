#include "collector/http/connection.hpp"

#include "collector/http/shard.hpp"
#include "common/log/log.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <cstring>

namespace mimamori::collector::http {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using mimamori::http::Stage;
using Step = tls::Connection::Step;

/// How many requests that came together are answered before others get their turn.
constexpr unsigned in_a_row_max{16};

/// Before we close, what the peer still sends is read and dropped for this long and this much: an
/// early close would destroy the answer on its way.
constexpr std::chrono::milliseconds linger_time{1'000};
constexpr std::size_t linger_max_bytes{2U * 1024 * 1024};

Response failed_handler(const std::exception& failure, bool was_cancelled)
{
    // A handler that was cancelled may say so by an exception; nobody hears the answer.
    return problem(
        Status::internal_error, "internal_error", was_cancelled ? std::string{} : failure.what());
}

} // namespace

Inbox::~Inbox()
{
    if (buffer_)
        shard_.give_back(std::move(buffer_));
}

std::span<char> Inbox::room()
{
    if (!buffer_)
    {
        buffer_ = shard_.borrow_buffer();
        size_ = shard_.buffer_size();
    }
    if (begin_ > 0)
    {
        std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    return {buffer_.get() + end_, size_ - end_};
}

void Inbox::release_if_empty()
{
    if (!empty() || !buffer_)
        return;
    shard_.give_back(std::move(buffer_));
    begin_ = 0;
    end_ = 0;
}

Connection::Connection(Shard& shard, tcp::socket socket, const tcp::endpoint& remote)
    : shard_{shard}
    , socket_{std::make_unique<tcp::socket>(std::move(socket))}
{
    peer_.address = remote.address();
    peer_.port = remote.port();
}

void Connection::wait_for_first_byte()
{
    socket_->async_wait(tcp::socket::wait_read, [this](boost::system::error_code failed) {
        ending_ = ending_ || failed;
        shard_.first_byte_came(*this);
    });
}

void Connection::wait_for_request()
{
    phase_ = Phase::idle;
    auto come = [this](boost::system::error_code failed) {
        ending_ = ending_ || failed;
        shard_.request_came(*this);
    };
    tls_->socket().async_wait(tcp::socket::wait_read, come);
}

void Connection::shake_hands()
{
    phase_ = Phase::shaking;
    spawn(shake(), &Shard::hands_shaken);
}

void Connection::serve_requests()
{
    phase_ = Phase::busy;
    spawn(serve(), &Shard::requests_served);
}

void Connection::spawn(awaitable<void> task, void (Shard::*then)(Connection&))
{
    auto ended = [this, then](std::exception_ptr failure) {
        // Nothing of ours throws that far, so it is a bug; only this connection pays for it.
        if (failure)
            log::error("{}: a connection ended by an exception", shard_.options().name);
        ending_ = ending_ || failure != nullptr;
        (shard_.*then)(*this);
    };
    asio::co_spawn(
        shard_.io(), std::move(task), asio::bind_cancellation_slot(cancel_.slot(), ended));
}

void Connection::end()
{
    ending_ = true;
    boost::system::error_code ignored;
    if (phase_ == Phase::silent)
    {
        socket_->cancel(ignored);
        return;
    }
    if (phase_ == Phase::idle)
    {
        tls_->try_goodbye();
        tls_->socket().cancel(ignored);
        return;
    }
    // At once, even if a handler is at something that cannot be cut short.
    if (tls_)
        tls_->socket().shutdown(tcp::socket::shutdown_both, ignored);
    cancel_.emit(asio::cancellation_type::terminal);
}

awaitable<void> Connection::shake()
{
    next_ = Next::close;
    auto opened = tls::Connection::open(std::move(*socket_), shard_.context());
    socket_.reset();
    if (!opened)
    {
        shard_.log_refusal(peer_, sender, opened.error().message);
        co_return;
    }
    tls_.emplace(std::move(*opened));
    const auto shaken = co_await tls_->handshake(Clock::now() + shard_.options().limits.handshake);
    if (!shaken)
    {
        if (!ending_)
            shard_.log_refusal(peer_, sender, shaken.error().message);
        shard_.free_slot(*this);
        co_await linger();
        co_return;
    }
    if (auto certificate = tls_->take_peer())
    {
        peer_.agent_id = AgentId{certificate->common_name};
        peer_.certificate = std::make_shared<const tls::PeerCertificate>(std::move(*certificate));
    }
    if (!shard_.is_still_welcome(*this))
    {
        shard_.log_refusal(peer_, sender, "revoked during its handshake");
        co_return;
    }
    next_ = Next::rest;
}

Connection::Exchange::Exchange(Connection& connection)
    : incoming{connection.shard_.router(), connection.shard_.room_for(connection.peer_)}
    , charge{connection.shard_}
{}

awaitable<void> Connection::serve()
{
    next_ = Next::close;
    Inbox inbox{shard_};
    bool again = true;
    unsigned in_a_row = 0;
    while (again)
    {
        Exchange exchange{*this};
        Arrival arrival = read_on(inbox, exchange);
        while (arrival == Arrival::wants_read || arrival == Arrival::wants_write)
        {
            const auto ready = co_await wait_for(arrival, *exchange.until);
            arrival = ready ? read_on(inbox, exchange) : cut_off(exchange, ready.error());
        }
        if (arrival == Arrival::nothing)
            next_ = after_nothing();
        if (arrival != Arrival::complete)
            break;
        vain_since_.reset();

        inbox.release_if_empty();
        if (const Route* const route = begin_answer(exchange))
        {
            try
            {
                exchange.response = co_await route->handler(exchange.request);
            }
            catch (const std::exception& failure)
            {
                exchange.response = failed_handler(failure, ending_);
            }
        }
        std::string_view rest;
        const std::string head = compose(exchange, rest);
        std::string_view left{head};
        bool sent = write_now(left);
        if (!sent)
            sent = co_await write(left);
        if (sent && !rest.empty())
            sent = co_await write(rest);
        if (sent && exchange.response.stream)
            sent =
                co_await send_stream(*exchange.response.stream, exchange.incoming.knows_chunks());
        if (!sent || !exchange.keep || closes_ || ending_)
            break;
        // Back to waiting only when nothing is here any more: what has been read from the socket
        // already would not wake us.
        again = !inbox.empty() || tls_->has_pending();
        next_ = again ? Next::close : Next::rest;
        // Who sends many at once does not keep the thread from the others.
        if (again && ++in_a_row % in_a_row_max == 0)
            co_await asio::post(asio::use_awaitable);
    }
    if (next_ == Next::close)
        co_await say_goodbye(!inbox.empty());
}

/// A part of a TLS record, or a message of TLS's own, woke us. A record may come in many pieces,
/// but not slower than a header.
Connection::Next Connection::after_nothing()
{
    const Time now = Clock::now();
    if (!vain_since_)
        vain_since_ = now;
    if (now - *vain_since_ <= shard_.options().limits.header)
        return Next::rest;
    shard_.log_refusal(peer_, sender, "keeps sending without a request");
    return Next::close;
}

awaitable<Result<void>> Connection::wait_for(Arrival what, Time until)
{
    return tls_->wait(what == Arrival::wants_read ? Step::wants_read : Step::wants_write, until);
}

awaitable<void> Connection::say_goodbye(bool linger_too)
{
    if (ending_)
        co_return;
    const auto said = co_await tls_->shutdown(Clock::now() + linger_time);
    if (said && (linger_too || lingers_))
        co_await linger();
}

awaitable<void> Connection::linger()
{
    if (ending_)
        co_return;
    tcp::socket& socket = tls_->socket();
    boost::system::error_code failed;
    socket.shutdown(tcp::socket::shutdown_send, failed);
    const auto until = Clock::now() + linger_time;
    std::array<char, 4096> dropped{};
    std::size_t total = 0;
    while (!failed && total < linger_max_bytes)
    {
        total += socket.read_some(asio::buffer(dropped), failed);
        if (failed != asio::error::would_block)
            continue;
        const auto ready = co_await tls_->wait(Step::wants_read, until);
        if (!ready)
            co_return;
        failed = {};
    }
}

Connection::Arrival Connection::read_on(Inbox& inbox, Exchange& exchange)
{
    for (;;)
    {
        if (!inbox.empty())
        {
            const Arrival arrival = take_in(inbox, exchange);
            if (arrival != Arrival::wants_read)
                return arrival;
        }
        std::size_t count = 0;
        const Step step = tls_->try_read(inbox.room(), count);
        inbox.added(count);
        if (step == Step::done)
            continue;
        if (step == Step::closed || step == Step::failed)
        {
            log_departure(step, exchange);
            return Arrival::gone;
        }
        inbox.release_if_empty();
        if (!exchange.until)
            return Arrival::nothing;
        return step == Step::wants_read ? Arrival::wants_read : Arrival::wants_write;
    }
}

/// Uses what is in the inbox. `wants_read` when more must come.
Connection::Arrival Connection::take_in(Inbox& inbox, Exchange& exchange)
{
    const ServerLimits& limits = shard_.options().limits;
    Incoming& incoming = exchange.incoming;
    if (!exchange.until)
        exchange.until = Clock::now() + limits.header;
    const bool was_in_header = incoming.stage() == Stage::header;
    inbox.used(incoming.put(inbox.bytes()));
    if (was_in_header && incoming.stage() != Stage::header && !incoming.refusal())
    {
        judge(exchange);
        const bool has_body = incoming.stage() == Stage::body && !incoming.refusal();
        if (has_body)
            exchange.until = Clock::now() + limits.body;
        if (has_body && inbox.empty() && incoming.expects_continue())
        {
            // It fits the socket's buffer, which is empty now, or the peer is not to be helped.
            std::string_view go_on{"HTTP/1.1 100 Continue\r\n\r\n"};
            if (!write_now(go_on))
                return Arrival::gone;
        }
        if (has_body && !inbox.empty())
            inbox.used(incoming.put(inbox.bytes()));
    }
    const bool over = incoming.refusal() || incoming.stage() == Stage::complete;
    return over ? Arrival::complete : Arrival::wants_read;
}

/// The wait for more has failed.
Connection::Arrival Connection::cut_off(Exchange& exchange, const Error& why)
{
    if (why.code != Errc::timeout)
        return Arrival::gone;
    exchange.incoming.refusal() =
        problem(Status::request_timeout, "request_timeout", "the request took too long to come");
    return Arrival::complete;
}

void Connection::judge(Exchange& exchange)
{
    Incoming& incoming = exchange.incoming;
    if (peer_.certificate && peer_.certificate->standing == tls::Standing::valid
        && peer_.certificate->not_after <= shard_.options().now())
    {
        tls::PeerCertificate expired = *peer_.certificate;
        expired.standing = tls::Standing::expired;
        peer_.certificate = std::make_shared<const tls::PeerCertificate>(std::move(expired));
    }
    if (!shard_.admit_anonymous(*this))
    {
        incoming.refusal() = problem(
            Status::too_many_requests, "too_many_requests", "too many requests of this address");
        incoming.refusal()->headers.add("Retry-After", "60");
        return;
    }
    incoming.admit(peer_);
    if (!incoming.refusal() && !exchange.charge.add(incoming.body_size_bound()))
        incoming.refusal() = too_busy();
}

void Connection::log_departure(Step step, const Exchange& exchange)
{
    const bool within_a_request = exchange.until.has_value();
    if (ending_ || (!within_a_request && step == Step::closed))
        return;
    const std::string why = step == Step::failed ? tls_->last_error().message : "said goodbye";
    // Vanishing between requests is what clients do when they are switched off.
    if (within_a_request)
        shard_.log_refusal(peer_, sender, "left within " + exchange.incoming.name() + ": " + why);
    else
        log::debug("{}: {}: {}", shard_.options().name, peer_.name(), why);
}

} // namespace mimamori::collector::http
