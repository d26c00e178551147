#include "agent/probes/accounts.hpp"

#include "agent/probes/text.hpp"

#include <algorithm>
#include <array>

namespace mimamori::agent::probes {
namespace {

/// The fields of a line between colons, at most 9, empty ones included.
std::vector<std::string_view> colon_fields(std::string_view line)
{
    std::vector<std::string_view> fields;
    while (fields.size() < 9)
    {
        const auto end = line.find(':');
        fields.push_back(line.substr(0, end));
        if (end == std::string_view::npos)
            break;
        line.remove_prefix(end + 1);
    }
    return fields;
}

/// The text with lines that end in '\' joined to the next one.
std::string joined_lines(std::string_view text)
{
    std::string joined;
    while (const auto line = next_line(text))
    {
        if (line->ends_with('\\'))
            joined.append(line->substr(0, line->size() - 1)) += ' ';
        else
            joined.append(*line) += '\n';
    }
    return joined;
}

/// Whether the right side of a sudoers line, "ALL=(ALL:ALL) NOPASSWD: ALL", allows every command.
bool allows_everything(std::string_view right)
{
    const auto equals = right.find('=');
    if (equals == std::string_view::npos)
        return false;
    right.remove_prefix(equals + 1);
    right = trimmed(right);
    // Run-as other than root does not make an administrator.
    if (right.starts_with('('))
    {
        const auto end = right.find(')');
        if (end == std::string_view::npos)
            return false;
        const std::string_view as = right.substr(1, end - 1);
        const std::string_view user = trimmed(as.substr(0, as.find(':')));
        if (user.find("ALL") == std::string_view::npos
            && user.find("root") == std::string_view::npos)
            return false;
        right.remove_prefix(end + 1);
    }
    const auto commands = split(right, ',');
    return std::any_of(commands.begin(), commands.end(), [](std::string_view command) {
        const auto tag = command.rfind(':');
        return trimmed(tag == std::string_view::npos ? command : command.substr(tag + 1)) == "ALL";
    });
}

void add_right(std::string_view who, SudoRights& rights)
{
    if (who == "ALL")
        rights.everyone = true;
    else if (who.starts_with("%#") || who.starts_with('#') || who.starts_with('+'))
        return; // By number or by netgroup: not used for local administrators.
    else if (who.starts_with('%'))
        rights.groups.emplace(who.substr(1));
    else
        rights.users.emplace(who);
}

bool fits_any(const std::vector<std::string>& patterns, std::string_view name)
{
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        // "user@host" patterns name a user from some place.
        return matches_glob(std::string_view{pattern}.substr(0, pattern.find('@')), name);
    });
}

bool any_fits(const std::vector<std::string>& patterns, const std::vector<std::string>& names)
{
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return fits_any(patterns, name);
    });
}

bool is_administrator(const wire::Account& account, std::uint32_t user, const SudoRights& sudo)
{
    if (user == 0 || sudo.everyone || sudo.users.contains(account.name))
        return true;
    return std::any_of(account.groups.begin(), account.groups.end(), [&](const std::string& group) {
        return sudo.groups.contains(group);
    });
}

} // namespace

std::map<std::string, ShadowEntry> parse_shadow(std::string_view text)
{
    std::map<std::string, ShadowEntry> entries;
    while (const auto line = next_line(text))
    {
        const auto fields = colon_fields(*line);
        if (fields.size() < 8 || fields[0].empty())
            continue;
        ShadowEntry entry;
        entry.name = fact_text(fields[0], 256);
        entry.empty = fields[1].empty();
        entry.locked = fields[1].starts_with('!') || fields[1].starts_with('*');
        entry.set_day = to_number<std::int32_t>(fields[2]);
        entry.max_days = to_number<std::int32_t>(fields[4]);
        entry.expires_day = to_number<std::int32_t>(fields[7]);
        entries.emplace(entry.name, std::move(entry));
    }
    return entries;
}

std::vector<GroupEntry> parse_groups(std::string_view text, std::size_t entries_max)
{
    std::vector<GroupEntry> groups;
    while (const auto line = next_line(text))
    {
        const auto fields = colon_fields(*line);
        const auto number = fields.size() == 4 ? to_number<std::uint32_t>(fields[2]) : std::nullopt;
        if (!number || fields[0].empty() || fields[0].front() == '+'
            || groups.size() == entries_max)
            continue;
        GroupEntry group{fact_text(fields[0], 256), *number, {}};
        for (const std::string_view member : split(fields[3], ','))
            group.members.push_back(fact_text(member, 256));
        groups.push_back(std::move(group));
    }
    return groups;
}

