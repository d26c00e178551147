#include "collector/rules/encryption_off.hpp"

#include "collector/rules/os_facts.hpp"

#include <string>
#include <utility>

namespace mimamori::collector::rules {

Judgement judge_encryption_off(const Inputs& in)
{
    const auto& hardware = in.device.facts.hardware;
    if (auto why = why_section_unknown(hardware, "hardware"); !why.empty())
        return {Unknown{std::move(why)}, {}};
    if (hardware->chassis.empty())
        return {
            Unknown{why_fact_unknown(hardware->from, "chassis", "the kind of PC was not told")},
            {}};
    if (hardware->chassis != "notebook")
        return {NotApplicable{"stays in its place: " + hardware->chassis}, {}};

    const auto& security = in.device.facts.security;
    if (auto why = why_section_unknown(security, "security"); !why.empty())
        return {Unknown{std::move(why)}, {}};
    std::string open;
    bool any_unknown = security->encryption.empty();
    for (const wire::VolumeEncryption& volume : security->encryption)
    {
        any_unknown = any_unknown || !volume.encrypted;
        if (volume.encrypted && !*volume.encrypted)
            open += (open.empty() ? "" : ", ") + volume.volume;
    }
    if (open.empty() && any_unknown)
        return {
            Unknown{why_fact_unknown(security->from, "encryption", "encryption was not told")}, {}};
    if (open.empty())
        return {Good{}, {}};

    Finding finding;
    finding.severity = Severity::warning;
    finding.evidence.set("volumes", open);
    return {bad(std::move(finding)), {}};
}

} // namespace mimamori::collector::rules
