#include "collector/judge/decisions.hpp"

#include "collector/judge/observe.hpp"
#include "collector/storage/device_store.hpp"
#include "collector/storage/judge_store.hpp"
#include "collector/storage/person_store.hpp"
#include "common/base/utf8.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
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

std::int64_t number_in(const rules::Evidence& evidence, std::string_view name)
{
    std::int64_t number = 0;
    if (const std::string* text = evidence.find(name))
        static_cast<void>(std::from_chars(text->data(), text->data() + text->size(), number));
    return number;
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
    storage::add_finding_event(session, done->no, {now, what, who, done->reason});
    const std::string detail = fmt::format("{} {}", finding_id, done->rule);
    if (auto noted = storage::record_change(session, who, "finding." + what, detail, now); !noted)
        return noted.error();
    const std::int64_t device_no = done->device_no;
    return Touched<FindingRecord>{
        std::move(*done), storage::device_ids(session, std::span{&device_no, 1})};
}

Result<Touched<ProgramDecision>> decide_program(
    Session& session, const ProgramRequest& request, const std::string& who, Timestamp now)
{
    const auto row = storage::find_program(session, request.program_no);
    if (!row)
        return Error{Errc::not_found, fmt::format("no program {}", request.program_no)};
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

std::vector<UnknownProgram> unknown_programs(Session& session)
{
    storage::FindingQuery query;
    query.state = "active";
    query.rule = "process_unknown";
    query.rows_max = 10'000;
    const auto listed = storage::list_findings(session, query);
    std::map<std::int64_t, UnknownProgram> by_line;
    if (!listed) // Only a page that begins behind an unknown finding can fail.
        return {};
    for (const storage::ListedFinding& finding : *listed)
    {
        const rules::Evidence& evidence = finding.record.evidence;
        const auto row = storage::find_program(session, number_in(evidence, "program_no"));
        if (!row)
            continue;
        auto [at, added] = by_line.try_emplace(row->line);
        UnknownProgram& unknown = at->second;
        if (added)
        {
            unknown.row = *row;
            unknown.first_seen_at = row->first_seen_at;
            if (const std::string* remark = evidence.find("case"))
                unknown.remark = *remark;
        }
        unknown.severity = std::max(unknown.severity, finding.record.severity);
        unknown.devices =
            std::max(unknown.devices, static_cast<std::uint32_t>(number_in(evidence, "devices")));
        unknown.devices_total = std::max(
            unknown.devices_total,
            static_cast<std::uint32_t>(number_in(evidence, "devices_total")));
        unknown.finding_ids.push_back(finding.record.id);
        unknown.device_names.push_back(finding.device_name);
    }
    std::vector<UnknownProgram> found;
    for (auto& [line, unknown] : by_line)
        found.push_back(std::move(unknown));
    std::stable_sort(
        found.begin(), found.end(), [](const UnknownProgram& a, const UnknownProgram& b) {
            return a.severity != b.severity ? a.severity > b.severity : a.devices < b.devices;
        });
    return found;
}

std::vector<storage::LearnedProgram> programs_to_review(
    Session& session,
    ProgramKnowledge& programs,
    const storage::ModelRow& model,
    std::string_view after_path,
    std::size_t rows_max,
    Timestamp now)
{
    ProgramKnowledge::Device any;
    any.place.model = model.name;
    any.place.sites = programs.sites_above(session, SiteId{"root"});
    any.model_no = model.no;
    std::vector<storage::LearnedProgram> found;
    std::string after{after_path};
    while (found.size() < rows_max)
    {
        auto page = storage::programs_of_model(
            session, model, programs.learning_end_of(model), after, rows_max);
        if (page.empty())
            break;
        for (storage::LearnedProgram& learned : page)
        {
            after = learned.row.program.path;
            const storage::DeviceProgram as_seen{learned.row.no, learned.first_seen_at};
            if (found.size() < rows_max && !programs.unlearned(session, any, as_seen, now))
                found.push_back(std::move(learned));
        }
    }
    return found;
}

} // namespace mimamori::collector::judge
