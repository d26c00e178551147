#include "collector/judge/site_judge.hpp"

#include "collector/judge/device_state.hpp"
#include "collector/judge/finding_changes.hpp"
#include "collector/judge/site_events.hpp"
#include "collector/rules/break_glass_used.hpp"
#include "collector/storage/alert_store.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/baseline_store.hpp"
#include "collector/storage/finding_store.hpp"
#include "collector/storage/month_store.hpp"
#include "collector/storage/score_store.hpp"
#include "common/async/sleep.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mimamori::collector::judge {

namespace {

constexpr std::chrono::seconds first_look{5};
constexpr std::chrono::seconds look_every{15};
constexpr std::chrono::hours scores_every{1};

/// Events that are over are kept this long, for people who look back.
constexpr std::chrono::days events_kept{400};

DeviceId row_id(const SiteId& site)
{
    return DeviceId{"site-" + site.text()};
}

const SiteId root{"root"};

using SiteOutcomes = std::vector<std::pair<SiteId, std::vector<findings::RuleOutcome>>>;

/// What the record of changes tells of the collector.
void add_recorded(storage::Session& session, Timestamp now, rules::SystemFacts& facts)
{
    facts.site_made_at = storage::first_change_at(session);
    facts.backup_at = storage::last_backup_at(session);
    for (storage::Change& change : storage::local_sign_ins(session, now - rules::break_glass_shown))
        facts.local_sign_ins.push_back(
            {std::move(change.who), std::move(change.detail), change.at});
}

/// What the rules say about the root and about each site that has events, or had.
SiteOutcomes outcomes_of(storage::Session& session, const SiteLook& look)
{
    auto events = event_facts(session);
    rules::SystemFacts facts = look.facts;
    add_recorded(session, look.now, facts);
    facts.events = std::move(events[root]);
    events.erase(root);
    SiteOutcomes all;
    all.emplace_back(root, judge_system(facts, look.policy, look.now));
    for (auto& [site, of_site] : events)
    {
        rules::SystemFacts about;
        about.events = std::move(of_site);
        all.emplace_back(site, judge_system(about, look.policy, look.now, JudgedSite::other));
    }
    return all;
}

Result<std::size_t> store_outcomes(storage::Session& session, const SiteLook& look)
{
    std::size_t alerts = 0;
    for (const auto& [site, outcomes] : outcomes_of(session, look))
    {
        const auto changed = site_changes(session, site, outcomes, look.alerts, look.now);
        if (!changed)
            return changed.error();
        if (!*changed)
            continue;
        const auto stored = store_site(session, site, outcomes, look.alerts, look.now);
        if (!stored)
            return stored.error();
        alerts += *stored;
    }
    return alerts;
}

/// Who is back is told with the finding of the event, which people know already.
Result<std::size_t> tell_of_return(
    storage::Session& session, const EventPlan& plan, const SiteLook& look)
{
    std::size_t told = 0;
    for (const storage::SiteEvent& event : storage::open_site_events(session))
    {
        const bool listed =
            std::find(plan.listed.begin(), plan.listed.end(), event.no) != plan.listed.end();
        // The end of one whose devices are all back is told by itself.
        if (!listed || event.back >= event.devices || !look.alerts.enabled)
            continue;
        const auto row = storage::find_site_row(session, event.site);
        const auto finding =
            row ? storage::find_finding(session, *row, "site_silent", event.id) : std::nullopt;
        if (!finding)
            return Error{Errc::internal, "no finding of event " + event.id};
        if (!findings::counts(*finding))
            continue;
        storage::put_alert(session, findings::AlertKind::opened, *finding, look.now);
        ++told;
    }
    return told;
}

} // namespace

std::vector<findings::RuleOutcome> judge_system(
    const rules::SystemFacts& facts, const rules::Policy& policy, Timestamp now, JudgedSite site)
{
    std::vector<findings::RuleOutcome> outcomes;
    const rules::SystemInputs inputs{facts, policy, now};
    for (const rules::SystemRule& rule : rules::system_rules())
    {
        if (site == JudgedSite::root || rule.of_any_site)
            outcomes.push_back({std::string{rule.id}, rule.judge(inputs).verdict});
    }
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

Result<bool> sites_change(storage::Session& session, const SiteLook& look)
{
    const auto view = view_of_events(session, look.liveness, look.policy, look.heartbeat, look.now);
    if (plan_events(view).any())
        return true;
    for (const auto& [site, outcomes] : outcomes_of(session, look))
    {
        const auto changed = site_changes(session, site, outcomes, look.alerts, look.now);
        if (!changed || *changed)
            return changed;
    }
    return false;
}

Result<std::size_t> store_sites(storage::Session& session, const SiteLook& look)
{
    const auto view = view_of_events(session, look.liveness, look.policy, look.heartbeat, look.now);
    const EventPlan plan = plan_events(view);
    begin_plan(session, plan, look.now);
    // What is told at the end of an event is what its finding says last.
    const auto stored = store_outcomes(session, look);
    if (!stored)
        return stored;
    const auto told = tell_of_return(session, plan, look);
    if (!told)
        return told;
    std::size_t alerts = *stored + *told;
    for (const EventClosing& closing : plan.closed)
    {
        auto closed = storage::close_site_event(session, closing.id, closing.by, look.now);
        if (!closed)
            return std::move(closed).error();
    }
    if (!plan.closed.empty())
    {
        const auto ended = store_outcomes(session, look);
        if (!ended)
            return ended;
        // Devices that are missing are told by themselves now: somebody has to look.
        alerts += *ended + 1;
        storage::forget_site_events(session, look.now - events_kept);
    }
    return alerts;
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
    auto keep = [now, day, offset = parts_.utc_offset](storage::Session& session) -> Result<void> {
        storage::keep_scores(session, day);
        storage::keep_month_if_due(session, now, offset);
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
    const rules::SystemFacts facts = parts_.facts();
    const SiteLook now{parts_.liveness, policy_, parts_.heartbeat,
                       facts,           alerts_, parts_.clock.now()};
    auto look = [&now](storage::Session& session) { return sites_change(session, now); };
    auto changed = co_await parts_.database.read(look);
    if (!changed)
        log::error("judge of the collector: {}", changed.error().message);
    if (!changed || !*changed)
        co_return;
    auto store = [&now](storage::Session& session) { return store_sites(session, now); };
    auto alerts = co_await parts_.database.write(store);
    if (!alerts)
        log::error("judge of the collector: {}", alerts.error().message);
    else if (*alerts > 0 && parts_.alerts_queued)
        parts_.alerts_queued();
}

} // namespace mimamori::collector::judge
