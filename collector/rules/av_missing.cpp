#include "collector/rules/av_missing.hpp"

#include "collector/rules/antivirus_facts.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_av_missing(const Inputs& in)
{
    const auto& antivirus = in.device.facts.antivirus;
    if (antivirus && !antivirus->products.empty())
        return {Good{}, {}};
    if (auto why = why_antivirus_unknown(in.device.facts); !why.empty())
        return {Unknown{std::move(why)}, {}};

    Finding finding;
    finding.severity = Severity::action;
    finding.evidence.set(
        "definitions_version", static_cast<std::int64_t>(antivirus->definitions_version));
    return {bad(std::move(finding)), {}};
}

} // namespace mimamori::collector::rules
