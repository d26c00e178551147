#include "collector/http/shard.hpp"

#include "common/log/log.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <limits>
#include <random>

namespace mimamori::collector::http {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

/// How long accepting rests when the system has no descriptors left.
constexpr std::chrono::milliseconds accept_rest{100};

/// Late connections are looked for at most this often.
constexpr std::chrono::milliseconds sweep_step{50};

constexpr std::size_t buffer_size_min{16U * 1024};
constexpr std::size_t buffers_kept_max{32};

Gate::Limits gate_limits(const ServerLimits& limits)
{
    return {
        limits.pending_per_address_max, limits.anonymous_requests_per_minute,
        limits.handshakes_max};
}

tls::CertificateInfo info_of(const tls::PeerCertificate& certificate)
{
    tls::CertificateInfo info;
    info.common_name = certificate.common_name;
    info.serial = certificate.serial;
    info.fingerprint = certificate.fingerprint;
    info.key_fingerprint = certificate.key_fingerprint;
    info.not_before = certificate.not_before;
    info.not_after = certificate.not_after;
    info.client_auth = true;
    return info;
}

} // namespace

void close_shared(tcp::acceptor& acceptor)
{
    boost::system::error_code ignored;
    ::close(acceptor.release(ignored));
}

Shard::Shard(
    asio::io_context& io,
    tcp::acceptor acceptor,
    ServerOptions options,
    tls::Context context,
    const Router& router)
    : io_{io}
    , acceptor_{std::move(acceptor)}
    , options_{std::move(options)}
    , context_{std::move(context)}
    , router_{router}
    , gate_{gate_limits(options_.limits)}
    , buffer_size_{std::max(buffer_size_min, options_.limits.header_size_max) + 1024}
    , sweep_timer_{io}
    , accept_timer_{io}
    , last_number_{std::random_device{}()}
{}

void Shard::accept()
{
    if (stopping_)
        return;
    accepting_ = true;
    acceptor_.async_accept(
        io_, remote_, [this](boost::system::error_code failed, tcp::socket socket) {
            accepting_ = false;
            on_accept(failed, std::move(socket));
        });
}

void Shard::on_accept(boost::system::error_code failed, tcp::socket socket)
{
    if (stopping_)
        return tell_if_empty();
    if (!failed)
        admit(std::move(socket));
    else if (failed != asio::error::connection_aborted)
        return pause_accepting(failed);
    accept();
}

void Shard::pause_accepting(const boost::system::error_code& why)
{
    // Without descriptors accepting would spin; connections that end give some back.
    log_refusal(remote_peer(), 0, "cannot accept: " + why.message());
    accept_timer_.expires_after(accept_rest);
    accept_timer_.async_wait([this](boost::system::error_code stopped) {
        if (!stopped)
            accept();
    });
}

void Shard::admit(tcp::socket socket)
{
    ++counters.accepted;
    const ServerLimits& limits = options_.limits;
    const std::uint64_t sender = sender_key(remote_.address());
    if (connections_ >= limits.connections_max)
        return log_refusal(remote_peer(), sender, "too many connections");
    if (gate_.pending() >= limits.pending_max)
    {
        // Who has said nothing for longest makes room for who comes now.
        if (silent_.empty())
            return log_refusal(remote_peer(), sender, "too many connections without certificate");
        log_refusal(silent_.front().peer(), silent_.front().sender, "silent, and others wait");
        end(silent_.front());
    }
    if (!gate_.enter(sender))
        return log_refusal(remote_peer(), sender, "too many connections of this address");

    ++connections_;
    ++counters.connections;
    silent_.emplace_back(*this, std::move(socket), remote_);
    Connection& connection = silent_.back();
    connection.list = &silent_;
    connection.self = std::prev(silent_.end());
    connection.sender = sender;
    connection.counts_as_pending = true;
    connection.deadline = Clock::now() + limits.first_byte;
    watch(connection.deadline);
    connection.wait_for_first_byte();
}

void Shard::first_byte_came(Connection& connection)
{
    if (connection.ending())
        return remove(connection);
    if (gate_.begin_handshake(connection.sender))
        return give_slot(connection);
    connection.become_queued();
    move_to(connection, queued_, options_.limits.handshake);
}

