#include "collector/rules/clock_wrong.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_clock_wrong(const Inputs& in)
{
    const auto& offset = in.device.sender.clock_offset;
    if (!offset)
        return {Unknown{"no report told the time of the device"}, {}};

    const auto size = std::chrono::abs(*offset);
    if (size < in.policy.clock_warning)
        return {Good{}, {}};

    Finding finding;
    finding.severity = size < in.policy.clock_action ? Severity::warning : Severity::action;
    finding.evidence.set("case", *offset > std::chrono::milliseconds{0} ? "ahead" : "behind");
    // Whole minutes: the network's delay would change the seconds of every report.
    const auto minutes = std::chrono::floor<std::chrono::minutes>(size);
    finding.evidence.set("offset_s", std::chrono::seconds{minutes}.count());
    const auto& security = in.device.facts.security;
    if (security && !security->time_source.empty())
        finding.evidence.set("time_source", security->time_source);
    return {bad(std::move(finding)), {}};
}

} // namespace mimamori::collector::rules
