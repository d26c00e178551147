#include "collector/rules/port_unexpected.hpp"

#include "collector/rules/os_facts.hpp"
#include "collector/rules/profile_facts.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mimamori::collector::rules {

Judgement judge_port_unexpected(const Inputs& in)
{
    const auto& listeners = in.device.facts.listeners;
    if (auto why = why_section_unknown(listeners, "listeners"); !why.empty())
        return {Unknown{std::move(why)}, {}};
    Judgement result{Good{}, {}};
    look_again(result, in.site.profile.learning_until, in.now);
    if (in.now < in.site.profile.learning_until)
        return result;

    Bad verdict;
    for (const OpenPort& port : open_ports(*listeners))
    {
        if (in.site.profile.ports.contains(port.key))
            continue;
        Finding finding;
        finding.subject = port.key;
        finding.severity = Severity::warning;
        finding.evidence.set("port", std::int64_t{port.port}).set("protocol", port.protocol);
        if (port.program.empty())
            finding.evidence.set("case", "no_program");
        else
            finding.evidence.set("path", port.program).set("program", port.program_name);
        verdict.findings.push_back(std::move(finding));
        if (verdict.findings.size() == in.policy.ports_named)
            break; // So many at once are one thing to look at.
    }
    if (!verdict.findings.empty())
        result.verdict = std::move(verdict);
    return result;
}

} // namespace mimamori::collector::rules
