#include "collector/judge/site_judge.hpp"

#include "collector/judge/evaluator.hpp"
#include "collector/judge/finding_changes.hpp"
#include "collector/storage/baseline_store.hpp"
#include "collector/storage/finding_store.hpp"
#include "collector/storage/score_store.hpp"
#include "common/async/sleep.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mimamori::collector::judge {

namespace {

constexpr std::chrono::seconds first_look{5};
constexpr std::chrono::seconds look_every{60};
constexpr std::chrono::hours scores_every{1};

DeviceId row_id(const SiteId& site)
{
    return DeviceId{"site-" + site.text()};
}

} // namespace

std::vector<findings::RuleOutcome> judge_system(
    const rules::SystemFacts& facts, const rules::Policy& policy, Timestamp now)
{
    std::vector<findings::RuleOutcome> outcomes;
    const rules::SystemInputs inputs{facts, policy, now};
    for (const rules::SystemRule& rule : rules::system_rules())
        outcomes.push_back({std::string{rule.id}, rule.judge(inputs).verdict});
    return outcomes;
}

Result<bool> site_changes(
    storage::Session& session,
    const SiteId& site,
    const std::vector<findings::RuleOutcome>& outcomes,
    const findings::AlertPolicy& alerts,
    Timestamp now)
{
    const auto no = storage::find_site_row(session, site);
    if (!no)
        return true; // Never judged.
    auto active = storage::active_findings(session, *no);
    auto changes =
        changes_of(session, *no, std::move(active), outcomes, findings::Resolving::allowed, now);
    return std::any_of(changes.begin(), changes.end(), [&alerts](findings::Change& change) {
        return findings::alert_of(change, alerts) || change.store;
    });
}

Result<std::size_t> store_site(
    storage::Session& session,
    const SiteId& site,
    const std::vector<findings::RuleOutcome>& outcomes,
    const findings::AlertPolicy& alerts,
    Timestamp now)
{
    const auto no = storage::site_row_no(session, site, now);
    if (!no)
        return no.error();
    auto active = storage::active_findings(session, *no);
    auto changes =
        changes_of(session, *no, std::move(active), outcomes, findings::Resolving::allowed, now);
    const StoredChanges stored = store_changes(session, *no, changes, alerts, now);
    const auto state = state_of(records_of(changes), outcomes);
    if (auto done = storage::set_judged_state(session, row_id(site), state, now); !done)
        return done.error();
    return stored.alerts;
}

SiteJudge::SiteJudge(Parts parts, rules::Policy policy, findings::AlertPolicy alerts)
    : parts_{std::move(parts)}
    , policy_{std::move(policy)}
    , alerts_{std::move(alerts)}
{}

awaitable<void> SiteJudge::run()
{
    std::chrono::seconds wait = first_look;
    for (;;)
    {
        const bool slept = co_await async::sleep_for(wait);
        if (!slept)
            co_return;
        wait = look_every;
        co_await judge_once();
        co_await keep_scores_if_due();
    }
}

awaitable<void> SiteJudge::keep_scores_if_due()
{
    const Timestamp now = parts_.clock.now();
    // A clock that was set back must not end it.
    if (now < scores_at_ && scores_at_ - now <= scores_every)
        co_return;
    const Date day = std::chrono::floor<std::chrono::days>(now + parts_.utc_offset);
    auto keep = [day](storage::Session& session) -> Result<void> {
        storage::keep_scores(session, day);
        return {};
    };
    auto kept = co_await parts_.database.write(keep);
    if (!kept)
        log::error("scores of the day: {}", kept.error().message);
    else
        scores_at_ = now + scores_every;
}

awaitable<void> SiteJudge::judge_once()
{
    const Timestamp now = parts_.clock.now();
    const SiteId root{"root"};
    const auto outcomes = judge_system(parts_.facts(), policy_, now);
    auto look = [&](storage::Session& session) {
        return site_changes(session, root, outcomes, alerts_, now);
    };
    auto changed = co_await parts_.database.read(look);
    if (!changed)
        log::error("judge of the collector: {}", changed.error().message);
    if (!changed || !*changed)
        co_return;
    auto store = [&](storage::Session& session) {
        return store_site(session, root, outcomes, alerts_, now);
    };
    auto alerts = co_await parts_.database.write(store);
    if (!alerts)
        log::error("judge of the collector: {}", alerts.error().message);
    else if (*alerts > 0 && parts_.alerts_queued)
        parts_.alerts_queued();
}

} // namespace mimamori::collector::judge
