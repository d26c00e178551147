#pragma once

#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/http/message.hpp"
#include "common/tls/connection.hpp"
#include "common/tls/context.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mimamori::fleetsim {

/// Where the server is, and how long it may take.
struct ServerAddress
{
    asio::ip::tcp::endpoint endpoint;
    std::string name; ///< What its certificate must be for.
    std::chrono::milliseconds connect_max{10'000};
    std::chrono::milliseconds handshake_max{15'000};
    std::chrono::milliseconds answer_max{60'000};
};

/// One agent's connection. It comes from an address of its own where that is possible
/// (127.0.0.0/8), as agents of a hospital do: the collector's limits count addresses.
class Line
{
public:
    /// `server` must outlive it. `from` unset: any address.
    Line(const ServerAddress& server, tls::Context context, std::optional<asio::ip::address> from);

    /// One more of the same agent, not connected.
    Line another() const { return {server_, context_, from_}; }

    /// Connects and shakes hands if there is no connection. Errors: as tls::Connection.
    awaitable<Result<void>> open();

    /// Sends a whole request and waits for the whole answer. Errors: as tls::Connection,
    /// invalid_input.
    awaitable<Result<http::Response>> ask(std::string_view request);

    /// Sends bytes that need not be a request.
    awaitable<Result<void>> send(std::string_view bytes);

    /// Waits for an answer. Errors: as `ask`; io when the server closes without one.
    awaitable<Result<http::Response>> receive();

    bool is_open() const { return connection_.has_value(); }

    /// Whether the server has closed a kept connection meanwhile.
    bool has_gone_stale();

    void drop() { connection_.reset(); }

    /// Says goodbye.
    awaitable<void> close();

    /// Host field of requests to this server.
    static std::string host_of(const ServerAddress& server);

private:
    tls::Deadline in(std::chrono::milliseconds wait) const;

    const ServerAddress& server_;
    tls::Context context_;
    std::optional<asio::ip::address> from_;
    std::optional<tls::Connection> connection_;
};

/// A loopback address of its own for agent `index` when `server` is one; nothing otherwise.
std::optional<asio::ip::address> own_address(
    const asio::ip::tcp::endpoint& server, std::size_t index);

/// POST of JSON, packed when `pack` is set and it pays, as an agent does.
std::string post_request(
    const ServerAddress& server, std::string_view target, const std::string& json, bool pack);

} // namespace mimamori::fleetsim
