#include "collector/rules/agent_outdated.hpp"

#include <charconv>
#include <utility>

namespace mimamori::collector::rules {

std::optional<std::array<int, 3>> version_numbers(std::string_view version)
{
    std::array<int, 3> numbers{};
    const char* at = version.data();
    const char* end = at + version.size();
    for (std::size_t i = 0; i < numbers.size(); ++i)
    {
        const auto [after, failure] = std::from_chars(at, end, numbers[i]);
        if (failure != std::errc{} || numbers[i] < 0)
            return {};
        at = after;
        if (i + 1 == numbers.size())
            break;
        if (at == end || *at != '.')
            return {};
        ++at;
    }
    return numbers;
}

Judgement judge_agent_outdated(const Inputs& in)
{
    const SenderFacts& sender = in.device.sender;
    if (!sender.may_report)
        return {NotApplicable{"no agent of the device may report"}, {}};
    const auto theirs = version_numbers(sender.agent_version);
    const auto ours = version_numbers(in.site.collector_version);
    if (!theirs || !ours)
        return {Unknown{"the version of the agent is not known"}, {}};
    if (*theirs >= *ours)
        return {Good{}, {}};

    Finding finding;
    const bool far_apart = (*ours)[0] - (*theirs)[0] > 1;
    finding.severity = far_apart ? Severity::warning : Severity::info;
    finding.evidence.set("version", sender.agent_version)
        .set("newest_version", in.site.collector_version);
    return {bad(std::move(finding)), {}};
}

} // namespace mimamori::collector::rules
