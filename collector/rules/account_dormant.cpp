#include "collector/rules/account_dormant.hpp"

#include "collector/rules/os_facts.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace mimamori::collector::rules {

Judgement judge_account_dormant(const Inputs& in)
{
    const auto& accounts = in.device.facts.accounts;
    if (auto why = why_section_unknown(accounts, "accounts"); !why.empty())
        return {Unknown{std::move(why)}, {}};

    Judgement result{Good{}, {}};
    std::int64_t dormant = 0;
    bool any_known = false;
    std::optional<Timestamp> oldest;
    for (const wire::Account& account : accounts->accounts)
    {
        if ((account.enabled && !*account.enabled) || !account.last_logon_at)
            continue;
        any_known = true;
        const Timestamp dormant_at = *account.last_logon_at + in.policy.account_dormant;
        look_again(result, dormant_at, in.now);
        if (in.now < dormant_at)
            continue;
        ++dormant;
        oldest = std::min(oldest.value_or(*account.last_logon_at), *account.last_logon_at);
    }
    if (!any_known)
    {
        result.verdict = Unknown{
            why_fact_unknown(accounts->from, "last_logon_at", "no account told its last logon")};
        return result;
    }
    if (dormant == 0)
        return result;
    Finding finding;
    finding.severity = Severity::info;
    finding.evidence.set("count", dormant).set("since", *oldest);
    result.verdict = bad(std::move(finding));
    return result;
}

} // namespace mimamori::collector::rules
