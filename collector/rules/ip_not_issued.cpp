#include "collector/rules/ip_not_issued.hpp"

#include "collector/rules/network_facts.hpp"
#include "collector/rules/os_facts.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mimamori::collector::rules {

Judgement judge_ip_not_issued(const Inputs& in)
{
    if (in.policy.issued_networks.empty())
        return {NotApplicable{"no issued networks are written down"}, {}};
    const auto& interfaces = in.device.facts.interfaces;
    if (auto why = why_section_unknown(interfaces, "interfaces"); !why.empty())
        return {Unknown{std::move(why)}, {}};

    Bad verdict;
    for (const std::string& address : own_addresses(*interfaces))
    {
        const bool issued = std::any_of(
            in.policy.issued_networks.begin(), in.policy.issued_networks.end(),
            [&address](const std::string& network) { return is_within(address, network); });
        if (issued)
            continue;
        Finding finding;
        finding.subject = address;
        finding.severity = Severity::warning;
        finding.evidence.set("address", address);
        verdict.findings.push_back(std::move(finding));
    }
    if (verdict.findings.empty())
        return {Good{}, {}};
    return {std::move(verdict), {}};
}

} // namespace mimamori::collector::rules
