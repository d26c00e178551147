#include "collector/rules/backup_old.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_backup_old(const SystemInputs& in)
{
    const auto& made_at = in.system.backup_at;
    const auto since = made_at ? made_at : in.system.site_made_at;
    if (!since)
        return {Unknown{"the record of changes is empty"}, {}};
    const auto age = in.now - *since;
    if (age < in.policy.backup_warning)
        return {Good{}, {}};
    Finding finding;
    finding.severity = age >= in.policy.backup_action ? Severity::action : Severity::warning;
    if (made_at)
        finding.evidence.set("backup_at", *made_at);
    else
        finding.evidence.set("case", "never");
    return {bad(std::move(finding)), {}};
}

} // namespace mimamori::collector::rules
