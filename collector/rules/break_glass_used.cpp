#include "collector/rules/break_glass_used.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_break_glass_used(const SystemInputs& in)
{
    Bad bad;
    for (const LocalSignInFact& sign_in : in.system.local_sign_ins)
    {
        if (in.now - sign_in.at >= break_glass_shown)
            continue;
        Finding finding;
        finding.subject = sign_in.name;
        finding.severity = Severity::action;
        finding.evidence.set("name", sign_in.name)
            .set("address", sign_in.address)
            .set("at", sign_in.at);
        // It happened once: who says that it was right is not told again until the next time.
        finding.happened_at = sign_in.at;
        bad.findings.push_back(std::move(finding));
    }
    if (bad.findings.empty())
        return {Good{}, {}};
    return {std::move(bad), {}};
}

} // namespace mimamori::collector::rules
