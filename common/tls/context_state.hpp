#pragma once

// Private to common/tls: what a Context is made of and how it judges a peer.

#include "common/tls/context.hpp"
#include "common/tls/openssl.hpp"

#include <openssl/ssl.h>

#include <optional>
#include <string>
#include <vector>

namespace mimamori::tls {

using SslContextOwner = Owned<SSL_CTX, SSL_CTX_free>;

enum class Side
{
    agent_port,
    web_port,
    client
};

struct Context::State
{
    Side side{Side::client};
    std::vector<Certificate> agents_issuers;
    std::vector<Certificate> roots;
    std::optional<Sha256> root_fingerprint;
    std::string server_name;
    bool server_name_is_address{false};
    std::chrono::hours expired_grace{0};
    TimeSource now;
    LeafCheck check;
    SslContextOwner ssl_context;
};

/// What came of judging one peer; lives as long as its handshake.
struct Verification
{
    std::optional<CertificateInfo> leaf; ///< Set once the peer's certificate was accepted.
    bool expired{false};
    std::string refusal; ///< Why it was not.
    std::optional<Certificate> root;
};

/// Where an SSL object keeps the pointer to its Verification.
int verification_index();

/// OpenSSL's `cert_verify_callback`; `given` is the Context::State.
int verify_peer(X509_STORE_CTX* store, void* given);

} // namespace mimamori::tls
