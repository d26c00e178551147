#include "collector/rules/rdp_on.hpp"

#include "collector/rules/security_facts.hpp"

namespace mimamori::collector::rules {

Judgement judge_rdp_on(const Inputs& in)
{
    return judge_switched_on(
        in, &wire::SecuritySection::remote_desktop, "remote_desktop", Severity::info);
}

} // namespace mimamori::collector::rules
