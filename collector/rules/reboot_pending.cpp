#include "collector/rules/reboot_pending.hpp"

#include "collector/rules/os_facts.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_reboot_pending(const Inputs& in)
{
    const auto& patches = in.device.facts.patches;
    if (auto why = why_section_unknown(patches, "patches"); !why.empty())
        return {Unknown{std::move(why)}, {}};
    if (!patches->reboot_pending)
        return {
            Unknown{why_fact_unknown(
                patches->from, "reboot_pending", "whether a restart is needed was not told")},
            {}};
    if (!*patches->reboot_pending)
        return {Good{}, {}};

    const Timestamp since = in.site.reboot_pending_since.value_or(in.now);
    const Timestamp overdue_at = since + in.policy.reboot_pending_warning;
    Judgement result;
    look_again(result, overdue_at, in.now);
    Finding finding;
    finding.severity = in.now < overdue_at ? Severity::info : Severity::warning;
    result.verdict = bad(std::move(finding));
    return result;
}

} // namespace mimamori::collector::rules
