#include "collector/judge/evaluator.hpp"

#include "collector/judge/device_state.hpp"
#include "collector/judge/finding_changes.hpp"
#include "collector/judge/out_of_use.hpp"
#include "collector/judge/verdict_list.hpp"
#include "collector/rules/os_facts.hpp"
#include "collector/storage/baseline_store.hpp"
#include "collector/storage/finding_store.hpp"
#include "collector/storage/incident_store.hpp"
#include "collector/storage/presence_store.hpp"
#include "collector/storage/register_store.hpp"
#include "collector/storage/section_store.hpp"
#include "collector/storage/sought.hpp"
#include "common/wire/json_reader.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::judge {

namespace {

using findings::Change;
using findings::ChangeKind;
using findings::FindingRecord;
using findings::Resolving;
using findings::RuleOutcome;
using storage::JudgedDevice;
using storage::JudgedRow;
using storage::Session;

constexpr std::size_t events_at_once = 500;

/// Sections that rules read themselves, each time; `SiteView` holds what they need of the others.
constexpr std::string_view sections_of_rules[] = {
    "os",        "patches",  "antivirus", "usb",      "interfaces",
    "listeners", "accounts", "security",  "hardware", "self"};

std::size_t index_of(std::string_view section)
{
    return *wire::section_index(section); // Only called with names that exist.
}

Resolving resolving_of(const JudgedDevice& device)
{
    return device.cloned_since ? Resolving::held : Resolving::allowed;
}

bool same_state(const storage::JudgedState& a, const storage::JudgedState& b)
{
    return a.state == b.state && a.open_action == b.open_action && a.open_warning == b.open_warning
           && a.open_info == b.open_info && a.unknown_rules == b.unknown_rules;
}

void earliest(std::optional<Timestamp>& at, const std::optional<Timestamp>& other)
{
    if (other && (!at || *other < *at))
        at = other;
}

/// Why the section as a whole is not known.
template <class Section>
std::string unread(const std::optional<Section>& section, std::string_view name)
{
    return rules::why_section_unknown(section, name);
}

/// What log_gap is told of an incident.
rules::Incident as_fact(const storage::Incident& incident)
{
    return {
        std::string{storage::to_text(incident.kind)}, incident.last_at, incident.events,
        incident.detail};
}

} // namespace

std::string model_name(std::string_view vendor, std::string_view model)
{
    std::string name{vendor};
    if (!vendor.empty() && !model.empty())
        name += ' ';
    return name.append(model);
}

Evaluator::Evaluator(
    EvaluatorOptions options,
    const storage::Liveness& liveness,
    rules::Knowledge knowledge,
    const knowledge::RemoteTools& remote_tools)
    : options_{std::move(options)}
    , liveness_{liveness}
    , knowledge_{knowledge}
    , programs_{options_.policy, remote_tools}
    , baselines_{liveness}
    , items_{options_.policy}
    , policies_{options_.policy}
{}

void Evaluator::forget()
{
    programs_.forget();
    items_.forget();
    policies_.forget();
    site_size_at_.reset();
}

void Evaluator::forget_policies()
{
    policies_.forget();
}

void Evaluator::suppose(std::vector<storage::PolicyRow> rows)
{
    policies_.suppose(std::move(rows));
}

Result<News> Evaluator::read_news(Session& session, const JudgedDevice& device)
{
    News news;
    const auto row = storage::find_judged(session, device.no);
    news.row = row.value_or(JudgedRow{});
    news.row.device_no = device.no;
    news.identity =
        !row || row->macs != device.macs || row->addresses != device.addresses
        || programs_.model(session, row->model_no).name != model_name(device.vendor, device.model);

    const auto bodies = storage::current_bodies(session, device.no);
    const std::pair<std::string_view, std::int64_t*> taken[] = {
        {"processes", &news.row.programs_body_no},
        {"usb", &news.row.usb_body_no},
        {"neighbours", &news.row.neighbours_body_no},
    };
    for (const auto& [section, body_no] : taken)
    {
        const std::int64_t now_there = bodies[index_of(section)];
        if (now_there == *body_no || now_there == 0)
            continue;
        if (auto done = storage::read_body(session, now_there, index_of(section), news.facts);
            !done)
            return Error{done.error()}.in(section);
        *body_no = now_there;
    }
    if (news.facts.processes || !row)
        news.row.programs_unread = unread(news.facts.processes, "processes");
    if (news.facts.neighbours || !row)
        news.row.neighbours_unread = unread(news.facts.neighbours, "neighbours");

    if (auto done = items_.read_news(session, bodies, news); !done)
        return done.error();

    std::int64_t& looked_at = events_looked_at_[device.no];
    const std::int64_t after = std::max(news.row.event_no, looked_at);
    news.events = storage::events_to_judge(session, device.no, after, events_at_once);
    if (news.events.empty())
        looked_at = storage::newest_event_no(session, device.no);
    else
        news.row.event_no = news.events.back().no;
    news.waiting = news.events.size() == events_at_once;
    return news;
}

