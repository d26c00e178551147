#pragma once

#include "collector/pki/ca_folder.hpp"
#include "collector/pki/expiry.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/tls/context.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mimamori::collector::pki {

struct AuthorityOptions
{
    std::filesystem::path folder; ///< Made by `create_site_authority`.

    /// Names and addresses under which agents reach the collector; at least one.
    tls::ServerNames agent_port_names;

    days agent_lifetime{90};
    days server_lifetime{90};
};

/// A new certificate and what goes with it, as PEM.
struct IssuedCertificate
{
    tls::Certificate certificate;
    std::string chain_pem;      ///< Agents' issuing CA, then every root, the one in use first.
    std::string servers_ca_pem; ///< The CA that signs servers now.
};

/// What `maintain` changed.
struct Maintained
{
    /// Give `agent_port_context` to the server anew.
    bool agent_port_changed{false};

    /// What could not be done and needs a person; empty when all is well.
    std::string problem;
};

/// Signs the certificates of agents and of the agents' port. Any thread.
///
/// The agents' port gets a new key, which lives in memory only, and a new certificate at each start
/// and at two thirds of the old one's life. Agents refuse a server certificate that began before
/// one they have seen, so each begins no earlier than the last (kept in agent_port.pem), even if
/// the clock was set back; and a collector restored from a backup is never older than itself.
class Authority
{
public:
    /// Errors: as `load_ca_folder`; unavailable when no issuing CA is in force.
    static Result<std::unique_ptr<Authority>> open(AuthorityOptions options, Timestamp now);

    /// Signs a key as that of `agent`.
    Result<IssuedCertificate> issue_agent(
        const tls::PublicKey& key, const AgentId& agent, Timestamp now) const;

    /// The agents' port as it is now. `check` says who is revoked (`AgentDirectory::check`).
    Result<tls::Context> agent_port_context(tls::TimeSource now, tls::LeafCheck check) const;

    /// Renews what is due; call it at least once a day.
    Maintained maintain(Timestamp now);

    /// SHA-256 of the root's DER: `ca_fingerprint` in the agents' settings.
    tls::Sha256 root_fingerprint(Timestamp now) const;

    /// Every certificate of the agents' side, for the daily check.
    std::vector<Expiry> expiries() const;

private:
    struct State
    {
        CaFolder cas;
        tls::Identity agent_port;
    };

    explicit Authority(AuthorityOptions options);

    /// Who shares it: a caller goes on with the state it began with while `maintain` replaces it.
    std::shared_ptr<const State> state() const;

    Result<tls::Identity> make_agent_port(const CaFolder& cas, Timestamp now) const;
    Result<void> reload(Timestamp now);

    AuthorityOptions options_;
    mutable std::mutex mutex_;
    std::shared_ptr<const State> state_;
};

} // namespace mimamori::collector::pki