void Shard::give_slot(Connection& connection)
{
    connection.holds_slot = true;
    connection.revision = revision_;
    move_to(connection, busy_, 0ms);
    connection.shake_hands();
}

void Shard::free_slot(Connection& connection)
{
    if (!connection.holds_slot)
        return;
    connection.holds_slot = false;
    gate_.end_handshake(connection.sender);
    for (Connection& waiting : queued_)
    {
        if (gate_.begin_handshake(waiting.sender))
            return give_slot(waiting);
    }
}

void Shard::hands_shaken(Connection& connection)
{
    free_slot(connection);
    const bool good = connection.next() == Connection::Next::rest;
    ++(good ? counters.handshakes : counters.handshakes_failed);
    if (!good || connection.ending() || stopping_)
        return remove(connection);
    if (connection.peer().certificate)
        leave_pending(connection);
    // The first request may have come with the end of the handshake.
    if (connection.has_pending())
        return connection.serve_requests();
    rest(connection);
}

bool Shard::is_still_welcome(const Connection& connection)
{
    const auto& certificate = connection.peer().certificate;
    if (!certificate || connection.revision == revision_ || !options_.check)
        return true;
    return options_.check(info_of(*certificate)).has_value();
}

void Shard::rest(Connection& connection)
{
    const bool known = connection.peer().certificate != nullptr;
    const ServerLimits& limits = options_.limits;
    move_to(
        connection, known ? idle_ : anonymous_idle_, known ? limits.idle : limits.anonymous_idle);
    connection.wait_for_request();
}

void Shard::request_came(Connection& connection)
{
    if (connection.ending())
        return remove(connection);
    move_to(connection, busy_, 0ms);
    connection.serve_requests();
}

void Shard::requests_served(Connection& connection)
{
    if (connection.ending() || stopping_ || connection.next() == Connection::Next::close)
        return remove(connection);
    rest(connection);
}

void Shard::move_to(Connection& connection, Connection::List& list, std::chrono::milliseconds limit)
{
    list.splice(list.end(), *connection.list, connection.self);
    connection.list = &list;
    if (limit == 0ms)
        return;
    connection.deadline = Clock::now() + limit;
    watch(connection.deadline);
}

void Shard::remove(Connection& connection)
{
    leave_pending(connection);
    --connections_;
    --counters.connections;
    connection.list->erase(connection.self);
    tell_if_empty();
}

void Shard::end(Connection& connection)
{
    if (connection.phase() == Connection::Phase::queued)
        return remove(connection);
    leave_pending(connection);
    move_to(connection, ending_, 0ms);
    connection.end();
}

void Shard::leave_pending(Connection& connection)
{
    if (std::exchange(connection.counts_as_pending, false))
        gate_.leave(connection.sender);
}

void Shard::watch(Time deadline)
{
    if (deadline >= next_sweep_)
        return;
    next_sweep_ = deadline;
    sweep_timer_.expires_at(deadline);
    sweep_timer_.async_wait([this](boost::system::error_code stopped) {
        if (!stopped)
            sweep();
    });
}

void Shard::sweep()
{
    const Time now = Clock::now();
    end_late(silent_, now, "nothing came in time");
    end_late(queued_, now, "too many handshakes");
    end_late(idle_, now, {});
    end_late(anonymous_idle_, now, {});
    const std::size_t left_out =
        refusal_log_.left_out(now).value_or(0) + answer_log_.left_out(now).value_or(0);
    if (left_out > 0)
        log::warn("{}: {} more refusals were not logged", options_.name, left_out);

    next_sweep_ = Time::max();
    for (const Connection::List* list : {&silent_, &queued_, &idle_, &anonymous_idle_})
    {
        if (!list->empty())
            watch(std::max(list->front().deadline, now + sweep_step));
    }
}

void Shard::end_late(Connection::List& list, Time now, std::string_view why)
{
    while (!list.empty() && list.front().deadline <= now)
    {
        // To be idle for long is no fault.
        if (!why.empty())
            log_refusal(list.front().peer(), list.front().sender, why);
        end(list.front());
    }
}

