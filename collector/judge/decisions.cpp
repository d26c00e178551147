#include "collector/judge/decisions.hpp"

#include "collector/judge/observe.hpp"
#include "collector/storage/device_store.hpp"
#include "collector/storage/in_words.hpp"
#include "collector/storage/judge_store.hpp"
#include "collector/storage/person_store.hpp"
#include "collector/storage/site_store.hpp"
#include "common/base/utf8.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::collector::judge {

namespace {

using findings::FindingRecord;
using findings::ProgramDecision;
using storage::Session;

constexpr std::size_t name_bytes_max = 200;

std::vector<DeviceId> devices_of_lines(Session& session, const std::vector<std::int64_t>& lines)
{
    std::vector<std::int64_t> nos;
    for (const std::int64_t line : lines)
    {
        const auto more = storage::device_nos_with(session, line);
        nos.insert(nos.end(), more.begin(), more.end());
    }
    std::sort(nos.begin(), nos.end());
    nos.erase(std::unique(nos.begin(), nos.end()), nos.end());
    return storage::device_ids(session, nos);
}

std::string what_of(const ProgramDecision& decision)
{
    return fmt::format(
        "{} {} {} for {} {}", boost::describe::enum_to_string(decision.decision, "?"),
        boost::describe::enum_to_string(decision.kind, "?"), for_log(decision.value),
        boost::describe::enum_to_string(decision.scope, "?"), for_log(decision.scope_value));
}

Result<void> check_name(std::string_view field, const std::string& name)
{
    if (name.empty() || name.size() > name_bytes_max)
        return Error{Errc::invalid_input, fmt::format("{}: 1 to {} bytes", field, name_bytes_max)};
    return {};
}

Result<void> check_until(const std::optional<Timestamp>& until, Timestamp now)
{
    if (until && *until <= now)
        return Error{Errc::invalid_input, "until: must lie ahead"};
    return {};
}

/// "EMR-3E-0007 (1GM27JX6…) av_stale, finding F7K…".
std::string finding_in_words(Session& session, const FindingRecord& record)
{
    const auto devices = storage::device_ids(session, std::span{&record.device_no, 1});
    const std::string about =
        devices.empty() ? std::string{} : storage::in_words(session, devices.front()) + ' ';
    return fmt::format("{}{}, finding {}", about, record.rule, record.id);
}

/// What the history of a finding tells beside what was done.
std::string note_of(const std::string& what, const FindingRecord& record, const std::string& who)
{
    const bool is_taken_on = what == "acknowledge";
    if (what != "assign" && !is_taken_on)
        return record.reason;
    // Who takes it on himself is told by the line itself.
    const std::string owner = is_taken_on && record.owner == who ? std::string{} : record.owner;
    if (!record.due)
        return owner;
    return owner + (owner.empty() ? "" : " ") + to_iso_date(*record.due);
}

/// A decision for what is not there would look as if it helped.
Result<void> check_scope(Session& session, const ProgramRequest& request)
{
    switch (request.scope)
    {
    case findings::DecisionScope::device:
        if (auto no = storage::device_no_of(session, DeviceId{request.scope_value}); !no)
            return Error{Errc::invalid_input, "device: no such device"};
        break;
    case findings::DecisionScope::model:
        if (!storage::find_model(session, request.scope_value))
            return Error{Errc::invalid_input, "model: no such device model"};
        break;
    case findings::DecisionScope::site:
        if (!storage::has_site(session, SiteId{request.scope_value}))
            return Error{Errc::invalid_input, "site: no such site"};
        break;
    }
    return {};
}

} // namespace

