#include "collector/api/devices.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/finding_view.hpp"
#include "collector/api/list_query.hpp"
#include "collector/api/query.hpp"
#include "collector/findings/reasons.hpp"
#include "collector/judge/verdict_list.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/event_list.hpp"
#include "collector/storage/incident_store.hpp"
#include "collector/storage/judge_store.hpp"
#include "collector/storage/ledger_field.hpp"
#include "collector/storage/liveness.hpp"
#include "collector/storage/score_store.hpp"
#include "collector/storage/section_store.hpp"
#include "collector/storage/summary_store.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::api {
namespace {

constexpr std::chrono::days incidents_shown{30};

struct SectionItem
{
    std::string name;
    std::optional<Timestamp> received_at;
};
BOOST_DESCRIBE_STRUCT(SectionItem, (), (name, received_at))

struct IncidentItem
{
    std::string kind;
    std::string detail;
    Timestamp at{};
    std::uint64_t count{0};
    std::uint64_t events{0};
};
BOOST_DESCRIBE_STRUCT(IncidentItem, (), (kind, detail, at, count, events))

/// What one rule says: also what is well, does not apply, or is not known and why.
struct CheckItem
{
    std::string rule;
    std::string verdict; ///< "good", "bad", "not_applicable", "unknown".
    std::string reason;
    std::string reason_ja;
};
BOOST_DESCRIBE_STRUCT(CheckItem, (), (rule, verdict, reason, reason_ja))

struct DeviceView
{
    std::string id;
    std::string name;
    std::string hostname;
    std::string site;
    std::string os;
    std::string os_version;
    std::string vendor;
    std::string model;
    std::string serial;
    std::string addresses;             ///< Separated by spaces.
    std::string state;                 ///< "none": it is not in use.
    std::optional<std::int64_t> score; ///< 100, 50 or 0; null: it is not in use.
    std::string stage;                 ///< "in_use", "spare", "repair", "retired", "disposed".
    std::string agent_version;
    Timestamp created_at{};
    std::optional<Timestamp> last_seen;
    std::optional<Timestamp> judged_at;
    bool cloned{false};
    std::vector<CheckItem> checks;
    std::vector<FindingView> findings;
    std::vector<IncidentItem> incidents;
    std::vector<SectionItem> sections;
    wire::RawJson facts;
    wire::RawJson footprint; ///< A wire::Footprint: what the agent costs the device.
};
BOOST_DESCRIBE_STRUCT(
    DeviceView,
    (),
    (id,
     name,
     hostname,
     site,
     os,
     os_version,
     vendor,
     model,
     serial,
     addresses,
     state,
     score,
     stage,
     agent_version,
     created_at,
     last_seen,
     judged_at,
     cloned,
     checks,
     findings,
     incidents,
     sections,
     facts,
     footprint))

struct EventItem
{
    std::int64_t no{0};
    std::string device_id;
    std::string device;
    Timestamp at{};
    Timestamp received_at{};
    std::string kind;
    std::string text;
    std::string user;
    std::optional<wire::UsbDevice> usb;
    std::optional<wire::Program> program;
    std::optional<wire::AntivirusProduct> antivirus;
};
BOOST_DESCRIBE_STRUCT(
    EventItem,
    (),
    (no, device_id, device, at, received_at, kind, text, user, usb, program, antivirus))

struct EventPage
{
    std::vector<EventItem> items;
    std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(EventPage, (), (items, next))

/// The database knows when a device was last heard with a delay of minutes.
void update_from(const storage::Liveness& liveness, DeviceView& view)
{
    const auto live = liveness.of(DeviceId{view.id});
    if (!live)
        return;
    view.last_seen = live->last_seen_at;
    view.agent_version = live->version;
}

std::vector<CheckItem> checks_of(storage::Session& session, std::int64_t device_no)
{
    std::vector<CheckItem> checks;
    const auto judged = storage::find_judged(session, device_no);
    if (!judged)
        return checks;
    // Written by us; a damaged row shows no checks, which is not good either.
    auto lines = judge::verdict_lines_from_json(judged->verdicts);
    if (!lines)
        return checks;
    for (judge::VerdictLine& line : *lines)
    {
        findings::Bilingual reason = findings::reason_of(line.reason);
        checks.push_back(
            {std::move(line.rule), std::move(line.verdict), std::move(reason.en),
             std::move(reason.ja)});
    }
    return checks;
}

/// Takes out who uses the device.
void hide_users(storage::DeviceFacts& known)
{
    wire::Facts& facts = known.facts;
    facts.accounts.reset();
    facts.logons.reset();
    for (const char* section : {"accounts", "logons"})
        known.received_at[*wire::section_index(section)].reset();
    if (facts.processes)
        for (wire::Program& program : facts.processes->programs)
            program.user.clear();
    if (facts.listeners)
        for (wire::Listener& listener : facts.listeners->listeners)
            listener.user.clear();
}

void hide_users(EventItem& event)
{
    event.user.clear();
    if (event.program)
        event.program->user.clear();
}

/// Whether a reader may know who uses a device.
enum class Users
{
    shown,
    hidden
};

Users users_for(const Principal& principal)
{
    return people::has_right(principal.role, Right::see_users) ? Users::shown : Users::hidden;
}

Result<DeviceView> view_of(
    storage::Session& session,
    const DeviceId& id,
    std::optional<Timestamp> at,
    const findings::Reader& reader,
    Users users)
{
    auto summary = storage::find_summary(session, id);
    if (!summary)
        return summary.error();
    auto facts = at ? storage::load_facts_at(session, id, *at) : storage::load_facts(session, id);
    if (!facts)
        return facts.error();
    if (users == Users::hidden)
        hide_users(*facts);
    auto incidents = storage::incidents_of(session, id, reader.now - incidents_shown);
    if (!incidents)
        return incidents.error();
    auto findings = findings_of_device(session, id, reader);
    if (!findings)
        return findings.error();

    DeviceView view;
    view.id = id.text();
    view.name = std::move(summary->name);
    view.hostname = std::move(summary->hostname);
    view.site = summary->site.text();
    view.os = std::move(summary->os);
    view.os_version = std::move(summary->os_version);
    view.vendor = std::move(summary->vendor);
    view.model = std::move(summary->model);
    view.serial = std::move(summary->serial);
    view.addresses = std::move(summary->addresses);
    view.created_at = summary->created_at;
    view.judged_at = summary->judged_at;
    view.checks = checks_of(session, summary->device_no);
    view.state = summary->state == "info" ? "good" : std::move(summary->state);
    if (summary->stage != storage::in_use)
        view.state = "none";
    else
        view.score = storage::score_of(view.state);
    view.stage = std::move(summary->stage);
    view.agent_version = std::move(summary->agent_version);
    view.last_seen = summary->last_seen_at;
    view.cloned = summary->cloned;
    view.findings = std::move(*findings);
    for (storage::Incident& incident : *incidents)
        view.incidents.push_back(
            {std::string{storage::to_text(incident.kind)}, std::move(incident.detail),
             incident.last_at, incident.count, incident.events});
    for (std::size_t i = 0; i < wire::section_count; ++i)
        if (facts->received_at[i])
            view.sections.push_back({std::string{wire::section_names()[i]}, facts->received_at[i]});
    view.facts.text = wire::to_json(facts->facts);
    view.footprint.text = storage::find_footprint(session, summary->device_no);
    return view;
}

EventItem item_of(storage::StoredEvent&& stored)
{
    EventItem item;
    item.no = stored.no;
    item.device_id = stored.device.text();
    item.at = stored.event.at;
    item.received_at = stored.received_at;
    item.kind = boost::describe::enum_to_string(stored.event.kind, "unknown");
    item.text = std::move(stored.event.text);
    item.user = std::move(stored.event.user);
    item.usb = std::move(stored.event.usb);
    item.program = std::move(stored.event.program);
    item.antivirus = std::move(stored.event.antivirus);
    return item;
}

std::string name_of(storage::Session& session, const DeviceId& device)
{
    const auto summary = storage::find_summary(session, device);
    return summary ? summary->name : device.text();
}

/// Which events are asked for.
struct AskedEvents
{
    storage::EventQuery query;
    AskedTerms terms;
};

/// What is not looked for by a filter is found by an index alone.
Result<storage::FoundEvents> events_of(storage::Session& session, const AskedEvents& asked)
{
    storage::EventQuery query = asked.query;
    if (!asked.terms.terms.empty())
        return storage::find_events(session, query, asked.terms.terms, asked.terms.time);
    const std::size_t wanted = query.count_max;
    query.count_max = wanted + 1;
    auto events = storage::list_events(session, query);
    if (!events)
        return events.error();
    storage::FoundEvents found{std::move(*events), {}};
    if (found.events.size() > wanted)
    {
        found.events.resize(wanted);
        found.next = found.events.back().no;
    }
    return found;
}

Result<EventPage> event_page(
    storage::Session& session, const http::Request& request, const AskedEvents& asked, Users users)
{
    auto found = events_of(session, asked);
    if (!found)
        return found.error();
    EventPage page;
    if (found->next)
        page.next = to_cursor(request, {*found->next});
    std::map<DeviceId, std::string> names;
    for (storage::StoredEvent& event : found->events)
    {
        const auto [known, added] = names.try_emplace(event.device);
        if (added)
            known->second = name_of(session, event.device);
        page.items.push_back(item_of(std::move(event)));
        page.items.back().device = known->second;
        if (users == Users::hidden)
            hide_users(page.items.back());
    }
    return page;
}

awaitable<http::Response> answer_events(
    const http::Request& request, Services& services, std::optional<DeviceId> device)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto kind = text_in_query(request, "kind", 50);
    const auto limit = limit_in_query(request);
    const auto after = numbers_of_cursor(request, 1);
    auto terms = asked_terms(request, services, storage::event_fields());
    if (!kind)
        co_return refuse(kind.error());
    if (!limit)
        co_return refuse(limit.error());
    if (!after)
        co_return refuse(after.error());
    if (!terms)
        co_return refuse(terms.error());
    if (terms->bad)
        co_return refuse_filter(*terms->bad);
    AskedEvents asked;
    asked.terms = std::move(*terms);
    asked.query.device = std::move(device);
    asked.query.kind = std::move(*kind);
    if (!after->empty())
        asked.query.before_no = after->front();
    asked.query.count_max = *limit;
    const Users users = users_for(*principal);
    auto look = [&](storage::Session& session) {
        return event_page(session, request, asked, users);
    };
    auto page = co_await read_as(*principal, services, look);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

} // namespace

awaitable<http::Response> get_device(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const DeviceId id{std::string{request.param("id")}};
    auto at_text = text_in_query(request, "at", 40);
    if (!at_text)
        co_return refuse(at_text.error());
    const auto at = parse_rfc3339(*at_text);
    if (!at && !at_text->empty())
        co_return refuse(Error{Errc::invalid_input, "at: a time such as 2026-01-31T23:59:59Z"});
    const findings::Reader reader = reader_now(services);
    const Users users = users_for(*principal);
    auto look = [&](storage::Session& session) { return view_of(session, id, at, reader, users); };
    auto view = co_await read_as(*principal, services, look);
    if (view)
        update_from(services.liveness, *view);
    co_return view ? answer_to_get(request, *view) : refuse(view.error());
}

awaitable<http::Response> get_device_events(const http::Request& request, Services& services)
{
    DeviceId id{std::string{request.param("id")}};
    co_return co_await answer_events(request, services, std::move(id));
}

awaitable<http::Response> get_events(const http::Request& request, Services& services)
{
    co_return co_await answer_events(request, services, std::nullopt);
}

} // namespace mimamori::collector::api
