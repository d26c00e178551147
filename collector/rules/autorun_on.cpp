#include "collector/rules/autorun_on.hpp"

#include "collector/rules/security_facts.hpp"

namespace mimamori::collector::rules {

Judgement judge_autorun_on(const Inputs& in)
{
    const auto& facts = in.device.facts;
    const bool is_linux = facts.os && facts.os->family == "linux";
    if (is_linux && facts.security && !facts.security->autorun)
        return {NotApplicable{"no desktop that starts programs from media"}, {}};
    return judge_switched_on(in, &wire::SecuritySection::autorun, "autorun", Severity::warning);
}

} // namespace mimamori::collector::rules
