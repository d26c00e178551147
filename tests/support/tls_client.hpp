#pragma once

#include "common/http/parser.hpp"
#include "common/tls/connection.hpp"
#include "common/tls/context.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mimamori::test {

/// One connection to a server under test: sends any bytes, reads whole answers. Blocks.
class TlsClient
{
public:
    /// `from` is one of this machine's addresses, of which loopback has many.
    TlsClient(
        const asio::ip::tcp::endpoint& server,
        const tls::ClientOptions& options,
        const std::optional<asio::ip::address>& from = {})
        : socket_{io_}
        , context_{tls::Context::client(options).value()}
    {
        socket_.open(server.protocol());
        if (from)
            socket_.bind({*from, 0});
        socket_.connect(server);
    }

    /// Empty when it worked.
    Result<void> shake_hands()
    {
        connection_.emplace(tls::Connection::open(std::move(socket_), context_).value());
        return run_coro(io_, connection_->handshake(soon()));
    }

    Result<void> send(std::string_view bytes)
    {
        return run_coro(io_, connection_->write_all(bytes, soon()));
    }

    /// The next answer; an error when the connection ends first.
    Result<http::Response> receive(http::Method method = http::Method::get)
    {
        http::ResponseParser parser{method, 64U * 1024, 64U * 1024 * 1024};
        for (;;)
        {
            auto taken = parser.put(held_);
            if (!taken)
                return taken.error();
            held_.erase(0, *taken);
            if (parser.complete())
                return parser.take();
            auto count = read_more();
            if (!count)
                return count.error();
            if (*count > 0)
                continue;
            if (auto ended = parser.put_end(); !ended)
                return ended.error();
            return parser.take();
        }
    }

    Result<http::Response> ask(std::string_view bytes, http::Method method = http::Method::get)
    {
        if (auto sent = send(bytes); !sent)
            return sent.error();
        return receive(method);
    }

    /// Reads until something is there; 0 at a goodbye.
    Result<std::size_t> read_more()
    {
        std::array<char, 16'384> buffer{};
        auto count = run_coro(io_, connection_->read_some(buffer, soon()));
        if (count)
            held_.append(buffer.data(), *count);
        return count;
    }

    /// What was read and belongs to no answer yet.
    const std::string& held() const { return held_; }

    /// Whether the server says goodbye or is gone, with nothing before it.
    bool ends()
    {
        const auto count = read_more();
        return !count || *count == 0;
    }

    tls::Connection& connection() { return *connection_; }

    asio::ip::tcp::socket& socket() { return connection_ ? connection_->socket() : socket_; }

    void vanish()
    {
        connection_.reset();
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

private:
    static tls::Deadline soon()
    {
        return std::chrono::steady_clock::now() + std::chrono::seconds{20};
    }

    asio::io_context io_;
    asio::ip::tcp::socket socket_;
    tls::Context context_;
    std::optional<tls::Connection> connection_;
    std::string held_;
};

} // namespace mimamori::test