Result<Touched<FindingRecord>> act_on_finding(
    Session& session,
    const std::string& finding_id,
    const findings::Action& action,
    const std::string& who,
    Timestamp now)
{
    auto record = storage::find_finding(session, finding_id);
    if (!record)
        return Error{Errc::not_found, "no finding " + finding_id};
    auto done = findings::apply(std::move(*record), action, who, now);
    if (!done)
        return std::move(done).error();
    storage::put_finding(session, *done);
    const std::string what = findings::name_of(action);
    storage::add_finding_event(session, done->no, {now, what, who, note_of(what, *done, who)});
    const std::string detail = finding_in_words(session, *done);
    if (auto noted = storage::record_change(session, who, "finding." + what, detail, now); !noted)
        return noted.error();
    const std::int64_t device_no = done->device_no;
    return Touched<FindingRecord>{
        std::move(*done), storage::device_ids(session, std::span{&device_no, 1})};
}

Result<void> comment_on_finding(
    Session& session,
    const std::string& finding_id,
    const std::string& text,
    const std::string& who,
    Timestamp now)
{
    const auto record = storage::find_finding(session, finding_id);
    if (!record)
        return Error{Errc::not_found, "no finding " + finding_id};
    if (text.empty() || text.size() > findings::reason_bytes_max)
        return Error{
            Errc::invalid_input, fmt::format("reason: 1 to {} bytes", findings::reason_bytes_max)};
    storage::add_finding_event(session, record->no, {now, "comment", who, text});
    return storage::record_change(
        session, who, "finding.comment", finding_in_words(session, *record), now);
}

Result<Touched<ProgramDecision>> decide_program(
    Session& session, const ProgramRequest& request, const std::string& who, Timestamp now)
{
    const auto row = storage::find_program(session, request.program_no);
    if (!row)
        return Error{Errc::not_found, fmt::format("no program {}", request.program_no)};
    if (auto checked = check_scope(session, request); !checked)
        return checked.error();
    ProgramDecision decision;
    decision.decision = request.decision;
    decision.kind = request.kind;
    decision.value = findings::decision_value(row->program, request.kind);
    decision.scope = request.scope;
    decision.scope_value = request.scope_value;
    decision.until = request.until;
    decision.reason = request.reason;
    decision.decided_by = who;
    decision.decided_at = now;
    if (auto checked = findings::check_decision(decision, row->program, now); !checked)
        return checked.error();
    storage::add_decision(session, decision);
    const std::string detail = what_of(decision);
    if (auto noted = storage::record_change(session, who, "program.decide", detail, now); !noted)
        return noted.error();
    const auto lines = storage::lines_matching(session, decision.kind, decision.value);
    return Touched<ProgramDecision>{std::move(decision), devices_of_lines(session, lines)};
}

Result<Touched<ProgramDecision>> end_program_decision(
    Session& session, std::int64_t no, const std::string& who, Timestamp now)
{
    auto decision = storage::end_decision(session, no, who, now);
    if (!decision)
        return std::move(decision).error();
    const std::string detail = what_of(*decision);
    if (auto noted = storage::record_change(session, who, "program.undecide", detail, now); !noted)
        return noted.error();
    const auto lines = storage::lines_matching(session, decision->kind, decision->value);
    return Touched<ProgramDecision>{std::move(*decision), devices_of_lines(session, lines)};
}

Result<Touched<storage::ModelRow>> learn_until(
    Session& session,
    const std::string& model,
    Timestamp until,
    const std::string& who,
    Timestamp now)
{
    if (auto done = storage::set_learning_until(session, model, until, who); !done)
        return done.error();
    const std::string detail = fmt::format("{} until {}", for_log(model), to_rfc3339(until));
    if (auto noted = storage::record_change(session, who, "model.learn", detail, now); !noted)
        return noted.error();
    const auto row = storage::find_model(session, model);
    const auto nos = storage::device_nos_of_model(session, row->no);
    return Touched<storage::ModelRow>{*row, storage::device_ids(session, nos)};
}

