#include "collector/rules/device_moved.hpp"

#include "collector/rules/network_facts.hpp"
#include "collector/rules/os_facts.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mimamori::collector::rules {

Judgement judge_device_moved(const Inputs& in)
{
    const auto& interfaces = in.device.facts.interfaces;
    if (auto why = why_section_unknown(interfaces, "interfaces"); !why.empty())
        return {Unknown{std::move(why)}, {}};
    const auto own = own_networks(*interfaces);
    const auto home_until = end_of_first(in.site.networks, in.policy.home_learning);
    if (own.empty() || !home_until)
        return {Unknown{"the device is in no network"}, {}};

    std::string home;
    for (const Sighting& network : in.site.networks)
    {
        if (network.first_seen_at < *home_until)
            home += (home.empty() ? "" : ", ") + network.value;
    }
    const auto& hardware = in.device.facts.hardware;
    const bool portable = hardware && hardware->chassis == "notebook";
    Bad verdict;
    for (const Sighting& network : in.site.networks)
    {
        const bool here = std::find(own.begin(), own.end(), network.value) != own.end();
        if (!here || network.first_seen_at < *home_until)
            continue;
        Finding finding;
        finding.subject = network.value;
        finding.severity = portable ? Severity::info : Severity::warning;
        finding.happened_at = network.first_seen_at;
        finding.evidence.set("network", network.value)
            .set("home", home)
            .set("since", network.first_seen_at);
        verdict.findings.push_back(std::move(finding));
    }
    if (verdict.findings.empty())
        return {Good{}, {}};
    return {std::move(verdict), {}};
}

} // namespace mimamori::collector::rules
