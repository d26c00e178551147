#include "collector/rules/av_off.hpp"

#include "collector/rules/antivirus_facts.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_av_off(const Inputs& in)
{
    if (auto why = why_antivirus_unknown(in.device.facts); !why.empty())
        return {Unknown{std::move(why)}, {}};

    const auto& products = in.device.facts.antivirus->products;
    if (products.empty())
        return {NotApplicable{"no antivirus product"}, {}};

    std::string off;
    std::string unknown;
    for (const wire::AntivirusProduct& product : products)
    {
        if (product.realtime == wire::Switch::on)
            return {Good{}, {}};
        std::string& names = product.realtime == wire::Switch::off ? off : unknown;
        names += (names.empty() ? "" : ", ") + product_name(product);
    }
    if (!unknown.empty())
        return {Unknown{unknown + ": no source tells whether it is on"}, {}};

    const auto& os = in.device.facts.os;
    Finding finding;
    finding.severity = os && os->family == "linux" ? Severity::warning : Severity::action;
    finding.evidence.set("product", off);
    return {bad(std::move(finding)), {}};
}

} // namespace mimamori::collector::rules
