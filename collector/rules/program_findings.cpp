#include "collector/rules/program_findings.hpp"

#include "collector/rules/program_kind.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::rules {

namespace {

void set_if_told(Evidence& evidence, std::string_view name, const std::string& value)
{
    if (!value.empty())
        evidence.set(name, value);
}

Finding unknown_program(const SeenProgram& seen, const SiteView& site)
{
    const wire::Program& program = seen.program;
    Finding finding;
    finding.subject = program.path;
    finding.happened_at = seen.first_seen_at;
    Evidence& evidence = finding.evidence;
    evidence.set("program", file_name(program.path))
        .set("program_no", seen.no)
        .set("path", program.path)
        .set("first_seen_at", seen.first_seen_at)
        .set("first_seen_anywhere_at", seen.first_seen_anywhere_at)
        .set("devices", std::int64_t{seen.devices})
        .set("devices_total", std::int64_t{std::max(site.devices, seen.devices)});
    set_if_told(evidence, "sha256", program.sha256);
    set_if_told(evidence, "signer", program.signer);
    set_if_told(evidence, "product", program.product);
    set_if_told(evidence, "company", program.company);
    set_if_told(evidence, "version", program.version);
    set_if_told(evidence, "parent", program.parent);
    set_if_told(evidence, "tool", seen.tool);
    set_if_told(evidence, "case", seen.remark);
    return finding;
}

} // namespace

Judgement judge_programs(const Inputs& in, const ProgramRule& rule)
{
    Judgement result{Good{}, {}};
    std::vector<const SeenProgram*> unknown;
    for (const SeenProgram& seen : in.site.programs)
    {
        if (!rule.is_about(seen))
            continue;
        if (seen.standing_until)
            look_again(result, *seen.standing_until, in.now);
        if (seen.standing == Standing::unknown)
            unknown.push_back(&seen);
    }
    const std::uint64_t not_kept = rule.counts_not_kept ? in.site.programs_not_kept : 0;
    if (unknown.empty() && not_kept == 0)
    {
        if (!in.site.programs_unread.empty())
            result.verdict = Unknown{in.site.programs_unread};
        return result;
    }

    // The newest get a finding of their own. Equal times: by path, so the choice is stable.
    std::sort(unknown.begin(), unknown.end(), [](const SeenProgram* a, const SeenProgram* b) {
        if (a->first_seen_at != b->first_seen_at)
            return a->first_seen_at > b->first_seen_at;
        return a->program.path < b->program.path;
    });
    Bad verdict;
    const std::size_t named = std::min(unknown.size(), in.policy.programs_named);
    for (std::size_t i = 0; i < named; ++i)
    {
        verdict.findings.push_back(unknown_program(*unknown[i], in.site));
        verdict.findings.back().severity = rule.severity(*unknown[i]);
    }
    const std::uint64_t rest = unknown.size() - named + not_kept;
    if (rest > 0)
    {
        Finding finding;
        finding.subject = "*";
        finding.severity = Severity::warning;
        finding.evidence.set("case", "many").set("count", static_cast<std::int64_t>(rest));
        if (named < unknown.size())
        {
            finding.happened_at = unknown[named]->first_seen_at;
            for (std::size_t i = named; i < unknown.size(); ++i)
                finding.severity = std::max(finding.severity, rule.severity(*unknown[i]));
        }
        verdict.findings.push_back(std::move(finding));
    }
    result.verdict = std::move(verdict);
    return result;
}

} // namespace mimamori::collector::rules
