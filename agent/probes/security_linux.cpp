#include "agent/probes/dpkg.hpp"
#include "agent/probes/enabled_units.hpp"
#include "agent/probes/ip_text.hpp"
#include "agent/probes/netlink.hpp"
#include "agent/probes/rpm_database.hpp"
#include "agent/probes/security.hpp"
#include "agent/probes/sockets.hpp"
#include "agent/probes/text.hpp"
#include "agent/probes/tree.hpp"
#include "agent/probes/volumes.hpp"

#include <algorithm>
#include <array>

namespace mimamori::agent::probes {
namespace {

void read_firewall(
    const ProbeContext& context,
    const Tree& tree,
    const Result<EnabledUnits>& units,
    wire::SecuritySection& section)
{
    const auto messages = context.live.netlink_dump(NetlinkTable::nftables);
    if (messages)
    {
        note_source(section.from, "netlink nftables");
        section.firewall.push_back({"nftables", !parse_nftables_tables(*messages).empty()});
    }
    else
    {
        note_unknown(section.from, "firewall", messages.error());
        section.firewall.push_back({"nftables", std::nullopt});
    }

    constexpr std::string_view tables = "/proc/net/ip_tables_names";
    const auto old_tables = tree.read(tables);
    if (old_tables)
    {
        note_source(section.from, tables);
        section.firewall.push_back({"iptables", old_tables->find("filter") != std::string::npos});
    }
    else if (old_tables.error().code != Errc::not_found)
        note_unknown(section.from, "firewall", old_tables.error());

    constexpr std::string_view ufw = "/etc/ufw/ufw.conf";
    if (const auto text = tree.read(ufw))
    {
        note_source(section.from, ufw);
        section.firewall.push_back({"ufw", ufw_enabled(*text)});
    }
    if (units && tree.exists("/usr/sbin/firewalld"))
        section.firewall.push_back({"firewalld", units->has("firewalld.service")});
}

/// The installed version of Samba, for its defaults.
std::string samba_version(const Tree& tree)
{
    std::string version;
    const auto dpkg = for_each_installed(tree, [&](const DpkgPackage& package) {
        if (package.name == "samba")
            version = package.version;
    });
    if (!dpkg && version.empty())
    {
        const auto rpm = for_each_rpm(tree, [&](const RpmPackage& package) {
            if (package.name == "samba")
                version = package.version;
            return version.empty();
        });
        if (!rpm)
            return {};
    }
    return version;
}

void read_samba(const Tree& tree, wire::SecuritySection& section)
{
    constexpr std::string_view program = "/usr/sbin/smbd";
    constexpr std::string_view path = "/etc/samba/smb.conf";
    if (!tree.exists("/usr/sbin"))
    {
        note_unknown(section.from, "smb1", "read /usr/sbin: No such file or directory");
        return;
    }
    if (!tree.exists(program))
    {
        section.smb1 = false; // Nothing here serves files that way.
        return;
    }
    const auto text = tree.read(path);
    if (!text)
    {
        note_unknown(section.from, "smb1", text.error());
        return;
    }
    note_source(section.from, path);
    section.smb1 = samba_allows_smb1(*text);
    if (!section.smb1)
        section.smb1 = samba_default_smb1(samba_version(tree));
    if (!section.smb1)
        note_unknown(
            section.from, "smb1",
            "read /etc/samba/smb.conf: no server min protocol, and Samba's version is not known");
}

/// Ports on which a screen is shared, reachable from other machines.
bool shares_screen(const Tree& tree, wire::Provenance& from)
{
    for (const std::string protocol : {"tcp", "tcp6"})
    {
        const auto text = tree.read("/proc/net/" + protocol, 16U * 1024 * 1024);
        if (!text)
            continue;
        note_source(from, "/proc/net/" + protocol);
        for (const Socket& socket : parse_sockets(*text, protocol))
        {
            const bool desktop = socket.local_port == 3389
                                 || (socket.local_port >= 5900 && socket.local_port <= 5910);
            if (socket.state == SocketState::listening && desktop
                && !is_loopback(socket.local_address))
                return true;
        }
    }
    return false;
}

void read_remote_access(
    const Tree& tree, const Result<EnabledUnits>& units, wire::SecuritySection& section)
{
    const bool shares = shares_screen(tree, section.from);
    if (!units)
    {
        note_unknown(section.from, "ssh_server", units.error());
        if (shares)
            section.remote_desktop = true;
        else
            note_unknown(section.from, "remote_desktop", units.error());
        return;
    }
    note_source(section.from, "/etc/systemd/system");
    section.remote_desktop = shares
                             || units->has_any(
                                 {"xrdp.service", "x11vnc.service", "vncserver.service",
                                  "wayvnc.service", "gnome-remote-desktop.service"})
                             || units->has_prefix("vncserver@")
                             || units->has_prefix("tigervncserver@") || units->has_prefix("xvnc");
    const bool installed = tree.exists("/usr/sbin/sshd") || tree.exists("/usr/sbin/dropbear");
    section.ssh_server =
        installed
        && units->has_any(
            {"ssh.service", "sshd.service", "ssh.socket", "sshd.socket", "dropbear.service"});
}

/// Defaults that the administrator gave to desktop sessions. What a user changed is in a binary
/// file of the user's and is not read.
void read_desktop(const Tree& tree, wire::SecuritySection& section)
{
    ScreenLock lock;
    const auto read_folder = [&](const std::string& folder, std::string_view ending) {
        const auto names = tree.names(folder);
        for (const std::string& name : names ? *names : std::vector<std::string>{})
        {
            const auto text =
                name.ends_with(ending) ? tree.read(folder + '/' + name) : Result<std::string>{""};
            if (!text || text->empty())
                continue;
            note_source(section.from, folder);
            apply_desktop_settings(*text, lock);
        }
    };
    // Overrides of the schemas first: dconf's own settings are stronger.
    read_folder("/usr/share/glib-2.0/schemas", ".gschema.override");
    const auto databases = tree.names("/etc/dconf/db");
    for (const std::string& name : databases ? *databases : std::vector<std::string>{})
    {
        if (name.ends_with(".d"))
            read_folder("/etc/dconf/db/" + name, "");
    }
    section.screen_lock_s = lock_seconds(lock);
    if (lock.autorun_never)
        section.autorun = !*lock.autorun_never;
    if (!section.screen_lock_s)
        note_unknown(
            section.from, "screen_lock_s",
            "neither /etc/dconf/db nor /usr/share/glib-2.0/schemas sets it; users' own settings "
            "are not read");
}

void read_trusted_start(const Tree& tree, wire::SecuritySection& section)
{
    constexpr std::string_view variable =
        "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    if (!tree.exists("/sys/firmware"))
        note_unknown(section.from, "secure_boot", "read /sys/firmware: No such file or directory");
    else if (!tree.exists("/sys/firmware/efi"))
    {
        note_source(section.from, "/sys/firmware");
        section.secure_boot = false; // Started the old way, which has no such thing.
    }
    else
    {
        const auto bytes = tree.read(variable);
        if (bytes)
            section.secure_boot = parse_efi_switch(*bytes);
        if (section.secure_boot)
            note_source(section.from, variable);
        else
            note_unknown(
                section.from, "secure_boot",
                bytes ? "read " + std::string{variable} + ": not understood"
                      : bytes.error().message);
    }

    if (!tree.exists("/sys/class"))
    {
        note_unknown(section.from, "tpm", "read /sys/class/tpm: No such file or directory");
        return;
    }
    note_source(section.from, "/sys/class/tpm");
    const std::string chip = "/sys/class/tpm/tpm0";
    section.tpm = tree.exists(chip) || tree.exists("/sys/firmware/acpi/tables/TPM2");
    const auto major = tree.read_value(chip + "/tpm_version_major");
    if (major)
        section.tpm_version = *major == "2" ? "2.0" : *major == "1" ? "1.2" : fact_text(*major, 8);
    else if (tree.exists(chip + "/device/caps"))
        section.tpm_version = "1.2";
}

void read_time(
    const ProbeContext& context,
    const Tree& tree,
    const Result<EnabledUnits>& units,
    wire::SecuritySection& section)
{
    const auto state = context.live.time_state();
    if (state)
    {
        note_source(section.from, "adjtimex");
        section.time_synchronised = state->synchronised;
    }
    else
        note_unknown(section.from, "time_synchronised", state.error());

    struct Daemon
    {
        std::vector<std::string_view> units;
        std::vector<std::string> files;
        std::vector<std::string> folders;
        std::vector<std::string> (*parse)(std::string_view);
    };

    const std::array<Daemon, 3> daemons{{
        {{"chrony.service", "chronyd.service"},
         {"/etc/chrony/chrony.conf", "/etc/chrony.conf"},
         {"/etc/chrony/conf.d/", "/etc/chrony/sources.d/"},
         parse_time_servers},
        {{"ntp.service", "ntpd.service", "ntpsec.service"},
         {"/etc/ntp.conf", "/etc/ntpsec/ntp.conf"},
         {},
         parse_time_servers},
        {{"systemd-timesyncd.service"},
         {"/etc/systemd/timesyncd.conf"},
         {"/etc/systemd/timesyncd.conf.d/"},
         parse_timesyncd_servers},
    }};
    std::vector<std::string> servers;
    for (const Daemon& daemon : daemons)
    {
        const bool enabled =
            !units
            || std::any_of(daemon.units.begin(), daemon.units.end(), [&](std::string_view unit) {
                   return units->has(unit);
               });
        std::vector<std::string> files = daemon.files;
        for (const std::string& folder : daemon.folders)
        {
            const auto names = tree.names(folder);
            for (const std::string& name : names ? *names : std::vector<std::string>{})
                files.push_back(folder + name);
        }
        for (const std::string& file : enabled&& servers.empty() ? files : decltype(files){})
        {
            const auto text = tree.read(file);
            auto some = text ? daemon.parse(*text) : std::vector<std::string>{};
            if (some.empty())
                continue;
            note_source(section.from, file);
            servers.insert(servers.end(), some.begin(), some.end());
        }
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(servers.size(), 4); ++i)
        section.time_source += (i == 0 ? "" : ", ") + servers[i];
    if (servers.empty())
        note_unknown(
            section.from, "time_source",
            "no time server in chrony.conf, ntp.conf or timesyncd.conf");
}

void read_mandatory_control(
    const Tree& tree, const Result<EnabledUnits>& units, wire::SecuritySection& section)
{
    const auto selinux = tree.read_value("/sys/fs/selinux/enforce");
    const auto apparmor = tree.read_value("/sys/module/apparmor/parameters/enabled");
    if (units && units->has("fapolicyd.service"))
        section.application_control = "fapolicyd";
    else if (selinux && *selinux == "1")
    {
        note_source(section.from, "/sys/fs/selinux");
        section.application_control = "selinux";
    }
    else if (apparmor && *apparmor == "Y")
    {
        note_source(section.from, "/sys/module/apparmor");
        section.application_control = "apparmor";
    }
    else if (tree.exists("/sys/fs") && tree.exists("/sys/module"))
        section.application_control = "none";
    else
        note_unknown(
            section.from, "application_control",
            "read /sys/fs/selinux and /sys/module/apparmor: No such file or directory");
    if (units)
        section.audit_policy = units->has("auditd.service") ? "auditd" : "none";
    else
        note_unknown(section.from, "audit_policy", units.error());
}

void read_volumes(const ProbeContext& context, const Tree& tree, wire::SecuritySection& section)
{
    constexpr std::string_view path = "/proc/self/mountinfo";
    const auto text = tree.read(path, 4U * 1024 * 1024);
    if (!text)
    {
        note_unknown(section.from, "encryption", text.error());
        note_unknown(section.from, "write_filter", text.error());
        return;
    }
    note_source(section.from, path);
    const auto mounts = parse_mount_info(*text);
    for (const MountInfo& mount : lasting_volumes(mounts))
        section.encryption.push_back(encryption_of(tree, mount, section.from));
    std::sort(
        section.encryption.begin(), section.encryption.end(),
        [](const auto& a, const auto& b) { return a.volume < b.volume; });
    cut_list(section.encryption, 200, section.from, "encryption");

    const auto command_line = tree.read("/proc/cmdline");
    const bool container = tree.exists("/.dockerenv") || tree.exists("/run/.containerenv");
    section.write_filter = write_filter_of(
        mounts, command_line ? std::string_view{*command_line} : std::string_view{}, container);
    const MountInfo* const data = mount_of(mounts, context.options.data_folder);
    if (!section.write_filter.empty() && data != nullptr)
        section.write_filter_over_agent_data =
            (section.write_filter != "none" && data->type == "overlay") || data->type == "tmpfs";
}

} // namespace

wire::SecuritySection read_security(const ProbeContext& context)
{
    const Tree tree{context.root};
    wire::SecuritySection section;
    const auto units = EnabledUnits::read(tree);
    read_firewall(context, tree, units, section);
    read_volumes(context, tree, section);
    read_samba(tree, section);
    read_remote_access(tree, units, section);
    read_desktop(tree, section);
    read_trusted_start(tree, section);
    read_time(context, tree, units, section);
    read_mandatory_control(tree, units, section);
    return section;
}

} // namespace mimamori::agent::probes
