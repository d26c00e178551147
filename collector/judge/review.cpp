#include "collector/judge/review.hpp"

#include "collector/storage/finding_store.hpp"
#include "collector/storage/summary_store.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

namespace mimamori::collector::judge {

namespace {

using storage::Session;

std::int64_t number_in(const rules::Evidence& evidence, std::string_view name)
{
    std::int64_t number = 0;
    if (const std::string* text = evidence.find(name))
        static_cast<void>(std::from_chars(text->data(), text->data() + text->size(), number));
    return number;
}

void add_finding(UnknownProgram& unknown, const storage::ListedFinding& finding)
{
    const rules::Evidence& evidence = finding.record.evidence;
    unknown.severity = std::max(unknown.severity, finding.record.severity);
    unknown.devices =
        std::max(unknown.devices, static_cast<std::uint32_t>(number_in(evidence, "devices")));
    unknown.devices_total = std::max(
        unknown.devices_total, static_cast<std::uint32_t>(number_in(evidence, "devices_total")));
    if (unknown.found_on.size() < places_named_max)
        unknown.found_on.push_back({finding.device, finding.device_name, finding.record.id});
}

/// What one page of lines holds of programs that wait for a decision.
std::optional<LearnedProgram> learned(
    Session& session, ProgramKnowledge& programs, const storage::ProgramRow& row, Timestamp now)
{
    ProgramKnowledge::Device any;
    any.place.sites = programs.sites(session).above(SiteId{"root"});
    LearnedProgram found;
    for (const storage::LineOnModel& on : storage::models_with(session, row.line))
    {
        any.place.model = on.model;
        any.model_no = on.model_no;
        const storage::DeviceProgram as_seen{row.no, on.first_seen_at};
        if (programs.unlearned(session, any, as_seen, now))
            continue;
        found.first_seen_at = found.models.empty()
                                  ? on.first_seen_at
                                  : std::min(found.first_seen_at, on.first_seen_at);
        found.models.push_back(on.model);
        found.devices += on.devices;
    }
    if (found.models.empty())
        return {};
    found.row = row;
    found.some_devices = storage::devices_having(session, row.line, places_named_max);
    return found;
}

/// Active findings of the rules that are closed by approving a program.
std::vector<storage::ListedFinding> findings_about_programs(Session& session)
{
    std::vector<storage::ListedFinding> found;
    for (const char* rule : {"process_lookalike", "remote_tool", "process_unknown"})
    {
        storage::FindingQuery query;
        query.state = "active";
        query.rule = rule;
        query.rows_max = 10'000;
        auto listed = storage::list_findings(session, query);
        if (!listed) // Only a page that begins behind an unknown finding can fail.
            continue;
        for (storage::ListedFinding& finding : *listed)
            found.push_back(std::move(finding));
    }
    return found;
}

} // namespace

std::vector<UnknownProgram> unknown_programs(Session& session)
{
    std::map<std::int64_t, UnknownProgram> by_line;
    for (const storage::ListedFinding& finding : findings_about_programs(session))
    {
        const rules::Evidence& evidence = finding.record.evidence;
        const auto row = storage::find_program(session, number_in(evidence, "program_no"));
        if (!row)
            continue;
        auto [at, added] = by_line.try_emplace(row->line);
        if (added)
        {
            at->second.row = *row;
            at->second.first_seen_at = row->first_seen_at;
            if (const std::string* remark = evidence.find("case"))
                at->second.remark = *remark;
            for (storage::LineOnModel& on : storage::models_with(session, row->line))
                at->second.models.push_back(std::move(on.model));
        }
        add_finding(at->second, finding);
    }
    std::vector<UnknownProgram> found;
    for (auto& [line, unknown] : by_line)
        found.push_back(std::move(unknown));
    const auto worse = [](const UnknownProgram& a, const UnknownProgram& b) {
        return a.severity != b.severity ? a.severity > b.severity : a.devices < b.devices;
    };
    std::stable_sort(found.begin(), found.end(), worse);
    return found;
}

LearnedPage learned_programs(
    Session& session,
    ProgramKnowledge& programs,
    std::int64_t after,
    std::size_t rows_max,
    Timestamp now)
{
    storage::ProgramPlace place;
    if (const auto last = storage::find_program(session, after))
        place = {last->program.path, last->line};
    LearnedPage page;
    for (;;)
    {
        const auto rows = storage::program_lines(session, place, rows_max);
        if (rows.empty())
            return page;
        for (const storage::ProgramRow& row : rows)
        {
            auto found = learned(session, programs, row, now);
            if (found && page.programs.size() == rows_max)
            {
                page.next = page.programs.back().row.no;
                return page;
            }
            place = {row.program.path, row.line};
            if (found)
                page.programs.push_back(std::move(*found));
        }
    }
}

std::vector<DecidedProgram> decided_programs(Session& session)
{
    std::vector<DecidedProgram> found;
    for (findings::ProgramDecision& decision : storage::standing_decisions(session))
    {
        DecidedProgram standing;
        standing.program = storage::first_program_of(session, decision.kind, decision.value);
        standing.devices = storage::devices_matching(session, decision.kind, decision.value);
        standing.scope_name = decision.scope_value;
        if (decision.scope == findings::DecisionScope::device)
        {
            const auto device = storage::find_summary(session, DeviceId{decision.scope_value});
            if (device)
                standing.scope_name = device->name;
        }
        standing.decision = std::move(decision);
        found.push_back(std::move(standing));
    }
    std::reverse(found.begin(), found.end());
    return found;
}

} // namespace mimamori::collector::judge
