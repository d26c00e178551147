#include "collector/rules/disk_full.hpp"

#include <utility>

namespace mimamori::collector::rules {

namespace {

constexpr std::uint64_t gib = 1024ULL * 1024 * 1024;

/// What a yearly update of Windows needs; below it, it fails.
constexpr std::uint64_t enough_bytes = 20 * gib;

/// Below it the system itself gets into trouble.
constexpr std::uint64_t scarce_bytes = 2 * gib;

/// A disk that moves around the limit is not told anew each time.
constexpr std::uint64_t margin_percent = 2;
constexpr std::uint64_t margin_bytes = 2 * gib;

} // namespace

Judgement judge_disk_full(const Inputs& in)
{
    const auto& footprint = in.device.footprint;
    if (!footprint || footprint->disk_bytes == 0)
        return {Unknown{"the agent has not told how full the disk is"}, {}};

    // The numbers come with heartbeats, which by themselves are no reason to judge.
    Judgement result{Good{}, in.now + in.policy.footprint_look};
    const std::uint64_t free_bytes = footprint->disk_free_bytes;
    const std::uint64_t percent = free_bytes * 100 / footprint->disk_bytes;
    const bool is_open = in.site.disk_full_since.has_value();
    const std::uint64_t limit =
        in.policy.disk_full_warning_percent + (is_open ? margin_percent : 0);
    const bool warning =
        percent < limit && free_bytes < enough_bytes + (is_open ? margin_bytes : 0);
    const bool action = percent < in.policy.disk_full_action_percent || free_bytes < scarce_bytes;
    if (!warning)
        return result;
    Finding finding;
    finding.severity = action ? Severity::action : Severity::warning;
    finding.evidence.set("free_percent", static_cast<std::int64_t>(percent))
        .set("disk_gib", static_cast<std::int64_t>(footprint->disk_bytes / gib));
    result.verdict = bad(std::move(finding));
    return result;
}

} // namespace mimamori::collector::rules
