#pragma once

#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/tls/certificate.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

namespace mimamori::collector::pki {

enum class AgentStatus : std::uint8_t
{
    approved, ///< May report and renew.
    revoked   ///< Every certificate of it is dead.
};

/// What is known of an enrolled agent.
struct KnownAgent
{
    DeviceId device;
    SiteId site;
    tls::Sha256 key_fingerprint{}; ///< An agent id is bound to its key.
    AgentStatus status{AgentStatus::approved};
};

/// Who is enrolled, in memory, in step with the database: revoking an agent counts from the moment
/// `put` returns. Any thread; a look-up waits for nobody but a change under way.
class AgentDirectory
{
public:
    std::optional<KnownAgent> find(const AgentId& agent) const;

    /// Adds or replaces.
    void put(const AgentId& agent, KnownAgent known);

    /// Forgets all and knows these.
    void replace(std::unordered_map<AgentId, KnownAgent> agents);

    std::size_t size() const;

    /// For `tls::LeafCheck`. Errors: forbidden for a revoked agent; unauthenticated when the
    /// certificate carries another key than the agent enrolled with. An agent that nobody knows
    /// passes (its chain is good: perhaps the database was restored from a backup), and handlers
    /// refuse it everything but asking for approval.
    Result<void> check(const tls::CertificateInfo& leaf) const;

private:
    mutable std::shared_mutex mutex_;
    std::unordered_map<AgentId, KnownAgent> agents_;
};

} // namespace mimamori::collector::pki
