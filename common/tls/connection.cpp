#include "common/tls/connection.hpp"

#include "common/async/alarm.hpp"
#include "common/tls/context_state.hpp"
#include "common/tls/socket_bio.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>

#include <cassert>

namespace mimamori::tls {
namespace {

/// Whom the handshake has shown us.
struct Met
{
    std::optional<PeerCertificate> peer;
    std::optional<Certificate> root;
};

using SslOwner = Owned<SSL, SSL_free>;
using Step = Connection::Step;
using Socket = asio::ip::tcp::socket;

/// The other side's way of saying that it does not accept our certificate.
bool is_certificate_alert(int reason)
{
    switch (reason)
    {
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        return true;
    default:
        return false;
    }
}

/// SSL_get_error looks at the thread's error queue, so it must be empty before each call.
void forget_errors()
{
    if (ERR_peek_error() != 0)
        ERR_clear_error();
}

} // namespace

struct Connection::State
{
    State(Socket given, const Context& used)
        : socket{std::move(given)}
        , context{used}
    {}

    /// Classifies the outcome of an OpenSSL call that did not succeed.
    Step not_done(std::string_view step, int outcome);
    void finish_handshake();

    Socket socket;
    Context context;
    SslOwner ssl;
    std::unique_ptr<Verification> verification; ///< During the handshake only.
    std::unique_ptr<Met> met;                   ///< From its end until `take_peer`.
    Error error;
};

Connection::Connection(std::unique_ptr<State> state)
    : state_{std::move(state)}
{}

Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<Connection> Connection::open(Socket socket, const Context& context)
{
    boost::system::error_code failed;
    socket.non_blocking(true, failed);
    if (!failed)
        socket.set_option(asio::ip::tcp::no_delay{true}, failed);
    if (failed)
        return Error{Errc::io, "prepare a socket: " + failed.message()};

    auto state = std::make_unique<State>(std::move(socket), context);
    const Context::State& how = context.state();
    state->ssl.reset(SSL_new(how.ssl_context.get()));
    SSL* const ssl = state->ssl.get();
    BIO* const bio =
        ssl == nullptr ? nullptr
                       : new_socket_bio(static_cast<std::intptr_t>(state->socket.native_handle()));
    if (bio == nullptr)
        return openssl_error(Errc::internal, "open a TLS connection");
    SSL_set_bio(ssl, bio, bio);
    state->verification = std::make_unique<Verification>();
    SSL_set_ex_data(ssl, verification_index(), state->verification.get());
    if (how.side == Side::client)
    {
        if (!how.server_name_is_address)
            SSL_set_tlsext_host_name(ssl, how.server_name.c_str());
        SSL_set_connect_state(ssl);
    }
    else
    {
        SSL_set_accept_state(ssl);
    }
    return Connection{std::move(state)};
}

Step Connection::State::not_done(std::string_view step, int outcome)
{
    const int why = SSL_get_error(ssl.get(), outcome);
    if (why == SSL_ERROR_WANT_READ)
        return Step::wants_read;
    if (why == SSL_ERROR_WANT_WRITE)
        return Step::wants_write;
    if (why == SSL_ERROR_ZERO_RETURN)
        return Step::closed;

    const int system_error = last_socket_error();
    const unsigned long queued = ERR_peek_error();
    const bool cut = (why == SSL_ERROR_SYSCALL && queued == 0)
                     || ERR_GET_REASON(queued) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
    if (cut)
    {
        const bool at_end = BIO_eof(SSL_get_rbio(ssl.get())) != 0;
        error = Error{
            Errc::io, std::string{step} + ": "
                          + (at_end ? "the other side closed the connection"
                                    : socket_error_text(system_error))};
        ERR_clear_error();
        return Step::failed;
    }
    const bool refused = verification && !verification->refusal.empty();
    const bool denied = is_certificate_alert(ERR_GET_REASON(queued));
    error = openssl_error(refused || denied ? Errc::unauthenticated : Errc::invalid_input, step);
    if (refused)
        error.message = std::string{step} + ": " + verification->refusal;
    return Step::failed;
}

void Connection::State::finish_handshake()
{
    met = std::make_unique<Met>();
    if (verification->leaf)
    {
        CertificateInfo& leaf = *verification->leaf;
        met->peer = PeerCertificate{
            .common_name = std::move(leaf.common_name),
            .serial = std::move(leaf.serial),
            .fingerprint = leaf.fingerprint,
            .key_fingerprint = leaf.key_fingerprint,
            .not_before = leaf.not_before,
            .not_after = leaf.not_after,
            .standing = verification->expired ? Standing::expired : Standing::valid};
    }
    met->root = std::move(verification->root);
    SSL_set_ex_data(ssl.get(), verification_index(), nullptr);
    verification.reset();
}

Step Connection::try_handshake()
{
    forget_errors();
    const int outcome = SSL_do_handshake(state_->ssl.get());
    if (outcome != 1)
        return state_->not_done("tls handshake", outcome);
    state_->finish_handshake();
    return Step::done;
}

Step Connection::try_read(std::span<char> into, std::size_t& count)
{
    forget_errors();
    count = 0;
    const int outcome = SSL_read_ex(state_->ssl.get(), into.data(), into.size(), &count);
    return outcome == 1 ? Step::done : state_->not_done("tls read", outcome);
}

Step Connection::try_write(std::string_view bytes, std::size_t& count)
{
    assert(!bytes.empty());
    forget_errors();
    count = 0;
    const int outcome = SSL_write_ex(state_->ssl.get(), bytes.data(), bytes.size(), &count);
    return outcome == 1 ? Step::done : state_->not_done("tls write", outcome);
}

void Connection::try_goodbye()
{
    forget_errors();
    SSL_shutdown(state_->ssl.get());
    ERR_clear_error();
}

awaitable<Result<void>> Connection::wait(Step step, Deadline deadline)
{
    assert(step == Step::wants_read || step == Step::wants_write);
    // Being cancelled is an answer here, not an exception.
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto before = co_await asio::this_coro::cancellation_state;
    if (before.cancelled() != asio::cancellation_type::none)
        co_return Error{Errc::cancelled, "cancelled"};

    const async::Alarm alarm{state_->socket, deadline};
    const auto what = step == Step::wants_read ? Socket::wait_read : Socket::wait_write;
    const auto [failed] = co_await state_->socket.async_wait(what, token);
    if (!failed)
        co_return Result<void>{};
    if (alarm.rang())
        co_return Error{Errc::timeout, "the other side took too long"};
    if (failed == asio::error::operation_aborted)
        co_return Error{Errc::cancelled, "cancelled"};
    co_return Error{Errc::io, failed.message()};
}

awaitable<Result<void>> Connection::handshake(Deadline deadline)
{
    for (;;)
    {
        const Step step = try_handshake();
        if (step == Step::done)
            co_return Result<void>{};
        if (step == Step::closed)
            co_return Error{Errc::io, "tls handshake: the other side said goodbye"};
        if (step == Step::failed)
            co_return state_->error;
        auto ready = co_await wait(step, deadline);
        if (!ready)
            co_return std::move(ready).error().in("tls handshake");
    }
}

awaitable<Result<std::size_t>> Connection::read_some(std::span<char> into, Deadline deadline)
{
    for (;;)
    {
        std::size_t count = 0;
        const Step step = try_read(into, count);
        if (step == Step::done || step == Step::closed)
            co_return count;
        if (step == Step::failed)
            co_return state_->error;
        auto ready = co_await wait(step, deadline);
        if (!ready)
            co_return std::move(ready).error().in("tls read");
    }
}

awaitable<Result<void>> Connection::write_all(std::string_view bytes, Deadline deadline)
{
    while (!bytes.empty())
    {
        std::size_t count = 0;
        const Step step = try_write(bytes, count);
        bytes.remove_prefix(count);
        if (step == Step::done)
            continue;
        if (step == Step::closed)
            co_return Error{Errc::io, "tls write: the other side said goodbye"};
        if (step == Step::failed)
            co_return state_->error;
        auto ready = co_await wait(step, deadline);
        if (!ready)
            co_return std::move(ready).error().in("tls write");
    }
    co_return Result<void>{};
}

awaitable<Result<void>> Connection::shutdown(Deadline deadline)
{
    for (;;)
    {
        forget_errors();
        const int outcome = SSL_shutdown(state_->ssl.get());
        if (outcome >= 0)
            co_return Result<void>{};
        const Step step = state_->not_done("tls shutdown", outcome);
        if (step == Step::failed)
            co_return state_->error;
        if (step == Step::closed)
            co_return Result<void>{};
        auto ready = co_await wait(step, deadline);
        if (!ready)
            co_return std::move(ready).error().in("tls shutdown");
    }
}

const Error& Connection::last_error() const
{
    return state_->error;
}

bool Connection::has_pending() const
{
    return SSL_has_pending(state_->ssl.get()) != 0;
}

const std::optional<PeerCertificate>& Connection::peer() const
{
    static const std::optional<PeerCertificate> nobody;
    return state_->met ? state_->met->peer : nobody;
}

std::optional<PeerCertificate> Connection::take_peer()
{
    const auto met = std::move(state_->met);
    return met ? std::move(met->peer) : std::nullopt;
}

std::optional<Certificate> Connection::peer_root() const
{
    return state_->met ? state_->met->root : std::nullopt;
}

std::string_view Connection::protocol() const
{
    return SSL_get_version(state_->ssl.get());
}

Traffic Connection::traffic() const
{
    BIO* const bio = SSL_get_rbio(state_->ssl.get());
    return {BIO_number_written(bio), BIO_number_read(bio)};
}

Socket& Connection::socket()
{
    return state_->socket;
}

} // namespace mimamori::tls
