#pragma once

#include "collector/findings/alerting.hpp"
#include "collector/findings/lifecycle.hpp"
#include "collector/rules/system_rule.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/liveness.hpp"
#include "common/async/asio.hpp"
#include "common/base/id.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace mimamori::collector::judge {

/// What all rules about the system say; of a site that is not the root, those about any site.
enum class JudgedSite
{
    root,
    other
};
std::vector<findings::RuleOutcome> judge_system(
    const rules::SystemFacts& facts,
    const rules::Policy& policy,
    Timestamp now,
    JudgedSite site = JudgedSite::root);

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

/// What a look at the collector and its sites takes.
struct SiteLook
{
    const storage::Liveness& liveness;
    const rules::Policy& policy; ///< Where nothing is set.
    std::chrono::seconds heartbeat{60};
    const rules::SystemFacts& facts; ///< Without events.
    const findings::AlertPolicy& alerts;
    Timestamp now{};
};

/// Whether anything is to be stored. A reader's work.
Result<bool> sites_change(storage::Session& session, const SiteLook& look);

/// Takes events of sites forward, and stores what becomes of the findings about the collector and
/// about sites. Returns how many alerts were queued.
Result<std::size_t> store_sites(storage::Session& session, const SiteLook& look);

/// Judges the collector itself and its sites, every quarter of a minute. What it finds belongs to a
/// site, that of the collector itself to the root, not to a device.
class SiteJudge
{
public:
    struct Parts
    {
        storage::Database& database;
        const storage::Liveness& liveness;
        const Clock& clock;
        std::function<rules::SystemFacts()> facts; ///< Called where `run` runs.
        std::chrono::seconds heartbeat{60};        ///< The rhythm that agents are told.
        std::chrono::minutes utc_offset{0};        ///< Of the site's wall clocks: when a day ends.
        std::function<void()> alerts_queued;       ///< After alerts are durable. May be empty.
    };

    /// What the parts name lives longer.
    SiteJudge(Parts parts, rules::Policy policy, findings::AlertPolicy alerts);

    /// Goes on until it is cancelled.
    awaitable<void> run();

    /// Keeps the scores of the day, once an hour, and the report of a month that has ended.
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
