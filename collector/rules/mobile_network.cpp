#include "collector/rules/mobile_network.hpp"

#include "collector/rules/network_facts.hpp"
#include "collector/rules/os_facts.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_mobile_network(const Inputs& in)
{
    const auto& interfaces = in.device.facts.interfaces;
    if (auto why = why_section_unknown(interfaces, "interfaces"); !why.empty())
        return {Unknown{std::move(why)}, {}};

    Bad verdict;
    for (const wire::Adapter& adapter : interfaces->adapters)
    {
        if (!is_mobile(adapter))
            continue;
        Finding finding;
        finding.subject = adapter.name;
        finding.severity = adapter.link_up ? Severity::action : Severity::info;
        finding.evidence.set("case", adapter.link_up ? adapter.kind : "not_connected")
            .set("adapter", adapter.description.empty() ? adapter.name : adapter.description);
        verdict.findings.push_back(std::move(finding));
    }
    if (verdict.findings.empty())
        return {Good{}, {}};
    return {std::move(verdict), {}};
}

} // namespace mimamori::collector::rules
