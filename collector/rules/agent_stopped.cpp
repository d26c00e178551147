#include "collector/rules/agent_stopped.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::rules {

namespace {

/// From when on its silence is one, whether anybody sees it or not.
Timestamp silent_from(const Inputs& in)
{
    const SenderFacts& sender = in.device.sender;
    const auto limit = silence_limit(in.policy, sender);
    // Before its start this collector could not hear anybody.
    return std::max(sender.last_seen_at, sender.listening_since) + limit;
}

bool is_seen(const SenderFacts& sender)
{
    return sender.may_report && !sender.said_goodbye && sender.sighted_at
           && *sender.sighted_at > sender.last_seen_at;
}

} // namespace

bool runs_without_agent(const Inputs& in)
{
    const auto& off = in.policy.rules_off;
    return is_seen(in.device.sender) && in.now >= silent_from(in)
           && std::find(off.begin(), off.end(), "agent_stopped") == off.end();
}

Judgement judge_agent_stopped(const Inputs& in)
{
    const SenderFacts& sender = in.device.sender;
    if (!sender.may_report)
        return {NotApplicable{"no agent of the device may report"}, {}};
    Judgement result{Good{}, {}};
    if (!is_seen(sender))
        return result;
    look_again(result, silent_from(in), in.now);
    if (in.now < silent_from(in))
        return result;

    Finding finding;
    finding.severity = Severity::action;
    finding.evidence.set("last_seen_at", sender.last_seen_at)
        .set("sighted_at", *sender.sighted_at)
        .set("sighted_by", sender.sighted_by);
    result.verdict = bad(std::move(finding));
    return result;
}

} // namespace mimamori::collector::rules
