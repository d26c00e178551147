#include "collector/judge/verdict_list.hpp"

#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

namespace mimamori::collector::judge {

std::vector<VerdictLine> verdict_lines(const std::vector<findings::RuleOutcome>& outcomes)
{
    std::vector<VerdictLine> lines;
    for (const findings::RuleOutcome& outcome : outcomes)
    {
        VerdictLine line{outcome.rule, "good", {}};
        if (const auto* good = std::get_if<rules::Good>(&outcome.verdict))
            line.reason = good->note;
        if (std::holds_alternative<rules::Bad>(outcome.verdict))
            line.verdict = "bad";
        if (const auto* not_applicable = std::get_if<rules::NotApplicable>(&outcome.verdict))
        {
            line.verdict = "not_applicable";
            line.reason = not_applicable->reason;
        }
        if (const auto* unknown = std::get_if<rules::Unknown>(&outcome.verdict))
        {
            line.verdict = "unknown";
            line.reason = unknown->reason;
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

std::string to_json(const std::vector<VerdictLine>& lines)
{
    return wire::to_json(lines);
}

Result<std::vector<VerdictLine>> verdict_lines_from_json(std::string_view text)
{
    return wire::from_json<std::vector<VerdictLine>>(text);
}

} // namespace mimamori::collector::judge
