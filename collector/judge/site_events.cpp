#include "collector/judge/site_events.hpp"

#include "collector/findings/record.hpp"
#include "collector/judge/policy_book.hpp"
#include "collector/storage/baseline_store.hpp"
#include "collector/storage/finding_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace mimamori::collector::judge {

namespace {

using storage::Session;
using storage::Silence;
using storage::SiteEvent;
using storage::SiteEventMember;

/// From so many groups on, most of them silent, it is the whole: the collector's own network, or a
/// hospital whose departments lost power together.
constexpr std::size_t whole_groups_least = 3;

/// Older reports than this before the first silence say nothing about who was reporting; the
/// database learns of them in batches.
constexpr std::chrono::minutes reporting_before{15};

/// Devices that a finding names; the list has all.
constexpr std::size_t missing_named = 10;

constexpr std::size_t members_max = std::numeric_limits<std::int32_t>::max();

using ByGroup = std::map<SiteId, std::vector<Silence>>;

bool is_part(std::uint64_t silent, std::uint64_t reporting, const EventLimits& limits)
{
    return silent * 100 >= limits.percent * std::max(silent, reporting);
}

EventLimits limits_of(const EventsView& view, const SiteId& group)
{
    const auto found = view.limits.find(group);
    return found != view.limits.end() ? found->second : EventLimits{};
}

std::uint32_t reporting_in(const EventsView& view, const SiteId& group)
{
    const auto found = view.reporting.find(group);
    return found != view.reporting.end() ? found->second : 0;
}

/// Whether the first of them has waited so long that the others have shown.
bool is_gathered(const std::vector<Silence>& silences, const EventsView& view)
{
    const auto earlier = [](const Silence& a, const Silence& b) {
        return a.opened_at < b.opened_at;
    };
    const auto first = std::min_element(silences.begin(), silences.end(), earlier);
    return first != silences.end() && view.now - first->opened_at >= view.together / 2;
}

/// The event that a silence of the group belongs to. Once people were told who is back, a silence
/// is a new one.
const SiteEvent* event_of(const EventsView& view, const SiteId& group)
{
    for (const OpenEvent& open : view.open)
    {
        if (!open.event.listed_at && (open.event.whole || open.event.site == group))
            return &open.event;
    }
    return nullptr;
}

/// Whether most groups are silent at once, and together they are enough for an event.
bool is_whole(const EventsView& view, const ByGroup& fresh)
{
    const EventLimits limits = limits_of(view, view.sites.root());
    std::vector<Silence> all;
    std::size_t affected = 0;
    for (const auto& [group, silences] : fresh)
    {
        all.insert(all.end(), silences.begin(), silences.end());
        affected += is_part(silences.size(), reporting_in(view, group), limits) ? 1U : 0U;
    }
    std::uint64_t reporting = 0;
    std::size_t groups = 0;
    for (const auto& [group, count] : view.reporting)
    {
        reporting += count;
        groups += count > 0 ? 1U : 0U;
    }
    return affected >= whole_groups_least && affected * 2 >= groups && all.size() >= limits.devices
           && is_part(all.size(), reporting, limits) && is_gathered(all, view);
}

void plan_silences(const EventsView& view, EventPlan& plan)
{
    ByGroup fresh;
    for (const Silence& silence : view.silences)
    {
        const SiteId group = view.sites.branch_of(silence.site);
        if (const SiteEvent* event = event_of(view, group))
            plan.joined.emplace_back(event->no, silence);
        else if (view.now - silence.opened_at <= view.together)
            fresh[group].push_back(silence);
    }
    if (is_whole(view, fresh))
    {
        NewEvent& whole = plan.opened.emplace_back();
        whole.site = view.sites.root();
        whole.whole = true;
        for (const auto& [group, silences] : fresh)
            whole.members.insert(whole.members.end(), silences.begin(), silences.end());
        return;
    }
    for (auto& [group, silences] : fresh)
    {
        const EventLimits limits = limits_of(view, group);
        if (silences.size() >= limits.devices
            && is_part(silences.size(), reporting_in(view, group), limits)
            && is_gathered(silences, view))
            plan.opened.push_back({group, false, std::move(silences)});
    }
}

/// What became of the members of an event. `silent_again`: of those that were back.
void plan_return(
    const EventsView& view, const OpenEvent& open, std::uint32_t silent_again, EventPlan& plan)
{
    const SiteEvent& event = open.event;
    std::optional<Timestamp> last_back = event.last_back_at;
    for (const SiteEventMember& member : open.newly_back)
    {
        plan.back.emplace_back(event.no, member);
        if (member.back_at && (!last_back || *last_back < *member.back_at))
            last_back = member.back_at;
    }
    const auto back = event.back + static_cast<std::uint32_t>(open.newly_back.size());
    const bool all = back >= event.devices && silent_again == 0;
    const auto quiet = last_back ? view.now - *last_back : std::chrono::milliseconds{0};
    const auto settle = std::uint64_t{back} * 2 >= event.devices
                            ? view.policy.site_event_settle
                            : view.policy.site_event_settle_few;
    const bool settled = back > 0 && silent_again == 0 && quiet >= settle;
    if (!event.listed_at && (all || settled))
        plan.listed.push_back(event.no);

    const bool told_long_ago =
        event.listed_at && view.now - *event.listed_at >= view.policy.site_event_kept;
    const bool silent_long = view.now - event.opened_at >= view.policy.site_event_kept_silent;
    if (!open.ended_by.empty())
        plan.closed.push_back({event.id, open.ended_by});
    else if (all || told_long_ago || silent_long)
        plan.closed.push_back({event.id, std::string{findings::resolved_by_facts}});
}

/// Names of the first devices that are missing, and how many there are besides.
std::string names_of_missing(Session& session, const SiteEvent& event)
{
    std::string names;
    std::size_t named = 0;
    for (const auto& member : storage::site_event_members(session, event.no, missing_named))
    {
        if (member.back_at)
            break;
        names += (named == 0 ? "" : ", ") + member.name;
        ++named;
    }
    const std::size_t missing = event.devices - event.back;
    return named < missing ? fmt::format("{} +{}", names, missing - named) : names;
}

OpenEvent open_event(Session& session, const storage::Liveness& liveness, SiteEvent event)
{
    OpenEvent open;
    for (SiteEventMember& member : storage::site_event_members(session, event.no, members_max))
    {
        if (member.back_at)
            break; // Those that are missing come first.
        const auto live = liveness.of(member.device);
        if (!live || live->last_seen_at <= member.last_heard_at)
            continue;
        member.back_at = live->last_seen_at;
        open.newly_back.push_back(std::move(member));
    }
    if (const auto row = storage::find_site_row(session, event.site))
    {
        const auto finding = storage::find_finding(session, *row, "site_silent", event.id);
        if (finding && !findings::is_active(*finding)
            && finding->resolved_by != findings::resolved_by_facts)
            open.ended_by = finding->resolved_by;
    }
    open.event = std::move(event);
    return open;
}

} // namespace

