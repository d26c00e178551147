#include "collector/rules/antivirus_facts.hpp"

#include <fmt/format.h>

namespace mimamori::collector::rules {

std::string why_antivirus_unknown(const wire::Facts& facts)
{
    if (!facts.antivirus)
        return "antivirus was not collected";
    for (const wire::UnknownFact& fact : facts.antivirus->from.unknown)
    {
        // Without any product, whatever could not be read may have hidden one.
        if (fact.fact.empty() || facts.antivirus->products.empty())
            return fact.why.empty() ? "antivirus could not be read" : fact.why;
    }
    return {};
}

std::vector<const wire::AntivirusProduct*> protecting(const wire::AntivirusSection& section)
{
    for (const auto wanted : {wire::Switch::on, wire::Switch::unknown, wire::Switch::off})
    {
        std::vector<const wire::AntivirusProduct*> found;
        for (const wire::AntivirusProduct& product : section.products)
        {
            if (product.has_pattern && product.realtime == wanted)
                found.push_back(&product);
        }
        if (!found.empty())
            return found;
    }
    return {};
}

std::string why_pattern_unknown(
    const wire::AntivirusProduct& product, const Policy& policy, Timestamp at)
{
    if (product.pattern_built_at)
    {
        if (*product.pattern_built_at - at > policy.pattern_ahead_max)
            return fmt::format(
                "{}: pattern date {} is in the future", product_name(product),
                to_rfc3339(*product.pattern_built_at));
        return {};
    }
    for (const wire::UnknownFact& fact : product.unknown)
    {
        if (fact.fact == "pattern_built_at" || fact.fact.empty())
            return fmt::format("{}: {}", product_name(product), fact.why);
    }
    return fmt::format("{}: no source tells the pattern date", product_name(product));
}

const std::string& product_name(const wire::AntivirusProduct& product)
{
    return product.name.empty() ? product.id : product.name;
}

} // namespace mimamori::collector::rules
