#include "collector/rules/os_unsupported.hpp"

#include "collector/rules/os_facts.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_os_unsupported(const Inputs& in)
{
    const auto& os = in.device.facts.os;
    if (auto why = why_section_unknown(os, "os"); !why.empty())
        return {Unknown{std::move(why)}, {}};

    const Date today = day_of(in.now);
    const auto support = in.knowledge.lifecycle.verdict(*os, today);
    Judgement result{Good{}, Timestamp{today + std::chrono::days{1}}};

    Finding finding;
    finding.evidence = support_evidence(support);
    finding.data_date = support.data_date;
    switch (support.state)
    {
    case knowledge::Support::supported:
        return result;
    case knowledge::Support::unknown:
        result.verdict = Unknown{support.why};
        return result;
    case knowledge::Support::extended_only:
        // Debian LTS comes without asking. A paid programme must be shown to be there.
        if (support.programme_is_free)
            return result;
        finding.severity = Severity::warning;
        finding.evidence.set("case", "programme");
        break;
    case knowledge::Support::unsupported:
        finding.severity = Severity::action;
        break;
    }
    result.verdict = bad(std::move(finding));
    return result;
}

} // namespace mimamori::collector::rules
