#include "collector/rules/security_facts.hpp"

#include "collector/rules/os_facts.hpp"

#include <string>
#include <utility>

namespace mimamori::collector::rules {

Judgement judge_switched_on(
    const Inputs& in,
    std::optional<bool> wire::SecuritySection::*setting,
    std::string_view fact,
    Severity severity)
{
    const auto& security = in.device.facts.security;
    if (auto why = why_section_unknown(security, "security"); !why.empty())
        return {Unknown{std::move(why)}, {}};
    const auto& value = *security.*setting;
    if (!value)
        return {
            Unknown{why_fact_unknown(security->from, fact, std::string{fact} + " was not told")},
            {}};
    if (!*value)
        return {Good{}, {}};
    Finding finding;
    finding.severity = severity;
    return {bad(std::move(finding)), {}};
}

} // namespace mimamori::collector::rules