Result<Touched<storage::RegisteredMedium>> register_usb_medium(
    Session& session, storage::RegisteredMedium medium, const std::string& who, Timestamp now)
{
    if (medium.serial.empty())
        return Error{
            Errc::invalid_input, "serial: a medium without one cannot be told from others"};
    if (auto checked = check_name("label", medium.label); !checked)
        return checked.error();
    if (auto checked = check_until(medium.until, now); !checked)
        return checked.error();
    medium.registered_by = who;
    if (auto done = storage::register_medium(session, medium, now); !done)
        return done.error();
    if (auto noted =
            storage::record_change(session, who, "medium.register", for_log(medium.label), now);
        !noted)
        return noted.error();
    const auto nos = storage::device_nos_with_medium(
        session, medium.vendor_id, medium.product_id, medium.serial);
    return Touched<storage::RegisteredMedium>{std::move(medium), storage::device_ids(session, nos)};
}

Result<Touched<storage::RegisteredMedium>> unregister_usb_medium(
    Session& session, std::int64_t no, const std::string& who, Timestamp now)
{
    auto medium = storage::unregister_medium(session, no, who, now);
    if (!medium)
        return std::move(medium).error();
    if (auto noted =
            storage::record_change(session, who, "medium.unregister", for_log(medium->label), now);
        !noted)
        return noted.error();
    const auto nos = storage::device_nos_with_medium(
        session, medium->vendor_id, medium->product_id, medium->serial);
    return Touched<storage::RegisteredMedium>{
        std::move(*medium), storage::device_ids(session, nos)};
}

Result<Touched<storage::KnownNeighbour>> approve_neighbour(
    Session& session, storage::KnownNeighbour neighbour, const std::string& who, Timestamp now)
{
    neighbour.mac = comparable_mac(neighbour.mac);
    if (neighbour.mac.empty())
        return Error{Errc::invalid_input, "mac: not an address of one machine"};
    if (auto checked = check_name("name", neighbour.name); !checked)
        return checked.error();
    if (auto checked = check_until(neighbour.until, now); !checked)
        return checked.error();
    neighbour.approved_by = who;
    if (auto done = storage::approve_neighbour(session, neighbour, now); !done)
        return done.error();
    const std::string detail = neighbour.mac + ' ' + for_log(neighbour.name);
    if (auto noted = storage::record_change(session, who, "neighbour.approve", detail, now); !noted)
        return noted.error();
    std::vector<DeviceId> devices;
    if (const auto stranger = storage::find_stranger(session, neighbour.mac))
    {
        storage::remove_stranger(session, neighbour.mac);
        devices = storage::device_ids(session, std::span{&stranger->device_no, 1});
    }
    return Touched<storage::KnownNeighbour>{std::move(neighbour), std::move(devices)};
}

Result<Touched<std::size_t>> approve_strangers(
    Session& session,
    const DeviceId& device,
    const std::string& name,
    std::optional<Timestamp> until,
    const std::string& who,
    Timestamp now)
{
    const auto device_no = storage::device_no_of(session, device);
    if (!device_no)
        return device_no.error();
    std::size_t count = 0;
    for (const storage::StrangerRow& stranger : storage::strangers_of(session, *device_no))
    {
        storage::KnownNeighbour neighbour;
        neighbour.mac = stranger.mac;
        neighbour.name = name;
        neighbour.until = until;
        auto approved = approve_neighbour(session, std::move(neighbour), who, now);
        if (!approved)
            return std::move(approved).error();
        ++count;
    }
    return Touched<std::size_t>{count, {device}};
}

Result<Touched<storage::KnownNeighbour>> remove_known_neighbour(
    Session& session, std::int64_t no, const std::string& who, Timestamp now)
{
    auto neighbour = storage::remove_neighbour(session, no, who, now);
    if (!neighbour)
        return std::move(neighbour).error();
    if (auto noted = storage::record_change(session, who, "neighbour.remove", neighbour->mac, now);
        !noted)
        return noted.error();
    storage::forget_neighbours_taken(session);
    return Touched<storage::KnownNeighbour>{std::move(*neighbour), {}};
}

} // namespace mimamori::collector::judge
