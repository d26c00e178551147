#pragma once

#include "agent/probes/probe.hpp"
#include "agent/probes/users.hpp"
#include "common/wire/sections/accounts.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::probes {

/// Reads the local accounts and what they may do.
///
/// Sources on Linux: passwd, shadow (for administrators only), group, sudoers, sshd's
/// configuration, lastlog and lastlog2. Directory services (NSS) are not asked: their accounts are
/// not local, and asking may wait for a network.
wire::AccountsSection read_accounts(const ProbeContext& context);

// The parts that decide rather than read. They build and are tested on every platform.

/// One line of shadow(5). Days are counted from 1970.
struct ShadowEntry
{
    std::string name;
    bool locked{false}; ///< The password can never match: it begins with '!' or '*'.
    bool empty{false};  ///< No password is asked.
    std::optional<std::int32_t> set_day;
    std::optional<std::int32_t> max_days;
    std::optional<std::int32_t> expires_day; ///< The account, not the password.
};

std::map<std::string, ShadowEntry> parse_shadow(std::string_view text);

/// One line of group(5).
struct GroupEntry
{
    std::string name;
    std::uint32_t number{0};
    std::vector<std::string> members;
};

std::vector<GroupEntry> parse_groups(std::string_view text, std::size_t entries_max = 20'000);

/// Who may become root by sudo for any command.
struct SudoRights
{
    std::set<std::string> users;
    std::set<std::string> groups;
    bool everyone{false};
};

/// Adds what one sudoers(5) file says: lines that allow ALL commands, with User_Aliases resolved.
void apply_sudoers(std::string_view text, SudoRights& rights);

/// What sshd's configuration says about who may come in.
struct SshRights
{
    bool server{false};                     ///< sshd is installed.
    std::optional<bool> root_allowed;       ///< Absent: sshd's default, with a key.
    std::vector<std::string> allowed_users; ///< Patterns; empty: everyone.
    std::vector<std::string> denied_users;
    std::vector<std::string> allowed_groups;
    std::vector<std::string> denied_groups;
};

/// Adds what one sshd_config(5) file says before its first Match block. The first value of a
/// keyword counts, lists add up.
void apply_sshd_config(std::string_view text, SshRights& rights);
bool may_use_ssh(const SshRights& rights, const wire::Account& account);

/// Whether a program of this kind lets people log on.
bool is_login_shell(std::string_view shell);

/// Everything that is known about the accounts.
struct AccountSources
{
    std::vector<PasswdEntry> passwd;
    std::vector<GroupEntry> groups;
    std::optional<std::map<std::string, ShadowEntry>> shadow; ///< Absent: not readable.
    SudoRights sudo;
    SshRights ssh;
    std::map<std::string, std::int64_t> last_logon_s; ///< By name, seconds since 1970.
    std::set<std::string> with_ssh_keys;
    Date today{};
};

/// One account from all that is known.
wire::Account describe_account(const PasswdEntry& entry, const AccountSources& sources);

} // namespace mimamori::agent::probes
