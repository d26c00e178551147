#include "collector/rules/admin_unexpected.hpp"

#include "collector/rules/os_facts.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace mimamori::collector::rules {

Judgement judge_admin_unexpected(const Inputs& in)
{
    const auto& accounts = in.device.facts.accounts;
    if (auto why = why_section_unknown(accounts, "accounts"); !why.empty())
        return {Unknown{std::move(why)}, {}};
    const auto first_until = end_of_first(in.site.administrators, in.policy.admin_learning);
    if (!first_until)
        return {
            Unknown{why_fact_unknown(
                accounts->from, "administrator", "no account is an administrator")},
            {}};

    std::int64_t count = 0;
    std::optional<Timestamp> newest;
    for (const Sighting& seen : in.site.administrators)
    {
        const bool still = std::any_of(
            accounts->accounts.begin(), accounts->accounts.end(),
            [&seen](const wire::Account& account) {
                return account_key(account) == seen.value && account.administrator
                       && account.enabled.value_or(true);
            });
        if (!still || seen.first_seen_at < *first_until)
            continue;
        ++count;
        newest = std::max(newest.value_or(seen.first_seen_at), seen.first_seen_at);
    }
    if (count == 0)
        return {Good{}, {}};
    Finding finding;
    finding.severity = Severity::warning;
    finding.happened_at = newest;
    finding.evidence.set("count", count).set("since", *newest);
    return {bad(std::move(finding)), {}};
}

} // namespace mimamori::collector::rules
