#include "collector/http/connection.hpp"

#include "collector/http/shard.hpp"
#include "common/log/log.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>

#include <array>
#include <cstring>

namespace mimamori::collector::http {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using mimamori::http::Stage;
using Step = tls::Connection::Step;

/// How often in a row a connection may wake us without a request.
constexpr unsigned vain_wakes_max{16};

/// Before we close, what the peer still sends is read and dropped for this long and this much: an
/// early close would destroy the answer on its way.
constexpr std::chrono::milliseconds linger_time{1'000};
constexpr std::size_t linger_max_bytes{2U * 1024 * 1024};

} // namespace

std::span<char> Inbox::room()
{
    if (begin_ > 0)
    {
        std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    return {buffer_.get() + end_, size_ - end_};
}

Connection::Connection(Shard& shard, tcp::socket socket, const tcp::endpoint& remote)
    : shard_{shard}
    , socket_{std::move(socket)}
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
    peer_.certificate = tls_->peer();
    if (peer_.certificate)
        peer_.agent_id = AgentId{peer_.certificate->common_name};
    if (!shard_.is_still_welcome(*this))
    {
        shard_.log_refusal(peer_, sender, "revoked during its handshake");
        co_return;
    }
    next_ = Next::rest;
}

awaitable<void> Connection::serve()
{
    Inbox inbox = shard_.borrow_inbox();
    next_ = co_await serve_from(inbox);
    const bool clean = inbox.empty();
    shard_.give_back(std::move(inbox));
    if (next_ == Next::rest || ending_)
        co_return;
    const auto said = co_await tls_->shutdown(Clock::now() + linger_time);
    if (said && (lingers_ || !clean))
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

awaitable<Connection::Next> Connection::serve_from(Inbox& inbox)
{
    for (;;)
    {
        const ServerLimits& limits = shard_.options().limits;
        const bool known = peer_.certificate.has_value();
        const std::size_t body_max = std::numeric_limits<std::size_t>::max();
        const Incoming::Limits room{
            known ? limits.header_size_max : limits.anonymous_header_size_max,
            known ? body_max : limits.anonymous_body_size_max};
        Incoming incoming{shard_.router(), room};
        Charge charge{shard_};
        const Arrival arrival = co_await receive(inbox, incoming, charge);
        if (arrival == Arrival::nothing)
            co_return ++vain_wakes_ > vain_wakes_max ? Next::close : Next::rest;
        if (arrival == Arrival::gone)
            co_return Next::close;
        vain_wakes_ = 0;
        const bool kept = co_await respond(incoming, charge);
        if (!kept)
            co_return Next::close;
        // Go back to waiting only when nothing is here any more: what has been read from the
        // socket already would not wake us.
        if (inbox.empty() && !tls_->has_pending())
            co_return Next::rest;
    }
}

awaitable<Connection::Arrival> Connection::receive(Inbox& inbox, Incoming& incoming, Charge& charge)
{
    std::optional<Time> until; // Once a first byte is here.
    for (;;)
    {
        if (!inbox.empty())
        {
            if (!until)
                until = Clock::now() + shard_.options().limits.header;
            const bool in_header = incoming.stage() == Stage::header;
            inbox.used(incoming.put(inbox.bytes()));
            if (in_header && incoming.stage() != Stage::header && !incoming.refusal())
            {
                judge(incoming, charge);
                until = Clock::now() + shard_.options().limits.body;
            }
            if (incoming.refusal())
                co_return Arrival::refused;
            if (incoming.stage() == Stage::complete)
                co_return Arrival::request;
            const bool has_header_now = in_header && incoming.stage() == Stage::body;
            if (has_header_now && inbox.empty() && incoming.expects_continue())
            {
                const bool sent = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
                if (!sent)
                    co_return Arrival::gone;
            }
            if (has_header_now && !inbox.empty())
                continue;
        }
        std::size_t count = 0;
        const Step step = tls_->try_read(inbox.room(), count);
        inbox.added(count);
        if (step == Step::done)
            continue;
        if (step == Step::closed || step == Step::failed)
        {
            log_departure(step, incoming, until.has_value());
            co_return Arrival::gone;
        }
        if (!until)
            co_return Arrival::nothing;
        const auto ready = co_await tls_->wait(step, *until);
        if (!ready && ready.error().code != Errc::timeout)
            co_return Arrival::gone;
        if (!ready)
        {
            incoming.refusal() = problem(
                Status::request_timeout, "request_timeout", "the request took too long to come");
            co_return Arrival::refused;
        }
    }
}

void Connection::log_departure(Step step, const Incoming& incoming, bool within_a_request)
{
    if (ending_ || (!within_a_request && step == Step::closed))
        return;
    const std::string why = step == Step::failed ? tls_->last_error().message : "said goodbye";
    // Vanishing between requests is what clients do when they are switched off.
    if (within_a_request)
        shard_.log_refusal(peer_, sender, "left within " + incoming.name() + ": " + why);
    else
        log::debug("{}: {}: {}", shard_.options().name, peer_.name(), why);
}

void Connection::judge(Incoming& incoming, Charge& charge)
{
    if (peer_.certificate && peer_.certificate->not_after <= shard_.options().now())
        peer_.certificate->standing = tls::Standing::expired;
    if (!shard_.admit_anonymous(*this))
    {
        incoming.refusal() = problem(
            Status::too_many_requests, "too_many_requests", "too many requests of this address");
        incoming.refusal()->headers.add("Retry-After", "60");
        return;
    }
    incoming.admit(peer_);
    if (!incoming.refusal() && !charge.add(incoming.body_size_bound()))
    {
        incoming.refusal() = problem(Status::unavailable, "unavailable", "too many bodies in hand");
        incoming.refusal()->headers.add("Retry-After", "5");
    }
}

} // namespace mimamori::collector::http