void Shard::close_agent(const AgentId& agent_id)
{
    ++revision_;
    for (Connection::List* list : {&idle_, &busy_})
    {
        for (auto next = list->begin(); next != list->end();)
        {
            Connection& connection = *next++; // Ending it takes it off the list.
            if (connection.peer().agent_id == agent_id)
                end(connection);
        }
    }
}

void Shard::begin_stop(std::function<void()> when_empty)
{
    stopping_ = true;
    when_empty_ = std::move(when_empty);
    close_shared(acceptor_);
    accept_timer_.cancel();
    for (Connection::List* list : {&silent_, &queued_, &idle_, &anonymous_idle_})
    {
        while (!list->empty())
            end(list->front());
    }
    for (auto next = busy_.begin(); next != busy_.end();)
    {
        Connection& connection = *next++; // Ending it takes it off the list.
        if (connection.phase() == Connection::Phase::shaking || connection.streams())
            end(connection);
        else
            connection.close_after_answer();
    }
    tell_if_empty();
}

void Shard::cut()
{
    while (!busy_.empty())
        end(busy_.front());
    for (Connection& connection : ending_)
        connection.end();
}

void Shard::tell_if_empty()
{
    if (!stopping_ || connections_ > 0 || accepting_ || !when_empty_)
        return;
    sweep_timer_.cancel();
    // Behind every handler that may still be queued, since the shard may go right after.
    asio::post(io_, std::exchange(when_empty_, nullptr));
}

bool Shard::admit_anonymous(const Connection& connection)
{
    return connection.peer().certificate != nullptr
           || gate_.admit_request(connection.sender, Clock::now());
}

bool Shard::take_room(std::size_t bytes)
{
    if (bytes > options_.limits.bodies_in_hand_max_bytes - bodies_in_hand_)
        return false;
    bodies_in_hand_ += bytes;
    return true;
}

std::unique_ptr<char[]> Shard::borrow_buffer()
{
    if (buffers_.empty())
        return std::make_unique_for_overwrite<char[]>(buffer_size_);
    auto buffer = std::move(buffers_.back());
    buffers_.pop_back();
    return buffer;
}

void Shard::give_back(std::unique_ptr<char[]> buffer)
{
    if (buffers_.size() < buffers_kept_max)
        buffers_.push_back(std::move(buffer));
}

Incoming::Limits Shard::room_for(const Peer& peer) const
{
    const ServerLimits& limits = options_.limits;
    if (peer.certificate)
        return {limits.header_size_max, std::numeric_limits<std::size_t>::max()};
    return {limits.anonymous_header_size_max, limits.anonymous_body_size_max};
}

std::string_view Shard::date()
{
    const auto now = std::chrono::floor<std::chrono::seconds>(options_.now());
    if (now.time_since_epoch() == date_at_)
        return date_;
    date_at_ = now.time_since_epoch();
    const auto day = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day civil{day};
    const std::chrono::hh_mm_ss clock{now - day};
    constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    date_ = fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
        weekdays[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(civil.day()),
        months[static_cast<unsigned>(civil.month()) - 1], static_cast<int>(civil.year()),
        clock.hours().count(), clock.minutes().count(), clock.seconds().count());
    return date_;
}

void Shard::log_refusal(const Peer& peer, std::uint64_t sender, std::string_view what)
{
    ++counters.refused;
    if (refusal_log_.admits(sender, Clock::now()))
        log::warn("{}: {}: {}", options_.name, peer.name(), what);
}

bool Shard::log_answer(const Peer& peer, std::uint64_t sender, std::string_view what)
{
    ++counters.refused;
    if (!answer_log_.admits(sender, Clock::now()))
        return false;
    log::warn("{}: {}: {}", options_.name, peer.name(), what);
    return true;
}

void Shard::log_failure(const Peer& peer, std::string_view what)
{
    ++counters.refused;
    log::error("{}: {}: {}", options_.name, peer.name(), what);
}

std::string Shard::next_number()
{
    return fmt::format("{:08X}", ++last_number_);
}

Peer Shard::remote_peer() const
{
    Peer peer;
    peer.address = remote_.address();
    peer.port = remote_.port();
    return peer;
}

} // namespace mimamori::collector::http
