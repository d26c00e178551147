#include "common/http/client.hpp"

#include "common/async/alarm.hpp"
#include "common/http/parser.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <array>

namespace mimamori::http {
namespace {

using Clock = std::chrono::steady_clock;

/// How much is read at once; a TLS record holds at most 16 KiB.
constexpr std::size_t read_size_bytes{8U * 1024};

/// How long a refused write waits for the alert that explains it.
constexpr std::chrono::milliseconds explanation_wait{500};

/// Parses what has come. A response when it is whole, nothing when more must come.
Result<std::optional<Response>> advance(ResponseParser& parser, std::string& buffer)
{
    auto taken = parser.put(buffer);
    if (!taken)
        return std::move(taken).error();
    buffer.erase(0, *taken);
    if (!parser.complete())
        return std::optional<Response>{};
    return std::optional<Response>{parser.take()};
}

std::string host_field(const Endpoint& endpoint)
{
    const bool is_v6 = endpoint.host.find(':') != std::string::npos;
    std::string host = is_v6 ? "[" + endpoint.host + "]" : endpoint.host;
    if (endpoint.port != 443)
        host += ":" + std::to_string(endpoint.port);
    return host;
}

} // namespace

Client::Client(
    asio::any_io_executor executor,
    tls::Context context,
    Endpoint endpoint,
    Resolver& resolver,
    const ClientLimits& limits)
    : executor_{std::move(executor)}
    , context_{std::move(context)}
    , endpoint_{std::move(endpoint)}
    , resolver_{resolver}
    , limits_{limits}
{}

awaitable<Result<Response>> Client::send(const Request& request)
{
    if (connection_ && has_gone_stale())
        close();
    bool kept = connected();
    for (;;)
    {
        if (!connected())
        {
            auto opened = co_await connect();
            if (!opened)
                co_return std::move(opened).error();
        }
        bool answered = false;
        auto response = co_await exchange(request, answered);
        if (response)
            co_return response;
        close();
        // Only a kept connection can have been closed for no reason that concerns this request.
        const bool was_stale = kept && !answered && response.error().code == Errc::io;
        if (!was_stale)
            co_return response;
        kept = false;
    }
}

awaitable<Result<void>> Client::connect()
{
    const auto deadline = Clock::now() + limits_.resolve;
    auto addresses = co_await resolver_.resolve(endpoint_.host, deadline);
    if (!addresses)
        co_return std::move(addresses).error();

    Error last{Errc::not_found, "resolve \"" + endpoint_.host + "\": no address"};
    for (const asio::ip::address& address : *addresses)
    {
        auto opened = co_await connect_to(address);
        if (opened)
        {
            connection_.emplace(std::move(*opened));
            co_return Result<void>{};
        }
        last = std::move(opened).error().in("connect to " + address.to_string());
        if (last.code == Errc::cancelled)
            break;
    }
    co_return last;
}

awaitable<Result<tls::Connection>> Client::connect_to(asio::ip::address address)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    const asio::ip::tcp::endpoint endpoint{address, endpoint_.port};
    asio::ip::tcp::socket socket{executor_};
    boost::system::error_code failed;
    socket.open(endpoint.protocol(), failed);
    if (failed)
        co_return Error{Errc::io, failed.message()};
    {
        const async::Alarm alarm{socket, Clock::now() + limits_.connect};
        const auto [refused] = co_await socket.async_connect(endpoint, token);
        if (alarm.rang())
            co_return Error{Errc::timeout, "no answer in time"};
        if (refused == asio::error::operation_aborted)
            co_return Error{Errc::cancelled, "cancelled"};
        if (refused)
            co_return Error{Errc::io, refused.message()};
    }
    auto connection = tls::Connection::open(std::move(socket), context_);
    if (!connection)
        co_return std::move(connection).error();
    auto shaken = co_await connection->handshake(Clock::now() + limits_.handshake);
    if (!shaken)
        co_return std::move(shaken).error();
    co_return connection;
}

awaitable<Result<Response>> Client::exchange(const Request& request, bool& answered)
{
    auto sent = co_await send_all(serialize(request, host_field(endpoint_)));
    if (!sent)
        co_return std::move(sent).error();
    co_return co_await receive(request.method, answered);
}

awaitable<Result<void>> Client::send_all(std::string bytes)
{
    auto sent = co_await connection_->write_all(bytes, Clock::now() + limits_.send);
    if (sent || sent.error().code != Errc::io)
        co_return sent;
    // A server that does not accept our certificate says so after the handshake and closes; what it
    // said may be waiting to be read.
    std::array<char, 64> buffer{};
    const auto said = co_await connection_->read_some(buffer, Clock::now() + explanation_wait);
    if (!said && said.error().code == Errc::unauthenticated)
        co_return said.error();
    co_return sent;
}

awaitable<Result<Response>> Client::receive(Method method, bool& answered)
{
    const auto deadline = Clock::now() + limits_.answer;
    std::optional<ResponseParser> parser;
    parser.emplace(method, limits_.header_size_max, limits_.body_size_max);
    std::string buffer;
    for (;;)
    {
        const std::size_t before = buffer.size();
        buffer.resize(before + read_size_bytes);
        const std::span<char> room{buffer.data() + before, read_size_bytes};
        const auto count = co_await connection_->read_some(room, deadline);
        if (!count)
            co_return count.error();
        buffer.resize(before + *count);
        answered = answered || *count > 0;
        if (*count == 0)
        {
            auto ended = parser->put_end();
            close();
            if (!ended)
                co_return std::move(ended).error();
            co_return parser->take();
        }

        auto whole = advance(*parser, buffer);
        while (whole && *whole && to_number((*whole)->status) < 200)
        {
            // "100 Continue" and the like come before the answer.
            parser.emplace(method, limits_.header_size_max, limits_.body_size_max);
            whole = advance(*parser, buffer);
        }
        if (!whole)
            co_return std::move(whole).error();
        if (!*whole)
            continue;
        if (!parser->keep_alive() || !buffer.empty())
            close();
        co_return std::move(**whole);
    }
}

bool Client::has_gone_stale()
{
    std::array<char, 16> buffer{};
    std::size_t count = 0;
    // On a connection at rest anything but "nothing to read" is the server's goodbye.
    return connection_->try_read(buffer, count) != tls::Connection::Step::wants_read;
}

std::optional<tls::PeerCertificate> Client::peer() const
{
    return connection_ ? connection_->peer() : std::nullopt;
}

std::optional<tls::Certificate> Client::peer_root() const
{
    return connection_ ? connection_->peer_root() : std::nullopt;
}

tls::Traffic Client::traffic() const
{
    tls::Traffic traffic = past_traffic_;
    if (connection_)
    {
        const tls::Traffic now = connection_->traffic();
        traffic.sent_bytes += now.sent_bytes;
        traffic.received_bytes += now.received_bytes;
    }
    return traffic;
}

void Client::close()
{
    past_traffic_ = traffic();
    connection_.reset();
}

awaitable<void> Client::shutdown()
{
    if (!connection_)
        co_return;
    const auto limit = Clock::now() + std::chrono::seconds{2};
    const auto said = co_await connection_->shutdown(limit);
    // A server that is gone already has no use for a goodbye.
    static_cast<void>(said);
    close();
}

void Client::replace_context(tls::Context context)
{
    context_ = std::move(context);
    close();
}

} // namespace mimamori::http