Result<Looked> Evaluator::look(Session& session, const DeviceId& id, Timestamp now)
{
    auto device = storage::judged_device(session, id);
    if (!device)
        return std::move(device).error();
    Looked looked;
    looked.device = std::move(*device);
    auto news = read_news(session, looked.device);
    if (!news)
        return Error{news.error()}.in("judge device " + id.text());
    looked.news = std::move(*news);
    if (looked.news.any())
    {
        looked.to_store = true;
        return looked;
    }

    auto active = storage::active_findings(session, looked.device.no);
    auto judged = run_rules(session, looked.device, looked.news.row, active, now);
    if (!judged)
        return Error{judged.error()}.in("judge device " + id.text());
    looked.outcomes = std::move(judged->outcomes);
    looked.look_again_at = judged->look_again_at;
    looked.learned = std::move(judged->learned);
    looked.measured = judged->measured;
    const std::string verdicts = to_json(verdict_lines(looked.outcomes));
    auto changes = changes_of(
        session, looked.device.no, std::move(active), looked.outcomes, resolving_of(looked.device),
        now, looked.measured);
    looked.to_store = verdicts != looked.news.row.verdicts || looked.learned.any()
                      || judged->updates != looked.news.row.updates
                      || judged->items_unusual != looked.news.row.items_unusual;
    looked.news.row.updates = std::move(judged->updates);
    looked.news.row.items_unusual = judged->items_unusual;
    for (Change& change : changes)
    {
        looked.to_store =
            findings::alert_of(change, options_.alerts) || change.store || looked.to_store;
        if (change.kind == ChangeKind::opened || change.kind == ChangeKind::reopened)
            looked.opened.push_back(change.record.rule);
        else if (change.kind == ChangeKind::resolved)
            looked.ended.push_back(change.record.rule);
    }
    const auto records = records_of(changes);
    looked.state = state_of(records, looked.outcomes);
    looked.to_store = looked.to_store || !same_state(looked.state, looked.device.state);
    earliest(looked.look_again_at, findings::next_waking(records, now));
    return looked;
}

std::vector<std::int64_t> Evaluator::take_in(
    Session& session, const JudgedDevice& device, News& news, Timestamp now)
{
    std::vector<std::int64_t> others;
    if (news.identity)
    {
        const auto model =
            storage::put_model(session, model_name(device.vendor, device.model), device.created_at);
        news.row.model_no = model.no;
        if (news.row.macs != device.macs)
            others = take_macs(session, device.no, device.macs);
        news.row.macs = device.macs;
        if (news.row.addresses != device.addresses)
        {
            const auto holders =
                storage::put_device_addresses(session, device.no, split_words(device.addresses));
            others.insert(others.end(), holders.begin(), holders.end());
        }
        news.row.addresses = device.addresses;
        news.row.items_unusual = true;
        // The rows below count devices of the model through this one.
        storage::put_judged(session, news.row);
        programs_.model_changed(model.no);
        items_.model_changed();
    }
    const auto as_programs = program_device(session, device, news.row);
    take_programs(session, as_programs, news, programs_, now);
    take_media(session, news, now);
    take_neighbours(session, news, device.macs, now);
    const auto alike = items_.take(session, programs_.model(session, news.row.model_no), news, now);
    others.insert(others.end(), alike.begin(), alike.end());
    return others;
}

