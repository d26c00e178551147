#include "collector/rules/disk_low.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_disk_low(const SystemInputs& in)
{
    const SystemFacts& system = in.system;
    if (!system.disk_free_bytes || !system.disk_size_bytes || *system.disk_size_bytes == 0)
        return {Unknown{"the disk could not be asked"}, {}};

    const Policy& policy = in.policy;
    const std::uint64_t percent = *system.disk_free_bytes * 100 / *system.disk_size_bytes;
    const auto within = [&system](std::chrono::days limit) {
        return system.disk_days_left
               && *system.disk_days_left <= static_cast<std::uint64_t>(limit.count());
    };
    const bool action = percent < policy.disk_low_action_percent || within(policy.disk_low_action);
    const bool warning =
        percent < policy.disk_low_warning_percent || within(policy.disk_low_warning);
    if (!action && !warning)
        return {Good{}, {}};

    // The forecast moves a little each hour: whole percents and weeks do not.
    Finding finding;
    finding.severity = action ? Severity::action : Severity::warning;
    finding.evidence.set("free_percent", static_cast<std::int64_t>(percent));
    if (system.disk_days_left && within(policy.disk_low_warning))
        finding.evidence.set("case", "growing")
            .set("weeks_left", static_cast<std::int64_t>(*system.disk_days_left / 7));
    return {bad(std::move(finding)), {}};
}

} // namespace mimamori::collector::rules
