#include "collector/rules/ip_duplicate.hpp"

#include "collector/rules/network_facts.hpp"
#include "collector/rules/os_facts.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace mimamori::collector::rules {

Judgement judge_ip_duplicate(const Inputs& in)
{
    const auto& interfaces = in.device.facts.interfaces;
    if (auto why = why_section_unknown(interfaces, "interfaces"); !why.empty())
        return {Unknown{std::move(why)}, {}};

    Judgement result{Good{}, {}};
    Bad verdict;
    const auto own = own_addresses(*interfaces);
    for (const AddressHolder& holder : in.site.address_holders)
    {
        if (std::find(own.begin(), own.end(), holder.address) == own.end())
            continue;
        // One that is off may have given the address back.
        const Timestamp gone_from = holder.last_seen_at + in.policy.silent_at_least;
        if (in.now >= gone_from)
            continue;
        look_again(result, gone_from, in.now);
        if (holder.network == SameNetwork::no)
            continue;
        Finding finding;
        finding.subject = holder.address + ' ' + holder.device.text();
        const bool sure = holder.network == SameNetwork::yes;
        finding.severity = sure ? Severity::warning : Severity::info;
        finding.evidence.set("address", holder.address)
            .set("other", holder.name)
            .set("other_id", holder.device.text());
        if (!sure)
            finding.evidence.set("case", "perhaps");
        verdict.findings.push_back(std::move(finding));
    }
    if (!verdict.findings.empty())
        result.verdict = std::move(verdict);
    return result;
}

} // namespace mimamori::collector::rules
