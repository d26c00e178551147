#include "collector/rules/smb1_on.hpp"

#include "collector/rules/security_facts.hpp"

namespace mimamori::collector::rules {

Judgement judge_smb1_on(const Inputs& in)
{
    return judge_switched_on(in, &wire::SecuritySection::smb1, "smb1", Severity::warning);
}

} // namespace mimamori::collector::rules
