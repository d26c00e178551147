#include "collector/rules/mail_failing.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_mail_failing(const SystemInputs& in)
{
    const SystemFacts& system = in.system;
    if (!system.delivery_configured)
        return {NotApplicable{"nobody is to be told"}, {}};
    Judgement result{Good{}, {}};
    if (!system.delivery_failing_since)
        return result;

    const Timestamp warning_from = *system.delivery_failing_since + in.policy.delivery_warning;
    const Timestamp action_from = *system.delivery_failing_since + in.policy.delivery_action;
    look_again(result, warning_from, in.now);
    look_again(result, action_from, in.now);
    if (in.now < warning_from)
        return result;
    Finding finding;
    finding.severity = in.now < action_from ? Severity::warning : Severity::action;
    finding.evidence.set("since", *system.delivery_failing_since)
        .set("detail", system.delivery_problem);
    result.verdict = bad(std::move(finding));
    return result;
}

} // namespace mimamori::collector::rules
