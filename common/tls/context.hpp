#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/tls/certificate.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct ssl_ctx_st;

namespace mimamori::tls {

/// Who we are: a key and its certificate, followed by what we send along with it.
struct Identity
{
    PrivateKey key;
    std::vector<Certificate> chain; ///< Leaf first.
};

/// Says whether a peer whose chain is good may go on (revocation, own rules). An Error refuses the
/// handshake and its message becomes the reason in the log. Called on the connection's thread, by
/// several threads at once; must not block.
using LeafCheck = std::function<Result<void>(const CertificateInfo& leaf)>;

/// The time that validity is judged against. Called by several threads at once.
using TimeSource = std::function<Timestamp()>;

/// The agents' port: TLS 1.3 only. A client certificate is asked for and always verified when one
/// comes; which routes need one is for the router to say.
struct AgentPortOptions
{
    Identity identity;                       ///< Leaf, the servers' issuing CA, the root.
    std::vector<Certificate> roots;          ///< Trusted; several while a root is being replaced.
    std::vector<Certificate> agents_issuers; ///< Only these may have signed an agent.
    TimeSource now;
    LeafCheck check; ///< Also called for expired certificates. Required.

    /// A certificate that expired less than this ago still connects; `PeerCertificate::standing`
    /// then says `expired`, and the router lets it renew and nothing else.
    std::chrono::hours expired_grace{400 * 24};
};

/// The web port: TLS 1.2 and 1.3, no client certificates.
struct WebPortOptions
{
    Identity identity;
};

/// The agents' side: TLS 1.3 only. At least one of `roots` and `root_fingerprint`.
struct ClientOptions
{
    std::vector<Certificate> roots; ///< Trusted.

    /// Before enrolment only the root's SHA-256 is known: a root in the server's chain with this
    /// fingerprint is trusted. Read it with `Connection::peer_root()` afterwards and keep it.
    std::optional<Sha256> root_fingerprint;

    std::string server_name;          ///< DNS name or numeric address the certificate must be for.
    std::optional<Identity> identity; ///< Only the leaf is sent.

    /// A moment that is surely not later than the true time: what ended before it is refused, what
    /// seems to begin after it is not.
    TimeSource now;

    LeafCheck check; ///< May be empty: then the chain and the name decide alone.
};

/// The settings of one side of many connections. Copies share one immutable state; connections
/// made from it keep what they need. There is no option that switches verification off.
class Context
{
public:
    /// Errors: invalid_input when the key does not belong to the leaf or something is missing.
    static Result<Context> agent_port(AgentPortOptions options);
    static Result<Context> web_port(WebPortOptions options);
    static Result<Context> client(ClientOptions options);

    /// For common/tls only.
    struct State;

    const State& state() const { return *state_; }

private:
    explicit Context(std::shared_ptr<const State> state);

    std::shared_ptr<const State> state_;
};

} // namespace mimamori::tls
