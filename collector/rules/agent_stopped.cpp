#include "collector/rules/agent_stopped.hpp"

#include "collector/rules/usual_hours.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace mimamori::collector::rules {

namespace {

/// Whether the device was heard in that hour of the week in every week, and that is known.
bool is_sure(const UsualHours& heard, int hour)
{
    return heard.weeks_known(hour) >= UsualHours::weeks_least && heard.is_certain(hour);
}

/// Heard in every hour of the week: it never sleeps.
bool runs_always(const UsualHours& heard)
{
    for (int hour = 0; hour < UsualHours::hours_a_week; ++hour)
    {
        if (!is_sure(heard, hour))
            return false;
    }
    return true;
}

/// From when on it is told that others see it although it is silent.
Timestamp told_from(const Inputs& in)
{
    const SenderFacts& sender = in.device.sender;
    const auto limit = silence_limit(in.policy, sender);
    // Before its start this collector could not hear anybody.
    const Timestamp at_once = std::max(sender.last_seen_at, sender.listening_since) + limit;
    if (runs_always(sender.usual_hours))
        return at_once;
    return std::max(
        at_once, silent_from(sender.usual_hours, sender.last_seen_at, limit, sender.utc_offset));
}

/// From when on it no longer looks like sleep: it has missed a whole hour in which it was heard in
/// every week. The network card of a PC that sleeps may still answer its neighbours.
Timestamp stopped_from(const Inputs& in)
{
    using std::chrono::hours;
    const SenderFacts& sender = in.device.sender;
    const Timestamp told = told_from(in);
    if (runs_always(sender.usual_hours))
        return told;
    const Timestamp latest = sender.last_seen_at + in.policy.silent_action;
    const Timestamp first = Timestamp{std::chrono::ceil<hours>(
                                (sender.last_seen_at + sender.utc_offset).time_since_epoch())}
                            - sender.utc_offset;
    for (Timestamp begin = first; begin + hours{1} < latest; begin += hours{1})
    {
        if (is_sure(sender.usual_hours, hour_of_week(begin, sender.utc_offset)))
            return std::max(told, begin + hours{1});
    }
    return std::max(told, latest);
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
    return is_seen(in.device.sender) && in.now >= told_from(in)
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
    const Timestamp told = told_from(in);
    look_again(result, told, in.now);
    if (in.now < told)
        return result;

    const Timestamp stopped = stopped_from(in);
    look_again(result, stopped, in.now);
    Finding finding;
    finding.severity = in.now >= stopped ? Severity::action : Severity::warning;
    if (in.now < stopped)
        finding.evidence.set("case", "perhaps_asleep");
    finding.evidence.set("last_seen_at", sender.last_seen_at)
        .set("sighted_at", *sender.sighted_at)
        .set("sighted_by", sender.sighted_by);
    result.verdict = bad(std::move(finding));
    return result;
}

} // namespace mimamori::collector::rules
