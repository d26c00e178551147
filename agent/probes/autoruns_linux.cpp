#include "agent/probes/accounts.hpp"
#include "agent/probes/autoruns.hpp"
#include "agent/probes/mounts.hpp"
#include "agent/probes/services.hpp"
#include "agent/probes/text.hpp"

#include <array>

namespace mimamori::agent::probes {
namespace {

constexpr std::size_t homes_max = 200;
constexpr std::uint32_t execute_bits = 0111;

void append(std::vector<wire::ScheduledTask>& to, std::vector<wire::ScheduledTask> more)
{
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// Scripts that run-parts starts once an hour, day, week or month.
void read_periodic_scripts(const Tree& tree, wire::ServicesSection& section)
{
    for (const std::string period : {"hourly", "daily", "weekly", "monthly"})
    {
        const std::string folder = "/etc/cron." + period;
        const auto names = tree.names(folder);
        for (const std::string& name : names ? *names : std::vector<std::string>{})
        {
            const std::string path = folder + '/' + name;
            const auto status = tree.status(path);
            // run-parts passes over names with dots (".placeholder", "x.dpkg-old").
            if (!status || status->kind != FileKind::regular || name.find('.') != std::string::npos)
                continue;
            section.tasks.push_back(
                {.name = fact_text(path),
                 .schedule = period,
                 .account = "root",
                 .command = fact_text(path),
                 .enabled = (status->mode & execute_bits) != 0});
        }
    }
}

void read_user_crontabs(const Tree& tree, wire::ServicesSection& section)
{
    for (const std::string folder :
         {"/var/spool/cron/crontabs", "/var/spool/cron", "/var/spool/cron/tabs"})
    {
        const auto names = tree.names(folder);
        if (!names && names.error().code != Errc::not_found)
            note_unknown(section.from, "tasks", names.error());
        for (const std::string& name : names ? *names : std::vector<std::string>{})
        {
            const std::string path = folder + '/' + name;
            // Users' crontabs are made by a program of root's, but their content is the users'.
            const auto text = tree.read_untrusted(path);
            if (!text)
                continue;
            append(
                section.tasks,
                parse_crontab(*text, CrontabKind::of_user, fact_text(path), fact_text(name, 256)));
        }
    }
}

void read_desktop_folder(
    const Tree& tree,
    const std::string& folder,
    const std::vector<std::string>& names,
    Result<std::string> (*read)(const Tree&, const std::string&),
    wire::ServicesSection& section)
{
    for (const std::string& name : names)
    {
        if (!name.ends_with(".desktop"))
            continue;
        const std::string path = folder + '/' + name;
        const auto text = read(tree, path);
        if (auto autorun = text ? parse_desktop_file(*text, path) : std::nullopt)
            section.autoruns.push_back(std::move(*autorun));
    }
}

/// What a user may have put into the own home. Nothing there is followed anywhere else.
void read_homes(const Tree& tree, wire::ServicesSection& section)
{
    const auto passwd = tree.read("/etc/passwd", 8U * 1024 * 1024);
    if (!passwd)
        return;
    const Mounts mounts = read_mounts(tree);
    std::size_t homes = 0;
    for (const PasswdEntry& entry : parse_passwd(*passwd))
    {
        constexpr std::uint32_t first_person = 1'000;
        const bool person = entry.user == 0 || entry.user >= first_person;
        if (!person || !is_login_shell(entry.shell) || entry.home.size() < 2
            || mounts.may_wait(entry.home) || ++homes > homes_max)
            continue;
        const std::string autostart = entry.home + "/.config/autostart";
        if (const auto names = tree.names_untrusted(autostart))
            read_desktop_folder(
                tree, autostart, *names,
                [](const Tree& t, const std::string& path) { return t.read_untrusted(path); },
                section);
        const std::string wants = entry.home + "/.config/systemd/user/default.target.wants";
        const auto units = tree.names_untrusted(wants);
        for (const std::string& name : units ? *units : std::vector<std::string>{})
            section.autoruns.push_back({fact_text(wants), fact_text(name, 256), {}});
    }
}

} // namespace

void read_cron(const Tree& tree, wire::ServicesSection& section)
{
    constexpr std::string_view system = "/etc/crontab";
    if (const auto text = tree.read(system))
    {
        note_source(section.from, system);
        append(
            section.tasks, parse_crontab(*text, CrontabKind::of_system, std::string{system}, {}));
    }
    const std::string folder = "/etc/cron.d";
    const auto names = tree.names(folder);
    for (const std::string& name : names ? *names : std::vector<std::string>{})
    {
        const std::string path = folder + '/' + name;
        const auto text =
            name.find('.') == std::string::npos ? tree.read(path) : Result<std::string>{""};
        if (text)
            append(
                section.tasks, parse_crontab(*text, CrontabKind::of_system, fact_text(path), {}));
    }
    read_periodic_scripts(tree, section);
    read_user_crontabs(tree, section);
}

void read_autoruns(const Tree& tree, wire::ServicesSection& section)
{
    if (const auto text = tree.read("/etc/inittab"))
    {
        note_source(section.from, "/etc/inittab");
        for (wire::Autorun& autorun : parse_inittab(*text))
            section.autoruns.push_back(std::move(autorun));
    }
    for (const std::string path : {"/etc/rc.local", "/etc/rc.d/rc.local"})
    {
        const auto status = tree.link_status(path);
        const bool runs =
            status && status->kind == FileKind::regular && (status->mode & execute_bits) != 0;
        const auto text = runs ? tree.read(path) : Result<std::string>{""};
        std::string commands = text ? script_commands(*text) : std::string{};
        if (!commands.empty())
            section.autoruns.push_back({path, "rc.local", std::move(commands)});
    }
    // Libraries that are loaded into every program: a classic place to hide.
    if (const auto text = tree.read("/etc/ld.so.preload"))
    {
        std::string_view rest = *text;
        for (auto library = next_word(rest); !library.empty(); library = next_word(rest))
            section.autoruns.push_back({"/etc/ld.so.preload", fact_text(library), {}});
    }
    const std::string xdg = "/etc/xdg/autostart";
    if (const auto names = tree.names(xdg))
    {
        note_source(section.from, xdg);
        read_desktop_folder(
            tree, xdg, *names, [](const Tree& t, const std::string& path) { return t.read(path); },
            section);
    }
    read_homes(tree, section);
}

} // namespace mimamori::agent::probes
