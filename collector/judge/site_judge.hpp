#pragma once

#include "collector/findings/alerting.hpp"
#include "collector/findings/lifecycle.hpp"
#include "collector/rules/system_rule.hpp"
#include "collector/storage/database.hpp"
#include "common/async/asio.hpp"
#include "common/base/id.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace mimamori::collector::judge {

/// What all rules about the system say.
std::vector<findings::RuleOutcome> judge_system(
    const rules::SystemFacts& facts, const rules::Policy& policy, Timestamp now);

/// Whether `outcomes` change anything that is stored about the site. A reader's work.
Result<bool> site_changes(
    storage::Session& session,
    const SiteId& site,
    const std::vector<findings::RuleOutcome>& outcomes,
    const findings::AlertPolicy& alerts,
    Timestamp now);

/// Stores what becomes of the findings about a site. Returns how many alerts were queued. Errors:
/// not_found for an unknown site.
Result<std::size_t> store_site(
    storage::Session& session,
    const SiteId& site,
    const std::vector<findings::RuleOutcome>& outcomes,
    const findings::AlertPolicy& alerts,
    Timestamp now);

/// Judges the collector itself once a minute. What it finds belongs to the root site, not to a
/// device.
class SiteJudge
{
public:
    struct Parts
    {
        storage::Database& database;
        const Clock& clock;
        std::function<rules::SystemFacts()> facts; ///< Called where `run` runs.
        std::chrono::minutes utc_offset{0};        ///< Of the site's wall clocks: when a day ends.
        std::function<void()> alerts_queued;       ///< After alerts are durable. May be empty.
    };

    /// What the parts name lives longer.
    SiteJudge(Parts parts, rules::Policy policy, findings::AlertPolicy alerts);

    /// Goes on until it is cancelled.
    awaitable<void> run();

    /// Keeps the scores of the day, once an hour.
    awaitable<void> keep_scores_if_due();

    /// One look. Failures are logged; the next look tries again.
    awaitable<void> judge_once();

private:
    Parts parts_;
    rules::Policy policy_;
    findings::AlertPolicy alerts_;
    Timestamp scores_at_{};
};

} // namespace mimamori::collector::judge
