#pragma once

#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/tls/certificate.hpp"
#include "common/tls/context.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct ssl_st;

namespace mimamori::tls {

/// When a wait for the other side ends with Errc::timeout.
using Deadline = std::chrono::steady_clock::time_point;

/// Whether a verified certificate is in force.
enum class Standing
{
    valid,
    expired ///< By less than AgentPortOptions::expired_grace.
};

/// What is known about the other side after the handshake. Its chain was good and it holds the key.
struct PeerCertificate
{
    std::string common_name;
    std::string serial; ///< Lower-case hexadecimal.
    Sha256 fingerprint{};
    Sha256 key_fingerprint{};
    Timestamp not_before;
    Timestamp not_after;
    Standing standing{Standing::valid};
};

/// Bytes on the wire, with all that TLS adds.
struct Traffic
{
    std::uint64_t sent_bytes{0};
    std::uint64_t received_bytes{0};
};

/// A TLS connection: OpenSSL works on the non-blocking socket itself, Asio only waits for it.
///
/// Holds no buffer while idle. Awaitables suspend only when the socket would block, end with
/// Errc::timeout at their deadline and with Errc::cancelled when the coroutine is cancelled. After
/// an error other than a refused argument only destruction is useful. One operation at a time, all
/// on the socket's executor; the executor runs one handler at a time.
class Connection
{
public:
    /// Takes the connected socket; the context says which side we are.
    static Result<Connection> open(asio::ip::tcp::socket socket, const Context& context);

    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    ~Connection();

    /// Errors: unauthenticated when the other side's certificate is refused (the message says why),
    /// invalid_input when it does not speak TLS as we do, io, timeout, cancelled.
    awaitable<Result<void>> handshake(Deadline deadline);

    /// At least one byte, or 0 when the other side has said goodbye (close_notify). A cut
    /// connection is Errc::io.
    awaitable<Result<std::size_t>> read_some(std::span<char> into, Deadline deadline);

    awaitable<Result<void>> write_all(std::string_view bytes, Deadline deadline);

    /// Says goodbye (close_notify) without waiting for the answer.
    awaitable<Result<void>> shutdown(Deadline deadline);

    /// How far an operation came without waiting.
    enum class Step
    {
        done,
        wants_read,  ///< Wait until readable, then call again.
        wants_write, ///< Wait until writable, then call again.
        closed,      ///< The other side has said goodbye.
        failed       ///< `last_error()` says why.
    };

    /// The operations above in single steps that never wait; `count` is what was read or written.
    Step try_handshake();
    Step try_read(std::span<char> into, std::size_t& count);
    Step try_write(std::string_view bytes, std::size_t& count);

    /// Says goodbye if that needs no waiting.
    void try_goodbye();

    /// Waits until the socket is ready for what `step` wants.
    awaitable<Result<void>> wait(Step step, Deadline deadline);

    const Error& last_error() const;

    /// Bytes are already here, so readiness of the socket says nothing: read first.
    bool has_pending() const;

    /// The other side's certificate; none when it sent none. After the handshake.
    const std::optional<PeerCertificate>& peer() const;

    /// Hands `peer()` over and forgets it and the root: who holds many connections keeps it once.
    std::optional<PeerCertificate> take_peer();

    /// The root that the other side's chain ends in. After a client's handshake.
    std::optional<Certificate> peer_root() const;

    /// "TLSv1.3".
    std::string_view protocol() const;

    Traffic traffic() const;

    asio::ip::tcp::socket& socket();

private:
    struct State;

    explicit Connection(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

} // namespace mimamori::tls
