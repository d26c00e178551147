#include "collector/rules/av_licence_ending.hpp"

#include "collector/rules/antivirus_facts.hpp"
#include "collector/rules/os_facts.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::rules {

Judgement judge_av_licence_ending(const Inputs& in)
{
    if (auto why = why_antivirus_unknown(in.device.facts); !why.empty())
        return {Unknown{std::move(why)}, {}};

    const auto& products = in.device.facts.antivirus->products;
    const bool any_on = std::any_of(products.begin(), products.end(), [](const auto& product) {
        return product.realtime == wire::Switch::on;
    });
    const wire::AntivirusProduct* first = nullptr;
    for (const wire::AntivirusProduct& product : products)
    {
        // A product that is off beside one that is on is a leftover. Of several the one that
        // protects longest counts.
        if (!product.licence_until || (any_on && product.realtime != wire::Switch::on))
            continue;
        if (!first || *product.licence_until > *first->licence_until)
            first = &product;
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