Result<Stored> Evaluator::store(Session& session, Looked looked, Timestamp now)
{
    Stored stored;
    const JudgedDevice& device = looked.device;
    auto active = storage::active_findings(session, device.no);
    if (looked.news.any())
    {
        const auto others = take_in(session, device, looked.news, now);
        stored.others = storage::device_ids(session, others);
        stored.more_news = looked.news.waiting;
        auto judged = run_rules(session, device, looked.news.row, active, now);
        if (!judged)
            return Error{judged.error()}.in("judge device " + device.id.text());
        looked.outcomes = std::move(judged->outcomes);
        looked.look_again_at = judged->look_again_at;
        looked.learned = std::move(judged->learned);
        looked.measured = judged->measured;
        looked.news.row.updates = std::move(judged->updates);
        looked.news.row.items_unusual = judged->items_unusual;
    }
    learn_sightings(session, device.no, looked.learned);
    items_.learn(
        session, programs_.model(session, looked.news.row.model_no), looked.learned.profile);

    auto changes = changes_of(
        session, device.no, std::move(active), looked.outcomes, resolving_of(device), now,
        looked.measured);
    const StoredChanges told = store_changes(session, device.no, changes, options_.alerts, now);
    stored.changes = told.changes;
    stored.alerts = told.alerts;

    looked.news.row.verdicts = to_json(verdict_lines(looked.outcomes));
    storage::put_judged(session, looked.news.row);
    const auto records = records_of(changes);
    const auto state = state_of(records, looked.outcomes);
    if (auto done = storage::set_judged_state(session, device.id, state, now); !done)
        return done.error();
    stored.look_again_at = looked.look_again_at;
    earliest(stored.look_again_at, findings::next_waking(records, now));
    return stored;
}

Result<Evaluator::Judged> Evaluator::run_rules(
    Session& session,
    const JudgedDevice& device,
    const JudgedRow& row,
    const std::vector<FindingRecord>& active,
    Timestamp now)
{
    auto facts = device_facts(session, device, now);
    if (!facts)
        return std::move(facts).error();
    rules::SiteView site = site_view(session, device, row, active, now);
    Judged judged;
    site.collector_version = options_.version;
    judged.learned = baselines_.add(session, device, facts->facts, site, now);
    const storage::ModelRow& model = programs_.model(session, row.model_no);
    ModelItems::Compared items = items_.compare(session, model, row, now);
    judged.learned.profile = std::move(items.learned);
    judged.items_unusual = items.any_unusual;
    site.learning_until = items_.learning_until(session, model);
    site.unusual = std::move(items.unusual);
    if (auto done = read_details(session, device.no, site.unusual, facts->facts); !done)
        return done.error();
    const PolicyPlace place{
        programs_.sites(session).above(device.site), split_words(device.addresses),
        model_name(device.vendor, device.model), device.id};
    const rules::Policy& policy = policies_.of(session, place);
    const rules::Inputs inputs{*facts, policy, knowledge_, site, now};
    judged.measured = findings::measure(facts->facts, site);
    judged.updates = rules::update_state(inputs);
    for (const rules::Rule& rule : rules::all_rules())
    {
        rules::Judgement judgement = judgement_of(rule, inputs, device.stage);
        judged.outcomes.push_back({std::string{rule.id}, std::move(judgement.verdict)});
        earliest(judged.look_again_at, judgement.look_again_at);
    }
    return judged;
}