std::chrono::milliseconds silence_gathered_for(
    const rules::Policy& policy, std::chrono::seconds heartbeat)
{
    return std::max<std::chrono::milliseconds>(policy.site_event_together, 2 * heartbeat);
}

bool EventPlan::any() const
{
    return !opened.empty() || !joined.empty() || !back.empty() || !listed.empty()
           || !closed.empty();
}

EventPlan plan_events(const EventsView& view)
{
    EventPlan plan;
    plan_silences(view, plan);
    for (const OpenEvent& open : view.open)
    {
        const auto joins =
            std::count_if(plan.joined.begin(), plan.joined.end(), [&open](const auto& joined) {
                return joined.first == open.event.no;
            });
        plan_return(view, open, static_cast<std::uint32_t>(joins), plan);
    }
    return plan;
}

EventsView view_of_events(
    Session& session,
    const storage::Liveness& liveness,
    const rules::Policy& base,
    std::chrono::seconds heartbeat,
    Timestamp now)
{
    EventsView view;
    view.now = now;
    view.policy = base;
    view.together = silence_gathered_for(base, heartbeat);
    for (SiteEvent& event : storage::open_site_events(session))
        view.open.push_back(open_event(session, liveness, std::move(event)));
    // A silence that was noticed while the event was open may be looked at late.
    Timestamp since = now - view.together;
    for (const OpenEvent& open : view.open)
    {
        if (!open.event.listed_at)
            since = std::min(since, open.event.opened_at);
    }
    view.silences = storage::fresh_silences(session, since);
    if (view.silences.empty())
        return view;

    view.sites = storage::read_site_tree(session);
    Timestamp first_heard = now;
    for (const Silence& silence : view.silences)
        first_heard = std::min(first_heard, silence.last_heard_at);
    PolicyBook policies{base};
    const auto add_limits = [&](const SiteId& group) {
        PolicyPlace place;
        place.sites = {group};
        if (group != view.sites.root())
            place.sites.push_back(view.sites.root());
        const rules::Policy& policy = policies.of(session, place);
        view.limits[group] = {policy.site_event_devices, policy.site_event_percent};
    };
    add_limits(view.sites.root());
    for (const auto& [site, count] :
         storage::reporting_by_site(session, first_heard - reporting_before))
    {
        const SiteId group = view.sites.branch_of(SiteId{site});
        view.reporting[group] += count;
        add_limits(group);
    }
    for (const Silence& silence : view.silences)
        add_limits(view.sites.branch_of(silence.site));
    return view;
}

void begin_plan(Session& session, const EventPlan& plan, Timestamp now)
{
    for (const auto& [event_no, member] : plan.back)
        storage::set_site_event_back(session, event_no, member.device_no, *member.back_at);
    for (const auto& [event_no, silence] : plan.joined)
        storage::put_site_event_member(session, event_no, silence);
    for (const NewEvent& opened : plan.opened)
    {
        SiteEvent event;
        event.site = opened.site;
        event.whole = opened.whole;
        event.opened_at = now;
        event.began_at = now;
        for (const Silence& silence : opened.members)
            event.began_at = std::min(event.began_at, silence.last_heard_at);
        storage::add_site_event(session, event);
        for (const Silence& silence : opened.members)
            storage::put_site_event_member(session, event.no, silence);
    }
    for (const std::int64_t event_no : plan.listed)
        storage::set_site_event_listed(session, event_no, now);
}

std::map<SiteId, std::vector<rules::SiteEventFact>> event_facts(Session& session)
{
    std::map<SiteId, std::vector<rules::SiteEventFact>> facts;
    for (const SiteId& site : storage::sites_with_finding(session, "site_silent"))
        facts[site];
    for (const SiteEvent& event : storage::open_site_events(session))
    {
        rules::SiteEventFact& fact = facts[event.site].emplace_back();
        fact.id = event.id;
        fact.site = event.site_name.empty() ? "mimamori" : event.site_name;
        fact.since = event.began_at;
        fact.devices = event.devices;
        fact.missing = event.devices - event.back;
        fact.told_of_return = event.listed_at.has_value();
        if (fact.told_of_return)
            fact.missing_names = names_of_missing(session, event);
    }
    return facts;
}

} // namespace mimamori::collector::judge
