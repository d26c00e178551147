#include "common/tls/context.hpp"

#include "common/tls/context_state.hpp"

#include <boost/asio/ip/address.hpp>

namespace mimamori::tls {
namespace {

/// Long enough for a leaf, an issuing CA and a root; strangers can make us hold this much.
constexpr long peer_chain_size_max_bytes{16L * 1024};

SslContextOwner make_ssl_context(Side side)
{
    const SSL_METHOD* const method =
        side == Side::client ? TLS_client_method() : TLS_server_method();
    SslContextOwner context{SSL_CTX_new(method)};
    if (!context)
        return context;
    SSL_CTX* const c = context.get();

    SSL_CTX_set_min_proto_version(c, side == Side::web_port ? TLS1_2_VERSION : TLS1_3_VERSION);
    SSL_CTX_set_options(
        c, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION
               | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(c, 0);
    SSL_CTX_set_mode(
        c, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN | SSL_MODE_ENABLE_PARTIAL_WRITE
               | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // One read of the socket for a whole record, not one for its header and one for its body.
    SSL_CTX_set_read_ahead(c, 1);
    SSL_CTX_set_max_cert_list(c, peer_chain_size_max_bytes);
    SSL_CTX_set1_groups_list(c, "X25519:P-256");
    if (side != Side::web_port)
        SSL_CTX_set1_sigalgs_list(c, "ECDSA+SHA256");
    SSL_CTX_set_cipher_list(c, "ECDHE+AESGCM:ECDHE+CHACHA20");
    return context;
}

Result<void> use_identity(SSL_CTX* context, const Identity& identity)
{
    if (identity.chain.empty())
        return Error{Errc::invalid_input, "an identity without a certificate"};
    const bool used = SSL_CTX_use_certificate(context, identity.chain.front().native()) == 1
                      && SSL_CTX_use_PrivateKey(context, identity.key.native()) == 1
                      && SSL_CTX_check_private_key(context) == 1;
    if (!used)
        return openssl_error(Errc::invalid_input, "the key does not belong to the certificate");
    return Result<void>{};
}

Result<void> send_issuers(SSL_CTX* context, const Identity& identity)
{
    for (std::size_t i = 1; i < identity.chain.size(); ++i)
    {
        if (SSL_CTX_add1_chain_cert(context, identity.chain[i].native()) != 1)
            return openssl_error(Errc::invalid_input, "add an issuer to what is sent");
    }
    return Result<void>{};
}

Result<void> trust(SSL_CTX* context, const std::vector<Certificate>& certificates)
{
    for (const Certificate& certificate : certificates)
    {
        if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.native()) != 1)
            return openssl_error(Errc::invalid_input, "trust a certificate");
    }
    return Result<void>{};
}

Result<void> expect_server_name(Context::State& state, const std::string& name)
{
    X509_VERIFY_PARAM* const param = SSL_CTX_get0_param(state.ssl_context.get());
    boost::system::error_code no_address;
    boost::asio::ip::make_address(name, no_address);
    state.server_name_is_address = !no_address;
    X509_VERIFY_PARAM_set_hostflags(
        param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_WILDCARDS);
    const int set = state.server_name_is_address
                        ? X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str())
                        : X509_VERIFY_PARAM_set1_host(param, name.data(), name.size());
    if (name.empty() || set != 1)
        return openssl_error(Errc::invalid_input, "the server's name \"" + name + "\"");
    return Result<void>{};
}

} // namespace

Context::Context(std::shared_ptr<const State> state)
    : state_{std::move(state)}
{}

Result<Context> Context::agent_port(AgentPortOptions options)
{
    if (options.roots.empty() || options.agents_issuers.empty() || !options.now || !options.check)
        return Error{Errc::invalid_input, "agent port: something is missing"};
    auto state = std::make_shared<State>();
    state->side = Side::agent_port;
    state->ssl_context = make_ssl_context(state->side);
    SSL_CTX* const context = state->ssl_context.get();
    if (context == nullptr)
        return openssl_error(Errc::internal, "agent port");
    if (auto used = use_identity(context, options.identity); !used)
        return std::move(used).error().in("agent port");
    if (auto added = send_issuers(context, options.identity); !added)
        return std::move(added).error().in("agent port");
    // The issuing CAs too, since agents send nothing but their own certificate. They are anchors:
    // we made them ourselves, so their own signatures need not be checked at each handshake.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
    for (const auto& trusted : {options.roots, options.agents_issuers})
    {
        if (auto added = trust(context, trusted); !added)
            return std::move(added).error().in("agent port");
    }
    // A certificate is asked for. Without one only the routes for everyone answer; one that comes
    // is always verified.
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, verify_peer, state.get());
    state->roots = std::move(options.roots);
    state->agents_issuers = std::move(options.agents_issuers);
    state->expired_grace = options.expired_grace;
    state->now = std::move(options.now);
    state->check = std::move(options.check);
    return Context{std::move(state)};
}

Result<Context> Context::web_port(WebPortOptions options)
{
    auto state = std::make_shared<State>();
    state->side = Side::web_port;
    state->ssl_context = make_ssl_context(state->side);
    SSL_CTX* const context = state->ssl_context.get();
    if (context == nullptr)
        return openssl_error(Errc::internal, "web port");
    if (auto used = use_identity(context, options.identity); !used)
        return std::move(used).error().in("web port");
    if (auto added = send_issuers(context, options.identity); !added)
        return std::move(added).error().in("web port");
    return Context{std::move(state)};
}

Result<Context> Context::client(ClientOptions options)
{
    if ((options.roots.empty() && !options.root_fingerprint) || !options.now)
        return Error{Errc::invalid_input, "tls client: something is missing"};
    auto state = std::make_shared<State>();
    state->side = Side::client;
    state->ssl_context = make_ssl_context(state->side);
    SSL_CTX* const context = state->ssl_context.get();
    if (context == nullptr)
        return openssl_error(Errc::internal, "tls client");
    if (options.identity)
    {
        if (auto used = use_identity(context, *options.identity); !used)
            return std::move(used).error().in("tls client");
    }
    if (auto expected = expect_server_name(*state, options.server_name); !expected)
        return std::move(expected).error().in("tls client");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, verify_peer, state.get());
    state->roots = std::move(options.roots);
    state->root_fingerprint = options.root_fingerprint;
    state->server_name = std::move(options.server_name);
    state->now = std::move(options.now);
    state->check = std::move(options.check);
    return Context{std::move(state)};
}

} // namespace mimamori::tls
