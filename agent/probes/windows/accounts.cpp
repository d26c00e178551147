#include "agent/probes/text.hpp"
#include "agent/probes/windows/sections.hpp"
#include "agent/windows/machine.hpp"
#include "common/wire/report.hpp"

#include <algorithm>

namespace mimamori::agent::probes::windows {
namespace {

using agent::windows::GroupRow;
using agent::windows::UserRow;

// Flags of lmaccess.h.
constexpr std::uint32_t flag_disabled = 0x0002;
constexpr std::uint32_t flag_password_not_required = 0x0020;
constexpr std::uint32_t flag_password_never_expires = 0x10000;

// Names of groups are localised; these identifiers are not.
constexpr std::string_view administrators_sid = "S-1-5-32-544";
constexpr std::string_view remote_desktop_sid = "S-1-5-32-555";

void note_memberships(const std::vector<GroupRow>& groups, wire::Account& account)
{
    for (const GroupRow& group : groups)
    {
        const bool member =
            std::any_of(group.members.begin(), group.members.end(), [&](const auto& one) {
                return !one.sid.empty() && one.sid == account.id;
            });
        if (!member)
            continue;
        account.groups.push_back(fact_text(group.name, 128));
        account.administrator = account.administrator || group.sid == administrators_sid;
        account.remote_logon = account.remote_logon || group.sid == remote_desktop_sid
                               || group.sid == administrators_sid;
    }
    std::sort(account.groups.begin(), account.groups.end());
}

wire::Account describe(const UserRow& user)
{
    wire::Account account;
    account.name = fact_text(user.name, 256);
    account.id = fact_text(user.sid, 128);
    account.enabled = (user.flags & flag_disabled) == 0;
    account.last_logon_at = user.last_logon_at;
    if (user.password_set_at)
        account.password_set_on = std::chrono::floor<std::chrono::days>(*user.password_set_at);
    account.password_never_expires = (user.flags & flag_password_never_expires) != 0;
    // The flag allows an empty password; whether it is empty, nobody can read.
    if ((user.flags & flag_password_not_required) == 0)
        account.password_empty = false;
    return account;
}

/// Members of the two groups that count who are no local accounts: people and groups of a domain.
void add_foreign_members(const std::vector<GroupRow>& groups, std::vector<wire::Account>& accounts)
{
    for (const GroupRow& group : groups)
    {
        if (group.sid != administrators_sid && group.sid != remote_desktop_sid)
            continue;
        for (const auto& member : group.members)
        {
            const bool known =
                std::any_of(accounts.begin(), accounts.end(), [&](const wire::Account& account) {
                    return account.id == member.sid;
                });
            if (known || member.sid.empty())
                continue;
            wire::Account account;
            account.name = fact_text(member.name.empty() ? member.sid : member.name, 256);
            account.id = fact_text(member.sid, 128);
            note_memberships(groups, account);
            accounts.push_back(std::move(account));
        }
    }
}

} // namespace

wire::AccountsSection read_accounts(const ProbeContext& context)
{
    const agent::windows::Machine& machine = *context.live.windows();
    wire::AccountsSection section;
    const auto users = machine.accounts.users();
    auto groups = machine.accounts.groups();
    if (!groups)
    {
        note_unknown(section.from, "groups", groups.error());
        note_unknown(section.from, "administrator", groups.error());
        groups = std::vector<GroupRow>{};
    }
    if (!users)
        note_unknown(section.from, "accounts", users.error());
    else
    {
        note_source(section.from, "local account database");
        for (const UserRow& user : *users)
        {
            section.accounts.push_back(describe(user));
            note_memberships(*groups, section.accounts.back());
        }
    }
    add_foreign_members(*groups, section.accounts);
    std::sort(
        section.accounts.begin(), section.accounts.end(),
        [](const wire::Account& a, const wire::Account& b) {
            return std::tie(a.name, a.id) < std::tie(b.name, b.id);
        });
    cut_list(section.accounts, wire::ReportLimits::elements_max, section.from, "accounts");
    return section;
}

} // namespace mimamori::agent::probes::windows
