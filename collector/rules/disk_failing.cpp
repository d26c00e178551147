#include "collector/rules/disk_failing.hpp"

#include "collector/rules/os_facts.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_disk_failing(const Inputs& in)
{
    const auto& hardware = in.device.facts.hardware;
    if (auto why = why_section_unknown(hardware, "hardware"); !why.empty())
        return {Unknown{std::move(why)}, {}};

    Bad verdict;
    bool any_good = false;
    bool any_real = hardware->disks.empty();
    for (const wire::Disk& disk : hardware->disks)
    {
        any_good = any_good || disk.health == "good";
        any_real = any_real || disk.kind != "virtual";
        if (disk.health != "failing")
            continue;
        Finding finding;
        finding.subject = disk.serial.empty() ? disk.name : disk.serial;
        finding.severity = Severity::action;
        finding.evidence.set("disk", disk.model.empty() ? disk.name : disk.model);
        verdict.findings.push_back(std::move(finding));
    }
    if (!verdict.findings.empty())
        return {std::move(verdict), {}};
    if (!any_real)
        return {NotApplicable{"the disks of a virtual machine are not its own"}, {}};
    if (!any_good)
        return {Unknown{why_fact_unknown(hardware->from, "disks", "no disk told its health")}, {}};
    return {Good{}, {}};
}

} // namespace mimamori::collector::rules