Result<rules::DeviceFacts> Evaluator::device_facts(
    Session& session, const JudgedDevice& device, Timestamp now)
{
    rules::DeviceFacts facts;
    facts.id = device.id;
    facts.name = device.name;
    facts.site = device.site;
    facts.model = model_name(device.vendor, device.model);
    const auto bodies = storage::current_bodies(session, device.no);
    for (const std::string_view section : sections_of_rules)
    {
        const std::size_t index = index_of(section);
        if (bodies[index] == 0)
            continue;
        if (auto done = storage::read_body(session, bodies[index], index, facts.facts); !done)
            return Error{done.error()}.in(section);
    }

    rules::SenderFacts& sender = facts.sender;
    sender.enrolled_at = device.created_at;
    sender.last_seen_at = device.last_seen_at.value_or(device.created_at);
    sender.listening_since = liveness_.listening_since();
    sender.heartbeat = options_.heartbeat;
    sender.may_report = device.may_report;
    sender.said_goodbye = device.stopped_reason.has_value();
    sender.goodbye_reason = device.stopped_reason.value_or("");
    sender.agent_version = device.agent_version;
    if (device.clock_offset_ms)
        sender.clock_offset = std::chrono::milliseconds{*device.clock_offset_ms};
    // Written by us; a damaged one is not told.
    if (auto footprint = wire::from_json<wire::Footprint>(device.footprint))
        facts.footprint = std::move(*footprint);
    // What is in memory is newer than what was written, in batches, to the database.
    const auto live = liveness_.of(device.id);
    if (live && live->last_seen_at >= sender.last_seen_at)
    {
        sender.last_seen_at = live->last_seen_at;
        sender.said_goodbye = live->stopped_reason.has_value();
        sender.goodbye_reason = live->stopped_reason.value_or("");
        sender.agent_version = live->version;
        if (live->clock_offset)
            sender.clock_offset = live->clock_offset;
    }
    if (!sender.said_goodbye && now - sender.last_seen_at >= storage::Sought::after_report)
    {
        if (auto sighting = storage::find_sighting(session, device.no))
        {
            sender.sighted_at = sighting->seen_at;
            sender.sighted_by = std::move(sighting->by_name);
        }
        sender.usual_hours = storage::usual_hours_of(session, device.no);
        sender.utc_offset = options_.utc_offset;
    }
    sender.conflict_since = device.cloned_since;
    sender.conflict_text = device.cloned_detail;
    const auto incidents =
        storage::incidents_of(session, device.id, now - rules::incidents_kept_most);
    if (!incidents)
        return incidents.error();
    for (auto incident = incidents->rbegin(); incident != incidents->rend(); ++incident)
    {
        if (incident->kind != storage::IncidentKind::device_cloned)
            sender.incidents.push_back(as_fact(*incident));
    }
    return facts;
}

ProgramKnowledge::Device Evaluator::program_device(
    Session& session, const JudgedDevice& device, const JudgedRow& row)
{
    ProgramKnowledge::Device result;
    result.place.device = device.id;
    result.place.model = model_name(device.vendor, device.model);
    result.place.sites = programs_.sites(session).above(device.site);
    result.model_no = row.model_no;
    result.created_at = device.created_at;
    return result;
}

const storage::SiteSize& Evaluator::site_size(Session& session, Timestamp now)
{
    // Counting all devices for each of them would be the most costly part of judging them.
    constexpr std::chrono::seconds kept_for{10};
    if (!site_size_at_ || now - *site_size_at_ >= kept_for || now < *site_size_at_)
    {
        site_size_ = storage::site_size(session);
        site_size_at_ = now;
    }
    return site_size_;
}

rules::SiteView Evaluator::site_view(
    Session& session,
    const JudgedDevice& device,
    const JudgedRow& row,
    const std::vector<FindingRecord>& active,
    Timestamp now)
{
    rules::SiteView view;
    const auto& size = site_size(session, now);
    view.devices = size.devices;
    view.first_device_at = size.first_device_at;
    view.programs_unread = row.programs_unread;
    view.programs_not_kept = row.programs_not_kept;
    view.neighbours_unread = row.neighbours_unread;
    view.services_unread = row.services_unread;
    view.peers_unread = row.peers_unread;
    view.strangers_not_kept = row.strangers_not_kept;

    const auto as_programs = program_device(session, device, row);
    for (const storage::DeviceProgram& program : storage::programs_of(session, device.no))
    {
        if (auto seen = programs_.unlearned(session, as_programs, program, now))
            view.programs.push_back(std::move(*seen));
    }
    for (storage::DeviceMedium& medium : storage::media_of(session, device.no))
    {
        rules::SeenMedium seen{std::move(medium.device), false, medium.last_attached_at, {}};
        const std::string serial = seen.device.serial_made_up ? "" : seen.device.serial;
        // Without a serial a medium cannot be told from others of its make, so none is registered.
        const auto registered =
            serial.empty() ? std::nullopt
                           : storage::find_registered(
                               session, seen.device.vendor_id, seen.device.product_id, serial, now);
        seen.registered = registered.has_value();
        if (registered)
            seen.registered_until = registered->until;
        view.media.push_back(std::move(seen));
    }
    for (storage::StrangerRow& stranger : storage::strangers_of(session, device.no))
        view.strangers.push_back(
            {std::move(stranger.mac), std::move(stranger.address), stranger.first_seen_at});
    for (const FindingRecord& record : active)
    {
        if (record.rule == "patch_behind")
            view.patch_behind_since = record.opened_at;
        else if (record.rule == "reboot_pending")
            view.reboot_pending_since = record.opened_at;
        else if (record.rule == "disk_full")
            view.disk_full_since = record.opened_at;
    }
    return view;
}

} // namespace mimamori::collector::judge
