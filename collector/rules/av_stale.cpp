#include "collector/rules/av_stale.hpp"

#include "collector/rules/antivirus_facts.hpp"

#include <utility>

namespace mimamori::collector::rules {

namespace {

Finding stale(const wire::AntivirusProduct& product, Severity severity)
{
    Finding finding;
    finding.severity = severity;
    finding.evidence.set("product", product_name(product))
        .set("pattern_built_at", *product.pattern_built_at);
    if (!product.pattern_version.empty())
        finding.evidence.set("pattern_version", product.pattern_version);
    if (product.pattern_applied_at)
        finding.evidence.set("pattern_applied_at", *product.pattern_applied_at);
    if (product.update_tried_at)
    {
        finding.evidence.set("update_tried_at", *product.update_tried_at);
        // It keeps asking and gets nothing, or it stopped asking: another person can help.
        const auto asked_after = *product.update_tried_at - *product.pattern_built_at;
        finding.evidence.set("still_asking", asked_after > std::chrono::days{1} ? "yes" : "no");
    }
    return finding;
}

} // namespace

Judgement judge_av_stale(const Inputs& in)
{
    Judgement result;
    if (auto why = why_antivirus_unknown(in.device.facts); !why.empty())
    {
        result.verdict = Unknown{std::move(why)};
        return result;
    }
    const auto products = protecting(*in.device.facts.antivirus);
    if (products.empty())
    {
        result.verdict = NotApplicable{"no product with patterns"};
        return result;
    }

    const Timestamp at = facts_at(in);
    const wire::AntivirusProduct* newest = nullptr;
    std::string unknown;
    for (const wire::AntivirusProduct* product : products)
    {
        if (auto why = why_pattern_unknown(*product, in.policy, at); !why.empty())
        {
            unknown = std::move(why);
            if (product->pattern_built_at) // Ahead of us: time will tell.
                look_again(
                    result, *product->pattern_built_at - in.policy.pattern_ahead_max, in.now);
        }
        else if (!newest || *product->pattern_built_at > *newest->pattern_built_at)
            newest = product;
    }
    if (!newest)
    {
        result.verdict = Unknown{std::move(unknown)};
        return result;
    }

    const Timestamp warning_from = *newest->pattern_built_at + in.policy.av_stale_warning;
    const Timestamp action_from = *newest->pattern_built_at + in.policy.av_stale_action;
    look_again(result, warning_from, in.now);
    look_again(result, action_from, in.now);
    if (at < warning_from && in.now >= warning_from)
        result.verdict = Unknown{"no report since " + to_rfc3339(at)};
    else if (at < warning_from)
        result.verdict = Good{};
    else if (!unknown.empty())
        result.verdict = Unknown{std::move(unknown)}; // The other product may be current.
    else
        result.verdict =
            bad(stale(*newest, at < action_from ? Severity::warning : Severity::action));
    return result;
}

} // namespace mimamori::collector::rules
