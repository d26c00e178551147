#include "collector/rules/dual_homed.hpp"

#include "collector/rules/network_facts.hpp"
#include "collector/rules/os_facts.hpp"

#include <string>
#include <utility>

namespace mimamori::collector::rules {

Judgement judge_dual_homed(const Inputs& in)
{
    const auto& interfaces = in.device.facts.interfaces;
    if (auto why = why_section_unknown(interfaces, "interfaces"); !why.empty())
        return {Unknown{std::move(why)}, {}};

    std::string first;
    std::string second;
    for (const wire::Adapter& adapter : interfaces->adapters)
    {
        if (!joins_network(adapter))
            continue;
        for (const std::string& address : adapter.addresses)
        {
            // One network has an address of each family; it is the fourth version that people use.
            const std::string network = network_of(address);
            if (network.empty() || network.find(':') != std::string::npos || network == first)
                continue;
            (first.empty() ? first : second) = network;
        }
    }
    if (second.empty())
        return {Good{}, {}};

    Finding finding;
    const bool forwards = interfaces->forwarding.value_or(false);
    finding.severity = forwards ? Severity::action : Severity::info;
    finding.evidence.set("network", first).set("other_network", second);
    if (forwards)
        finding.evidence.set("case", "forwarding");
    return {bad(std::move(finding)), {}};
}

} // namespace mimamori::collector::rules
