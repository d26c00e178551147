#include "collector/rules/usb_policy_off.hpp"

#include "collector/rules/os_facts.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_usb_policy_off(const Inputs& in)
{
    const auto& usb = in.device.facts.usb;
    if (auto why = why_section_unknown(usb, "usb"); !why.empty())
        return {Unknown{std::move(why)}, {}};
    if (usb->storage_policy.empty())
        return {
            Unknown{why_fact_unknown(
                usb->from, "storage_policy", "whether USB media are blocked was not told")},
            {}};
    if (usb->storage_policy != "allowed")
        return {Good{}, {}};

    // Most hospitals carry data on sticks: worth knowing, not an alarm.
    Finding finding;
    finding.severity = Severity::info;
    return {bad(std::move(finding)), {}};
}

} // namespace mimamori::collector::rules
