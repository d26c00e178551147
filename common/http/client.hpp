#pragma once

#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/http/message.hpp"
#include "common/http/resolver.hpp"
#include "common/tls/connection.hpp"
#include "common/tls/context.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace mimamori::http {

/// Where a server is.
struct Endpoint
{
    std::string host; ///< Name or numeric address (IPv6 without brackets).
    std::uint16_t port{0};
};

/// Every step that waits for somebody else has a limit.
struct ClientLimits
{
    std::chrono::milliseconds resolve{10'000};
    std::chrono::milliseconds connect{10'000}; ///< For each address of the host.
    std::chrono::milliseconds handshake{15'000};
    std::chrono::milliseconds send{60'000};
    std::chrono::milliseconds answer{60'000}; ///< From the last byte sent to the last received.
    std::size_t header_size_max{16U * 1024};
    std::size_t body_size_max{8U * 1024 * 1024};
};

/// An HTTPS client for one server that keeps its connection and holds no buffer in between.
///
/// One request at a time, on one executor. A kept connection that the server has closed meanwhile
/// is replaced and the request sent again once, so whatever is sent must be idempotent (all calls
/// of our protocol are).
class Client
{
public:
    /// `resolver` must outlive the client.
    Client(
        asio::any_io_executor executor,
        tls::Context context,
        Endpoint endpoint,
        Resolver& resolver,
        const ClientLimits& limits = {});

    /// Sends and waits for the whole answer, whatever its status. Errors: timeout, cancelled, io,
    /// not_found (no such host), unauthenticated (the server's certificate, or it refused ours),
    /// too_large, invalid_input (not HTTP).
    awaitable<Result<Response>> send(const Request& request);

    /// Whether a connection is being kept.
    bool connected() const { return connection_.has_value(); }

    /// The server's certificate on the kept connection.
    std::optional<tls::PeerCertificate> peer() const;

    /// The root its chain ends in.
    std::optional<tls::Certificate> peer_root() const;

    /// Of all connections since the client was made.
    tls::Traffic traffic() const;

    /// Drops the kept connection without a goodbye.
    void close();

    /// Says goodbye and drops the kept connection.
    awaitable<void> shutdown();

    /// Uses `context` from the next connection on (a renewed certificate) and drops the kept one.
    void replace_context(tls::Context context);

private:
    awaitable<Result<void>> connect();
    awaitable<Result<tls::Connection>> connect_to(asio::ip::address address);
    awaitable<Result<Response>> exchange(const Request& request, bool& answered);
    awaitable<Result<void>> send_all(std::string bytes);
    awaitable<Result<Response>> receive(Method method, bool& answered);
    bool has_gone_stale();

    asio::any_io_executor executor_;
    tls::Context context_;
    Endpoint endpoint_;
    Resolver& resolver_;
    ClientLimits limits_;
    std::optional<tls::Connection> connection_;
    tls::Traffic past_traffic_; ///< Of connections that are gone.
};

} // namespace mimamori::http
