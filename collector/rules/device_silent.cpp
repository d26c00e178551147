#include "collector/rules/device_silent.hpp"

#include "collector/rules/agent_stopped.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::rules {

Judgement judge_device_silent(const Inputs& in)
{
    const SenderFacts& sender = in.device.sender;
    if (!sender.may_report)
        return {NotApplicable{"no agent of the device may report"}, {}};
    if (runs_without_agent(in))
        return {NotApplicable{"the device runs, only its agent does not"}, {}};

    const auto limit = silence_limit(in.policy, sender);
    const Timestamp silent_at =
        sender.said_goodbye
            ? sender.last_seen_at + limit
            : silent_from(sender.usual_hours, sender.last_seen_at, limit, sender.utc_offset);
    // Before its start this collector could not hear anybody.
    const Timestamp tellable_from = sender.listening_since + limit;

    Judgement result{Good{}, {}};
    look_again(result, silent_at, in.now);
    if (in.now < silent_at)
        return result;
    if (in.now < tellable_from)
    {
        look_again(result, tellable_from, in.now);
        result.verdict =
            Unknown{"the collector listens since " + to_rfc3339(sender.listening_since)};
        return result;
    }

    Finding finding;
    finding.severity = Severity::warning;
    finding.evidence.set("last_seen_at", sender.last_seen_at);
    if (sender.said_goodbye)
    {
        finding.evidence.set("case", "goodbye");
        finding.evidence.set("goodbye_reason", sender.goodbye_reason);
    }
    else
    {
        const Timestamp action_from =
            std::max(silent_at, sender.last_seen_at + in.policy.silent_action);
        look_again(result, action_from, in.now);
        if (in.now >= action_from)
            finding.severity = Severity::action;
    }
    result.verdict = bad(std::move(finding));
    return result;
}

} // namespace mimamori::collector::rules
