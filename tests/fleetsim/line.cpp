#include "tests/fleetsim/line.hpp"

#include "common/async/alarm.hpp"
#include "common/http/deflate.hpp"
#include "common/http/parser.hpp"

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <array>
#include <utility>

namespace mimamori::fleetsim {
namespace {

using asio::ip::tcp;

constexpr std::size_t answer_header_max_bytes = 16U * 1024;
constexpr std::size_t answer_body_max_bytes = 1024U * 1024;

/// As the agent: shorter bodies fit one packet anyway.
constexpr std::size_t packing_pays_bytes = 1024;

constexpr std::chrono::milliseconds goodbye_max{1'000};

/// Addresses 127.64.0.1 and up.
constexpr std::uint32_t first_own_address = 0x7f40'0001;

} // namespace

Line::Line(const ServerAddress& server, tls::Context context, std::optional<asio::ip::address> from)
    : server_{server}
    , context_{std::move(context)}
    , from_{std::move(from)}
{}

tls::Deadline Line::in(std::chrono::milliseconds wait) const
{
    return std::chrono::steady_clock::now() + wait;
}

awaitable<Result<void>> Line::open()
{
    if (connection_)
        co_return Result<void>{};
    const auto executor = co_await asio::this_coro::executor;
    tcp::socket socket{executor};
    boost::system::error_code failed;
    socket.open(server_.endpoint.protocol(), failed);
    if (!failed && from_)
        socket.bind(tcp::endpoint{*from_, 0}, failed);
    if (failed)
        co_return Error{Errc::io, "open a socket: " + failed.message()};
    {
        const async::Alarm alarm{socket, in(server_.connect_max)};
        const auto [refused] = co_await socket.async_connect(server_.endpoint, token);
        if (alarm.rang())
            co_return Error{Errc::timeout, "connect: no answer"};
        if (refused)
            co_return Error{Errc::io, "connect: " + refused.message()};
    }
    auto opened = tls::Connection::open(std::move(socket), context_);
    if (!opened)
        co_return std::move(opened).error();
    auto shaken = co_await opened->handshake(in(server_.handshake_max));
    if (!shaken)
        co_return std::move(shaken).error();
    connection_.emplace(std::move(*opened));
    co_return Result<void>{};
}

awaitable<Result<void>> Line::send(std::string_view bytes)
{
    if (!connection_)
        co_return Error{Errc::io, "not connected"};
    auto sent = co_await connection_->write_all(bytes, in(server_.answer_max));
    if (!sent)
        connection_.reset();
    co_return sent;
}

awaitable<Result<http::Response>> Line::receive()
{
    if (!connection_)
        co_return Error{Errc::io, "not connected"};
    const tls::Deadline until = in(server_.answer_max);
    http::ResponseParser parser{http::Method::post, answer_header_max_bytes, answer_body_max_bytes};
    std::array<char, 4096> buffer{};
    std::string held; // What the parser wants to see again with more behind it.
    while (!parser.complete())
    {
        const auto count = co_await connection_->read_some(buffer, until);
        if (!count || *count == 0)
        {
            connection_.reset();
            co_return count ? Error{Errc::io, "the server closed the connection"} : count.error();
        }
        held.append(buffer.data(), *count);
        auto taken = parser.put(held);
        if (!taken)
        {
            connection_.reset();
            co_return std::move(taken).error();
        }
        held.erase(0, *taken);
    }
    http::Response response = parser.take();
    if (http::equal_without_case(response.headers["Connection"], "close"))
        connection_.reset();
    co_return response;
}

awaitable<Result<http::Response>> Line::ask(std::string_view request)
{
    const auto sent = co_await send(request);
    if (!sent)
        co_return sent.error();
    co_return co_await receive();
}

bool Line::has_gone_stale()
{
    if (!connection_)
        return false;
    std::array<char, 1> byte{};
    std::size_t count = 0;
    const auto step = connection_->try_read(byte, count);
    return step != tls::Connection::Step::wants_read;
}

awaitable<void> Line::close()
{
    if (!connection_)
        co_return;
    const tls::Deadline until = in(goodbye_max);
    const auto ignored = co_await connection_->shutdown(until);
    static_cast<void>(ignored);
    connection_.reset();
}

std::string Line::host_of(const ServerAddress& server)
{
    return fmt::format("{}:{}", server.name, server.endpoint.port());
}

std::optional<asio::ip::address> own_address(const tcp::endpoint& server, std::size_t index)
{
    if (!server.address().is_v4() || !server.address().is_loopback())
        return std::nullopt;
    return asio::ip::address_v4{first_own_address + static_cast<std::uint32_t>(index)};
}

std::string post_request(
    const ServerAddress& server, std::string_view target, const std::string& json, bool pack)
{
    http::Request request;
    request.method = http::Method::post;
    request.target = target;
    request.headers.add("Content-Type", "application/json");
    if (pack && json.size() > packing_pays_bytes)
        request.body = http::deflate(json, http::Packing::deflate, http::PackEffort::small);
    if (!request.body.empty() && request.body.size() < json.size())
        request.headers.add("Content-Encoding", "deflate");
    else
        request.body = json;
    return http::serialize(request, Line::host_of(server));
}

} // namespace mimamori::fleetsim
