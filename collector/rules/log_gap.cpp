#include "collector/rules/log_gap.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_log_gap(const Inputs& in)
{
    Judgement result{Good{}, {}};
    std::uint64_t events = 0;
    std::int64_t incidents = 0;
    const Incident* newest = nullptr;
    for (const Incident& incident : in.device.sender.incidents)
    {
        const Timestamp forgotten_from = incident.at + in.policy.incidents_kept;
        if (in.now >= forgotten_from)
            continue;
        look_again(result, forgotten_from, in.now);
        ++incidents;
        events += incident.events;
        if (!newest || incident.at >= newest->at)
            newest = &incident;
    }
    if (!newest)
        return result;

    Finding finding;
    finding.severity = Severity::warning;
    finding.happened_at = newest->at;
    finding.evidence.set("case", newest->what)
        .set("happened_at", newest->at)
        .set("incidents", incidents)
        .set("events", static_cast<std::int64_t>(events))
        .set("detail", newest->text);
    result.verdict = bad(std::move(finding));
    return result;
}

} // namespace mimamori::collector::rules
