#pragma once

#include "collector/http/io_threads.hpp"
#include "collector/http/message.hpp"
#include "collector/http/router.hpp"
#include "common/tls/context.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mimamori::collector::http {

/// Limits of one port. The defaults suit the agents' port. Each I/O thread gets its share of those
/// that count something.
struct ServerLimits
{
    std::size_t connections_max{20'000};        ///< Above, new ones are closed at once.
    std::size_t handshakes_max{32};             ///< At the same time.
    std::size_t pending_max{8'192};             ///< Connections without a client certificate.
    std::size_t pending_per_address_max{1'024}; ///< The same, from one address (IPv6: one /64).

    /// Requests a minute from one address on connections without a client certificate; 0 is no
    /// limit.
    std::size_t anonymous_requests_per_minute{120};

    std::size_t header_size_max{16U * 1024};
    std::size_t anonymous_header_size_max{8U * 1024};
    std::size_t anonymous_body_size_max{64U * 1024};          ///< Whatever the route says.
    std::size_t bodies_in_hand_max_bytes{256U * 1024 * 1024}; ///< Above, 503.

    std::chrono::milliseconds first_byte{5'000};      ///< From accept to the first byte.
    std::chrono::milliseconds handshake{5'000};       ///< From there to the handshake's end.
    std::chrono::milliseconds header{10'000};         ///< From a request's first byte.
    std::chrono::milliseconds body{30'000};           ///< From the header's end.
    std::chrono::milliseconds send{30'000};           ///< For an answer or a piece of a stream.
    std::chrono::milliseconds idle{300'000};          ///< Kept connection of an agent.
    std::chrono::milliseconds anonymous_idle{10'000}; ///< Kept connection without certificate.
};

/// Limits for browsers, none of which has a client certificate.
ServerLimits web_limits();

/// What kind of guests a port has.
enum class PortKind
{
    agents, ///< No Date, no browser headers: every byte counts.
    web     ///< Browsers: Date and the security headers on every answer.
};

struct ServerOptions
{
    std::string name; ///< For the log: "agent port".
    PortKind kind{PortKind::agents};
    asio::ip::tcp::endpoint endpoint; ///< Port 0 takes any free one.
    ServerLimits limits;

    /// A kept connection's certificate may expire; judged at each request.
    tls::TimeSource now;

    /// Asked again when an agent was revoked while its handshake was under way. May be empty.
    tls::LeafCheck check;
};

/// Counters for metrics; read at any time from any thread.
struct ServerCounters
{
    std::uint64_t connections{0}; ///< Open now.
    std::uint64_t accepted{0};    ///< Since the start, like those below.
    std::uint64_t handshakes{0};
    std::uint64_t handshakes_failed{0};
    std::uint64_t requests{0};
    std::uint64_t refused{0}; ///< Answers of 400 and above, connections turned away or cut.
};

/// One TLS port: accepts, limits, reads requests, routes them and answers.
///
/// An idle connection is a small object with a plain wait and no coroutine; a coroutine is spawned
/// for each request and calls the handler on the connection's thread. Handlers of different
/// connections run at the same time on different threads. Every refusal is logged with peer and
/// reason, a bounded number of lines a minute.
class Server
{
public:
    /// Binds and listens; errors: io with the address. `threads` and `router` must outlive it.
    static Result<std::unique_ptr<Server>> listen(
        IoThreads& threads, ServerOptions options, tls::Context context, const Router& router);

    /// Only after `stop`.
    ~Server();

    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Where it listens.
    asio::ip::tcp::endpoint endpoint() const;

    ServerCounters counters() const;

    /// New connections use `context` (a renewed certificate). Any thread.
    void replace_context(tls::Context context);

    /// Closes every connection of this agent, also those at work. Any thread; returns at once.
    void close_agent(const AgentId& agent_id);

    /// Stops accepting, closes idle connections, lets requests in hand be answered for `grace`,
    /// then cancels them and gives them `grace` once more. False means that some do not react.
    /// Await it on an executor other than the I/O threads'.
    [[nodiscard]] awaitable<bool> stop(std::chrono::milliseconds grace);

private:
    struct State;

    explicit Server(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

} // namespace mimamori::collector::http
