#include "collector/pki/agent_directory.hpp"

#include <mutex>
#include <utility>

namespace mimamori::collector::pki {

std::optional<KnownAgent> AgentDirectory::find(const AgentId& agent) const
{
    const std::shared_lock lock{mutex_};
    const auto found = agents_.find(agent);
    if (found == agents_.end())
        return std::nullopt;
    return found->second;
}

void AgentDirectory::put(const AgentId& agent, KnownAgent known)
{
    const std::unique_lock lock{mutex_};
    agents_.insert_or_assign(agent, std::move(known));
}

void AgentDirectory::replace(std::unordered_map<AgentId, KnownAgent> agents)
{
    const std::unique_lock lock{mutex_};
    agents_.swap(agents);
}

std::size_t AgentDirectory::size() const
{
    const std::shared_lock lock{mutex_};
    return agents_.size();
}

Result<void> AgentDirectory::check(const tls::CertificateInfo& leaf) const
{
    const auto known = find(AgentId{leaf.common_name});
    if (!known)
        return {};
    if (known->status == AgentStatus::revoked)
        return Error{Errc::forbidden, "the agent was revoked"};
    if (known->key_fingerprint != leaf.key_fingerprint)
        return Error{Errc::unauthenticated, "the agent enrolled with another key"};
    return {};
}

} // namespace mimamori::collector::pki
