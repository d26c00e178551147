#include "collector/rules/agent_over_budget.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace mimamori::collector::rules {

namespace {

std::string joined(const std::vector<std::string>& list)
{
    std::string text;
    for (const std::string& item : list)
        text += (text.empty() ? "" : ", ") + item;
    return text;
}

Finding too_much(std::string_view which, std::int64_t value, std::int64_t limit)
{
    Finding finding;
    finding.subject = which;
    finding.severity = Severity::warning;
    finding.evidence.set("case", which).set("value", value).set("limit", limit);
    return finding;
}

} // namespace

Judgement judge_agent_over_budget(const Inputs& in)
{
    const auto& footprint = in.device.footprint;
    if (!footprint)
        return {Unknown{"the agent has not told what it costs"}, {}};
    // The numbers come with heartbeats, which by themselves are no reason to judge.
    Judgement result{Good{}, in.now + in.policy.footprint_look};

    constexpr std::uint64_t mib = 1024U * 1024U;
    Bad verdict;
    const auto& self = in.device.facts.self;
    const std::uint64_t cap_bytes = self ? self->memory_cap_bytes : 0;
    if (cap_bytes > 0 && footprint->rss_bytes > cap_bytes)
        verdict.findings.push_back(too_much(
            "memory", static_cast<std::int64_t>(footprint->rss_bytes / mib),
            static_cast<std::int64_t>(cap_bytes / mib)));

    // Of a short time the share says nothing: the first inventory costs more than a day after it.
    const std::chrono::seconds up{static_cast<std::int64_t>(footprint->up_s)};
    if (up >= in.policy.agent_cpu_over)
    {
        const std::uint64_t ms_per_min = footprint->cpu_ms * 60U / footprint->up_s;
        if (ms_per_min >= in.policy.agent_cpu_ms_per_min)
            verdict.findings.push_back(too_much(
                "processor", static_cast<std::int64_t>(ms_per_min),
                static_cast<std::int64_t>(in.policy.agent_cpu_ms_per_min)));
    }
    if (!footprint->degraded.empty())
    {
        Finding finding;
        finding.subject = "held_back";
        finding.severity = Severity::info;
        finding.evidence.set("case", "held_back").set("parts", joined(footprint->degraded));
        verdict.findings.push_back(std::move(finding));
    }
    if (!verdict.findings.empty())
        result.verdict = std::move(verdict);
    return result;
}

} // namespace mimamori::collector::rules
