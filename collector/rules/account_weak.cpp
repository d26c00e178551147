#include "collector/rules/account_weak.hpp"

#include "collector/rules/os_facts.hpp"

#include <cstdint>
#include <utility>

namespace mimamori::collector::rules {

Judgement judge_account_weak(const Inputs& in)
{
    const auto& accounts = in.device.facts.accounts;
    if (auto why = why_section_unknown(accounts, "accounts"); !why.empty())
        return {Unknown{std::move(why)}, {}};

    std::int64_t empty = 0;
    bool administrator = false;
    bool any_unknown = false;
    for (const wire::Account& account : accounts->accounts)
    {
        if (account.enabled && !*account.enabled)
            continue;
        any_unknown = any_unknown || !account.password_empty;
        if (!account.password_empty || !*account.password_empty)
            continue;
        ++empty;
        administrator = administrator || account.administrator;
    }
    if (empty == 0 && any_unknown)
        return {
            Unknown{why_fact_unknown(
                accounts->from, "password_empty", "which accounts have a password was not told")},
            {}};
    if (empty == 0)
        return {Good{}, {}};

    // Not whose: names of people are for those who may see the accounts.
    Finding finding;
    finding.severity = administrator ? Severity::action : Severity::warning;
    finding.evidence.set("count", empty);
    return {bad(std::move(finding)), {}};
}

} // namespace mimamori::collector::rules
