#include "agent/probes/accounts.hpp"
#include "agent/probes/mounts.hpp"
#include "agent/probes/sqlite_file.hpp"
#include "agent/probes/text.hpp"
#include "agent/probes/utmp.hpp"
#include "common/wire/report.hpp"

#include <algorithm>

namespace mimamori::agent::probes {
namespace {

constexpr std::size_t file_bytes_max = 8U * 1024 * 1024;

void read_sudo(const Tree& tree, AccountSources& sources, wire::Provenance& from)
{
    constexpr std::string_view path = "/etc/sudoers";
    const auto text = tree.read(path);
    if (!text && text.error().code == Errc::not_found)
        return; // No sudo: only root is root.
    if (!text)
    {
        note_unknown(from, "administrator", text.error());
        sources.sudo.groups = {"sudo", "wheel"}; // What distributions set up.
        return;
    }
    note_source(from, path);
    apply_sudoers(*text, sources.sudo);
    constexpr std::string_view folder = "/etc/sudoers.d/";
    const auto names = tree.names(folder);
    for (const std::string& name : names ? *names : std::vector<std::string>{})
    {
        // sudo passes over names with a dot and back-up files.
        if (name.find('.') != std::string::npos || name.ends_with('~'))
            continue;
        if (const auto more = tree.read(std::string{folder} + name))
            apply_sudoers(*more, sources.sudo);
    }
}

void read_ssh(const Tree& tree, AccountSources& sources, wire::Provenance& from)
{
    sources.ssh.server = tree.exists("/usr/sbin/sshd");
    if (!sources.ssh.server)
        return;
    constexpr std::string_view path = "/etc/ssh/sshd_config";
    constexpr std::string_view folder = "/etc/ssh/sshd_config.d/";
    const auto text = tree.read(path);
    if (!text)
    {
        note_unknown(from, "remote_logon", text.error());
        return;
    }
    note_source(from, path);
    // Distributions that have the folder include it at the top, so it speaks first.
    if (text->find("Include /etc/ssh/sshd_config.d/") != std::string::npos)
    {
        const auto names = tree.names(folder);
        for (const std::string& name : names ? *names : std::vector<std::string>{})
        {
            const auto more = name.ends_with(".conf") ? tree.read(std::string{folder} + name)
                                                      : Result<std::string>{""};
            if (more)
                apply_sshd_config(*more, sources.ssh);
        }
    }
    apply_sshd_config(*text, sources.ssh);
}

/// lastlog: one record a user number, in a file full of holes.
void read_lastlog(const Tree& tree, AccountSources& sources, wire::Provenance& from)
{
    constexpr std::string_view path = "/var/log/lastlog";
    std::optional<Error> missing;
    for (const PasswdEntry& entry : sources.passwd)
    {
        const auto record = tree.read_part(
            path, std::uint64_t{entry.user} * lastlog_record_bytes, lastlog_record_bytes);
        if (!record)
        {
            missing = record.error();
            break;
        }
        if (const auto at = parse_lastlog_record(*record); at > 0)
            sources.last_logon_s[entry.name] = at;
    }
    if (!missing)
        note_source(from, path);

    const std::string lastlog2 = "/var/lib/lastlog/lastlog2.db";
    const auto database = SqliteFile::open(tree, lastlog2);
    auto rows = database ? database->query("SELECT Name, Time FROM Lastlog2 LIMIT 20000")
                         : Result<SqliteFile::Rows>{database.error()};
    if (rows)
    {
        note_source(from, lastlog2);
        missing.reset();
        for (auto more = rows->next(); more && *more; more = rows->next())
        {
            auto& known = sources.last_logon_s[fact_text(rows->text(0), 256)];
            known = std::max(known, rows->number(1));
        }
    }
    if (missing)
        note_unknown(from, "last_logon_at", *missing);
}

/// Who has keys with which sshd lets them in, password or not.
void read_ssh_keys(const Tree& tree, AccountSources& sources)
{
    const Mounts mounts = read_mounts(tree);
    for (const PasswdEntry& entry : sources.passwd)
    {
        if (!is_login_shell(entry.shell) || mounts.may_wait(entry.home))
            continue;
        const auto keys = tree.read_untrusted(entry.home + "/.ssh/authorized_keys");
        std::string_view rest = keys ? std::string_view{*keys} : std::string_view{};
        while (const auto line = next_line(rest))
        {
            const auto key = trimmed(*line);
            if (!key.empty() && key.front() != '#')
            {
                sources.with_ssh_keys.insert(entry.name);
                break;
            }
        }
    }
}

} // namespace

wire::AccountsSection read_accounts(const ProbeContext& context)
{
    const Tree tree{context.root};
    wire::AccountsSection section;
    AccountSources sources;
    sources.today = std::chrono::floor<std::chrono::days>(context.clock.now());

    const auto passwd = tree.read("/etc/passwd", file_bytes_max);
    if (!passwd)
    {
        note_unknown(section.from, "accounts", passwd.error());
        return section;
    }
    note_source(section.from, "/etc/passwd");
    sources.passwd = parse_passwd(*passwd);

    if (const auto groups = tree.read("/etc/group", file_bytes_max))
    {
        note_source(section.from, "/etc/group");
        sources.groups = parse_groups(*groups);
    }
    else
        note_unknown(section.from, "groups", groups.error());

    if (const auto shadow = tree.read("/etc/shadow", file_bytes_max))
    {
        note_source(section.from, "/etc/shadow");
        sources.shadow = parse_shadow(*shadow);
    }
    else
    {
        for (const std::string_view fact :
             {"enabled", "password_set_on", "password_never_expires", "password_empty"})
            note_unknown(section.from, fact, shadow.error());
    }
    read_sudo(tree, sources, section.from);
    read_ssh(tree, sources, section.from);
    read_lastlog(tree, sources, section.from);
    read_ssh_keys(tree, sources);

    for (const PasswdEntry& entry : sources.passwd)
        section.accounts.push_back(describe_account(entry, sources));
    std::sort(
        section.accounts.begin(), section.accounts.end(),
        [](const wire::Account& a, const wire::Account& b) {
            return std::tie(a.name, a.id) < std::tie(b.name, b.id);
        });
    cut_list(section.accounts, wire::ReportLimits::elements_max, section.from, "accounts");
    return section;
}

} // namespace mimamori::agent::probes
