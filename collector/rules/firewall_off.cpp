#include "collector/rules/firewall_off.hpp"

#include "collector/rules/os_facts.hpp"

#include <string>
#include <utility>

namespace mimamori::collector::rules {

Judgement judge_firewall_off(const Inputs& in)
{
    const auto& security = in.device.facts.security;
    if (auto why = why_section_unknown(security, "security"); !why.empty())
        return {Unknown{std::move(why)}, {}};

    // Windows has a profile for each kind of network, and each must be on. Linux has several
    // programs that do the same, and one of them is enough.
    const auto& os = in.device.facts.os;
    const bool one_is_enough = os && os->family == "linux";
    std::string off;
    bool any_unknown = security->firewall.empty();
    for (const wire::FirewallProfile& profile : security->firewall)
    {
        any_unknown = any_unknown || !profile.enabled;
        if (one_is_enough && profile.enabled.value_or(false))
            return {Good{}, {}};
        if (profile.enabled && !*profile.enabled)
            off += (off.empty() ? "" : ", ") + profile.name;
    }
    if ((off.empty() || one_is_enough) && any_unknown)
        return {
            Unknown{why_fact_unknown(security->from, "firewall", "the firewall was not told")}, {}};
    if (off.empty())
        return {Good{}, {}};

    Finding finding;
    finding.severity = Severity::warning;
    finding.evidence.set("profiles", off);
    return {bad(std::move(finding)), {}};
}

} // namespace mimamori::collector::rules
