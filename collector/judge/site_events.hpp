#pragma once

#include "collector/rules/policy.hpp"
#include "collector/rules/system_rule.hpp"
#include "collector/storage/liveness.hpp"
#include "collector/storage/site_event_store.hpp"
#include "collector/storage/site_tree.hpp"
#include "common/base/id.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Devices of a site that fall silent together are one event, told once, with a list of those that
/// come back.
namespace mimamori::collector::judge {

/// How long silence is gathered before somebody is told of it.
std::chrono::milliseconds silence_gathered_for(
    const rules::Policy& policy, std::chrono::seconds heartbeat);

/// From how many devices on, and from which part of those that reported.
struct EventLimits
{
    std::uint32_t devices{5};
    std::uint64_t percent{20};
};

/// An open event, and what is new about it.
struct OpenEvent
{
    storage::SiteEvent event;
    std::vector<storage::SiteEventMember> newly_back; ///< With `back_at`.
    std::string ended_by; ///< The person who resolved its finding; empty: nobody.
};

/// What is decided upon.
struct EventsView
{
    Timestamp now{};
    std::chrono::milliseconds together{};
    rules::Policy policy;                      ///< For times; `limits` are by site.
    std::vector<storage::Silence> silences;    ///< Of the last `together`, and of members.
    std::map<SiteId, std::uint32_t> reporting; ///< By group, about when silence began.
    std::map<SiteId, EventLimits> limits;      ///< By group, and the root's for the whole.
    storage::SiteTree sites; ///< Its branches are the groups that fall silent together.
    std::vector<OpenEvent> open;
};

struct NewEvent
{
    SiteId site;
    bool whole{false};
    std::vector<storage::Silence> members;
};

struct EventClosing
{
    std::string id;
    std::string by;
};

struct EventPlan
{
    std::vector<NewEvent> opened;
    std::vector<std::pair<std::int64_t, storage::Silence>> joined; ///< With the event's number.
    std::vector<std::pair<std::int64_t, storage::SiteEventMember>> back; ///< The same.
    std::vector<std::int64_t> listed; ///< Events of which people are told who is back.
    std::vector<EventClosing> closed;

    bool any() const;
};

/// What becomes of events. Pure.
EventPlan plan_events(const EventsView& view);

/// Reads what is to be decided upon. A reader's or a writer's work.
EventsView view_of_events(
    storage::Session& session,
    const storage::Liveness& liveness,
    const rules::Policy& base,
    std::chrono::seconds heartbeat,
    Timestamp now);

/// Stores all of the plan but its closings.
void begin_plan(storage::Session& session, const EventPlan& plan, Timestamp now);

/// The open events of each site as facts; a site of which a finding tells that is over has none.
std::map<SiteId, std::vector<rules::SiteEventFact>> event_facts(storage::Session& session);

} // namespace mimamori::collector::judge
