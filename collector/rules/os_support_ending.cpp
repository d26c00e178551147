#include "collector/rules/os_support_ending.hpp"

#include "collector/rules/os_facts.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_os_support_ending(const Inputs& in)
{
    const auto& os = in.device.facts.os;
    if (auto why = why_section_unknown(os, "os"); !why.empty())
        return {Unknown{std::move(why)}, {}};

    const Date today = day_of(in.now);
    const auto support = in.knowledge.lifecycle.verdict(*os, today);
    Judgement result{Good{}, Timestamp{today + std::chrono::days{1}}};
    if (support.state == knowledge::Support::unknown)
    {
        result.verdict = Unknown{support.why};
        return result;
    }
    if (support.state == knowledge::Support::unsupported)
    {
        result.verdict = NotApplicable{"support has ended"};
        return result;
    }
    if (!support.last_day) // Supported, and no end is announced.
        return result;
    const auto left = *support.last_day - today;
    const bool is_update = support.next_is_free;
    const Policy& policy = in.policy;
    if (left > (is_update ? policy.feature_update_info : policy.support_ending_info))
        return result;

    Finding finding;
    const auto warning = is_update ? policy.feature_update_warning : policy.support_ending_warning;
    finding.severity = left > warning ? Severity::info : Severity::warning;
    finding.evidence = support_evidence(support);
    if (is_update)
        finding.evidence.set("case", "feature_update");
    finding.data_date = support.data_date;
    result.verdict = bad(std::move(finding));
    return result;
}

} // namespace mimamori::collector::rules
