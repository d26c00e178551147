#include "collector/rules/av_unknown.hpp"

#include "collector/rules/antivirus_facts.hpp"

#include <fmt/format.h>

#include <utility>

namespace mimamori::collector::rules {

namespace {

/// What must be known of the products and is not; empty when nothing is missing.
std::string why_products_unknown(const Inputs& in, Judgement& result)
{
    const auto& section = *in.device.facts.antivirus;
    const Timestamp at = facts_at(in);
    std::string why;
    bool dated = false;
    for (const wire::AntivirusProduct* product : protecting(section))
    {
        std::string reason = why_pattern_unknown(*product, in.policy, at);
        if (!reason.empty() && product->pattern_built_at)
            look_again(result, *product->pattern_built_at - in.policy.pattern_ahead_max, in.now);
        // A current product makes the date of the others unimportant, as in av_stale.
        if (reason.empty() && at - *product->pattern_built_at < in.policy.av_stale_warning)
        {
            dated = true;
            look_again(result, *product->pattern_built_at + in.policy.av_stale_warning, in.now);
        }
        if (why.empty())
            why = std::move(reason);
    }
    if (!why.empty() && !dated)
        return why;

    bool on = false;
    for (const wire::AntivirusProduct& product : section.products)
        on = on || product.realtime == wire::Switch::on;
    for (const wire::AntivirusProduct& product : section.products)
    {
        if (!on && product.realtime == wire::Switch::unknown)
            return fmt::format("{}: no source tells whether it is on", product_name(product));
    }
    return {};
}

} // namespace

Judgement judge_av_unknown(const Inputs& in)
{
    Judgement result{Good{}, {}};
    std::string why = why_antivirus_unknown(in.device.facts);
    if (why.empty())
        why = why_products_unknown(in, result);
    if (why.empty())
        return result;

    const Timestamp expected_from = in.device.sender.enrolled_at + in.policy.first_report_grace;
    if (!in.device.facts.antivirus && in.now < expected_from)
    {
        look_again(result, expected_from, in.now);
        result.verdict = Unknown{"the device has just enrolled"};
        return result;
    }
    Finding finding;
    finding.severity = Severity::warning;
    finding.evidence.set("reason", why);
    result.verdict = bad(std::move(finding));
    return result;
}

} // namespace mimamori::collector::rules
