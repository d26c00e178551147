#include "collector/rules/second_gateway.hpp"

#include "collector/rules/network_facts.hpp"
#include "collector/rules/os_facts.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace mimamori::collector::rules {

Judgement judge_second_gateway(const Inputs& in)
{
    const auto& interfaces = in.device.facts.interfaces;
    if (auto why = why_section_unknown(interfaces, "interfaces"); !why.empty())
        return {Unknown{std::move(why)}, {}};

    const auto adapters = adapters_with_gateway(*interfaces);
    if (adapters.size() < 2)
        return {Good{}, {}};
    std::string names;
    for (const std::string& name : adapters)
        names += (names.empty() ? "" : ", ") + name;
    Finding finding;
    finding.severity = Severity::warning;
    finding.evidence.set("adapters", names)
        .set("count", static_cast<std::int64_t>(adapters.size()));
    return {bad(std::move(finding)), {}};
}

} // namespace mimamori::collector::rules
