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
    look_again(result, in.site.learning_until[ItemKind::port], in.now);

    Bad verdict;
    const auto ports = open_ports(*listeners);
    for (const UnusualItem& item : unusual_items(in, ItemKind::port))
    {
        const auto port = std::find_if(ports.begin(), ports.end(), [&item](const OpenPort& one) {
            return one.key == item.key;
        });
        if (port == ports.end())
            continue; // Its list changed after it was compared.
        Finding finding = unusual_finding(in, item);
        finding.evidence.set("port", std::int64_t{port->port}).set("protocol", port->protocol);
        if (port->program.empty())
            finding.evidence.set("case", "no_program");
        else
            finding.evidence.set("path", port->program).set("program", port->program_name);
        verdict.findings.push_back(std::move(finding));
    }
    if (!verdict.findings.empty())
        result.verdict = std::move(verdict);
    return result;
}

} // namespace mimamori::collector::rules