void apply_sudoers(std::string_view text, SudoRights& rights)
{
    const std::string joined = joined_lines(text);
    std::map<std::string, std::vector<std::string>> aliases;
    for (const bool for_aliases : {true, false})
    {
        std::string_view rest = joined;
        while (auto line = next_line(rest))
        {
            std::string_view whole = trimmed(*line);
            // "#include" is no comment to sudo, but which files are read is not decided here.
            if (whole.empty() || whole.front() == '#' || whole.front() == '@')
                continue;
            const auto first = next_word(whole);
            if (first == "User_Alias" && for_aliases)
            {
                for (const std::string_view definition : split(whole, ':'))
                {
                    const auto equals = definition.find('=');
                    if (equals == std::string_view::npos)
                        continue;
                    auto& members = aliases[std::string{trimmed(definition.substr(0, equals))}];
                    for (const std::string_view who : split(definition.substr(equals + 1), ','))
                        members.emplace_back(who);
                }
            }
            if (for_aliases || first.ends_with("_Alias") || first.starts_with("Defaults")
                || !allows_everything(whole))
                continue;
            for (const std::string_view who : split(first, ','))
            {
                const auto alias = aliases.find(std::string{who});
                if (alias == aliases.end())
                    add_right(who, rights);
                else
                    for (const std::string& member : alias->second)
                        add_right(member, rights);
            }
        }
    }
}

void apply_sshd_config(std::string_view text, SshRights& rights)
{
    const auto add_words = [](std::string_view words, std::vector<std::string>& list) {
        constexpr std::size_t patterns_max = 1'000;
        for (auto word = next_word(words); !word.empty(); word = next_word(words))
        {
            if (list.size() < patterns_max)
                list.emplace_back(word);
        }
    };
    while (auto line = next_line(text))
    {
        std::string_view rest = trimmed(*line);
        if (rest.empty() || rest.front() == '#')
            continue;
        const auto end = rest.find_first_of(" \t=");
        const std::string keyword = to_lower(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view{} : trimmed(rest.substr(end + 1));
        if (keyword == "match")
            return;
        if (keyword == "permitrootlogin" && !rights.root_allowed)
            rights.root_allowed = to_lower(unquoted(rest)) != "no";
        else if (keyword == "allowusers")
            add_words(rest, rights.allowed_users);
        else if (keyword == "denyusers")
            add_words(rest, rights.denied_users);
        else if (keyword == "allowgroups")
            add_words(rest, rights.allowed_groups);
        else if (keyword == "denygroups")
            add_words(rest, rights.denied_groups);
    }
}

bool may_use_ssh(const SshRights& rights, const wire::Account& account)
{
    if (!rights.server || (account.id == "0" && !rights.root_allowed.value_or(true)))
        return false;
    if (fits_any(rights.denied_users, account.name)
        || any_fits(rights.denied_groups, account.groups))
        return false;
    if (!rights.allowed_users.empty() && !fits_any(rights.allowed_users, account.name))
        return false;
    return rights.allowed_groups.empty() || any_fits(rights.allowed_groups, account.groups);
}

bool is_login_shell(std::string_view shell)
{
    constexpr std::array<std::string_view, 6> closed{"/nologin", "/false",    "/true",
                                                     "/sync",    "/shutdown", "/halt"};
    return std::none_of(closed.begin(), closed.end(), [&](std::string_view ending) {
        return shell.ends_with(ending);
    });
}

wire::Account describe_account(const PasswdEntry& entry, const AccountSources& sources)
{
    wire::Account account;
    account.name = entry.name;
    account.id = std::to_string(entry.user);
    for (const GroupEntry& group : sources.groups)
    {
        const bool member = group.number == entry.group
                            || std::find(group.members.begin(), group.members.end(), entry.name)
                                   != group.members.end();
        if (member)
            account.groups.push_back(group.name);
    }
    std::sort(account.groups.begin(), account.groups.end());
    account.administrator = is_administrator(account, entry.user, sources.sudo);
    const auto logon = sources.last_logon_s.find(entry.name);
    if (logon != sources.last_logon_s.end() && logon->second > 0)
        account.last_logon_at = from_seconds(logon->second);

    const ShadowEntry* shadow = nullptr;
    if (sources.shadow)
    {
        const auto found = sources.shadow->find(entry.name);
        shadow = found == sources.shadow->end() ? nullptr : &found->second;
    }
    const bool shell = is_login_shell(entry.shell);
    if (!shell)
        account.enabled = false;
    else if (shadow != nullptr)
    {
        const bool expired =
            shadow->expires_day && *shadow->expires_day <= sources.today.time_since_epoch().count();
        const bool keys = sources.with_ssh_keys.contains(entry.name);
        account.enabled = !expired && (!shadow->locked || keys);
    }
    if (shadow != nullptr)
    {
        constexpr std::int32_t practically_never = 9'999;
        // Day 0 means "must be changed at the next logon".
        if (shadow->set_day && *shadow->set_day > 0)
            account.password_set_on = Date{std::chrono::days{*shadow->set_day}};
        account.password_never_expires =
            !shadow->max_days || *shadow->max_days < 0 || *shadow->max_days >= practically_never;
        account.password_empty = shadow->empty;
    }
    account.remote_logon =
        shell && account.enabled.value_or(true) && may_use_ssh(sources.ssh, account);
    return account;
}

} // namespace mimamori::agent::probes
