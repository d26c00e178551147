#pragma once

#include "collector/judge/evaluator.hpp"
#include "collector/rules/policy.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/device_list.hpp"
#include "collector/storage/policy_store.hpp"
#include "common/async/asio.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace mimamori::collector::judge {

/// What a policy would change, found out by judging devices as if it were in force.
struct PolicyPreview
{
    struct OfRule
    {
        std::int64_t opened{0}; ///< Findings that would begin.
        std::int64_t ended{0};
    };

    std::int64_t devices{0};   ///< All that the policy could be about.
    std::int64_t looked_at{0}; ///< Fewer when there was no time for all, or news of one is waiting.
    storage::StateCounts before;
    storage::StateCounts after; ///< Of those not looked at, what they are now.
    std::map<std::string, OfRule> rules;
};

/// Judges devices with `row` set or replaced; with neither level nor settings, removed. Reads only,
/// some devices at a time, and stops after some seconds. `evaluator` is for this alone. Errors: as
/// set_policy, and those of the database.
awaitable<Result<PolicyPreview>> preview_policy(
    storage::Database& database,
    Evaluator& evaluator,
    const storage::PolicyRow& row,
    const rules::Policy& base,
    const Clock& clock);

} // namespace mimamori::collector::judge
