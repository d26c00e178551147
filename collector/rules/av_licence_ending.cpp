#include "collector/rules/av_licence_ending.hpp"

#include "collector/rules/antivirus_facts.hpp"
#include "collector/rules/os_facts.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_av_licence_ending(const Inputs& in)
{
    if (auto why = why_antivirus_unknown(in.device.facts); !why.empty())
        return {Unknown{std::move(why)}, {}};

    const wire::AntivirusProduct* first = nullptr;
    for (const wire::AntivirusProduct* product : protecting(*in.device.facts.antivirus))
    {
        // The product that protects longest counts: another may be a leftover.
        if (product->licence_until && (!first || *product->licence_until > *first->licence_until))
            first = product;
    }
    if (!first)
        return {NotApplicable{"no product tells the end of its licence"}, {}};

    const Date today = day_of(in.now);
    const auto left = *first->licence_until - today;
    Judgement result{Good{}, Timestamp{today + std::chrono::days{1}}};
    if (left > in.policy.av_licence_warning)
        return result;
    Finding finding;
    finding.severity = left > in.policy.av_licence_action ? Severity::warning : Severity::action;
    finding.evidence.set("product", product_name(*first)).set("last_day", *first->licence_until);
    if (left < std::chrono::days{0})
        finding.evidence.set("case", "ended");
    result.verdict = bad(std::move(finding));
    return result;
}

} // namespace mimamori::collector::rules
