#include "agent/probes/os.hpp"
#include "agent/probes/text.hpp"
#include "agent/probes/tree.hpp"

#include <array>

namespace mimamori::agent::probes {
namespace {

constexpr std::string_view boot_id_path = "/proc/sys/kernel/random/boot_id";

/// Which product; os-release(5) says that /etc wins and /usr/lib is where it ships.
void read_release(const Tree& tree, wire::OsSection& os)
{
    Error first;
    for (const std::string_view path : {"/etc/os-release", "/usr/lib/os-release"})
    {
        if (const auto text = tree.read(path))
        {
            note_source(os.from, path);
            apply_os_release(*text, os);
            return;
        }
        else if (first.message.empty() || text.error().code != Errc::not_found)
            first = text.error();
    }
    // Before os-release(5): CentOS and Red Hat 6.
    for (const std::string_view path : {"/etc/centos-release", "/etc/redhat-release"})
    {
        if (const auto line = tree.read_value(path))
        {
            note_source(os.from, path);
            apply_release_line(*line, os);
            return;
        }
    }
    for (const std::string_view fact : {"product", "distribution", "version"})
        note_unknown(os.from, fact, first);
}

void read_kernel(const ProbeContext& context, const Tree& tree, wire::OsSection& os)
{
    constexpr std::string_view release_path = "/proc/sys/kernel/osrelease";
    if (const auto release = tree.read_value(release_path))
    {
        note_source(os.from, release_path);
        os.kernel = fact_text(*release, 256);
    }
    else
        note_unknown(os.from, "kernel", release.error());

    if (const auto name = context.live.kernel_name())
    {
        note_source(os.from, "uname");
        os.architecture = architecture_of(name->machine);
    }
    else
        note_unknown(os.from, "architecture", name.error());
}

void read_boot_time(const ProbeContext& context, const Tree& tree, wire::OsSection& os)
{
    const auto stat = tree.read("/proc/stat", 4U * 1024 * 1024);
    if (!stat)
    {
        note_unknown(os.from, "booted_at", stat.error());
        return;
    }
    const auto computed = parse_boot_time(*stat);
    if (!computed)
    {
        note_unknown(os.from, "booted_at", "read /proc/stat: it has no btime");
        return;
    }
    note_source(os.from, "/proc/stat");
    const auto boot_id = tree.read_value(boot_id_path);
    os.booted_at = settle_boot_time(
        context.memory.boot, boot_id ? std::string_view{*boot_id} : std::string_view{}, *computed);
}

/// The installers leave files that nothing touches later.
void read_install_date(const Tree& tree, wire::OsSection& os)
{
    constexpr std::array<std::string_view, 7> traces{
        "/var/log/installer/syslog",                // Debian
        "/var/log/installer/installer-journal.txt", // Ubuntu since 20.04
        "/var/log/installer/initial-status.gz",
        "/root/anaconda-ks.cfg", // Red Hat and its kin
        "/var/log/anaconda/anaconda.log",
        "/lost+found", // made together with the file system
        "/etc/machine-id",
    };
    for (const std::string_view path : traces)
    {
        const auto status = tree.status(path);
        if (!status || status->changed_ns <= 0)
            continue;
        note_source(os.from, path);
        os.installed_at = from_seconds(status->changed_ns / 1'000'000'000);
        return;
    }
    note_unknown(
        os.from, "installed_at",
        "neither an installer's log nor /lost+found nor /etc/machine-id is there");
}

void read_locale(const Tree& tree, wire::OsSection& os)
{
    for (const std::string_view path :
         {"/etc/locale.conf", "/etc/default/locale", "/etc/sysconfig/i18n"})
    {
        const auto text = tree.read(path);
        if (!text)
            continue;
        os.locale = parse_locale(*text);
        if (os.locale.empty())
            continue;
        note_source(os.from, path);
        return;
    }
    note_unknown(os.from, "locale", "no LANG in /etc/locale.conf or /etc/default/locale");
}

void read_time_zone(const Tree& tree, wire::OsSection& os)
{
    const auto target = tree.link_target("/etc/localtime");
    if (target)
        os.time_zone = zone_of_link(*target);
    if (!os.time_zone.empty())
    {
        note_source(os.from, "/etc/localtime");
        return;
    }
    if (const auto name = tree.read_value("/etc/timezone"); name && !name->empty())
    {
        note_source(os.from, "/etc/timezone");
        os.time_zone = fact_text(*name, 64);
        return;
    }
    if (target)
        note_unknown(os.from, "time_zone", "/etc/localtime is not a link to a time zone");
    else
        note_unknown(os.from, "time_zone", target.error());
}

void read_names(const Tree& tree, wire::OsSection& os)
{
    constexpr std::string_view hostname_path = "/proc/sys/kernel/hostname";
    if (const auto name = tree.read_value(hostname_path))
    {
        note_source(os.from, hostname_path);
        os.hostname = fact_text(*name, 256);
    }
    else
        note_unknown(os.from, "hostname", name.error());

    struct Membership
    {
        std::string_view path;
        std::string (*parse)(std::string_view);
    };

    constexpr std::array<Membership, 2> memberships{{
        {"/etc/sssd/sssd.conf", parse_sssd_domain},
        {"/etc/samba/smb.conf", parse_samba_domain},
    }};
    for (const auto& [path, parse] : memberships)
    {
        const auto text = tree.read(path);
        if (!text && text.error().code != Errc::not_found)
            note_unknown(os.from, "domain", text.error());
        if (!text)
            continue;
        note_source(os.from, path);
        os.domain = parse(*text);
        if (!os.domain.empty())
            return;
    }
}

void read_extended_support(const Tree& tree, wire::OsSection& os)
{
    if (os.distribution != "ubuntu")
        return;
    constexpr std::string_view path = "/var/lib/ubuntu-advantage/status.json";
    const auto text = tree.read(path);
    if (!text)
    {
        note_unknown(os.from, "extended_support", text.error());
        return;
    }
    os.extended_support = parse_ubuntu_pro(*text);
    if (os.extended_support.empty())
        note_unknown(os.from, "extended_support", "read " + std::string{path} + ": not understood");
    else
        note_source(os.from, path);
}

} // namespace

wire::OsSection read_os(const ProbeContext& context)
{
    const Tree tree{context.root};
    wire::OsSection os;
    os.family = "linux";
    read_release(tree, os);
    read_kernel(context, tree, os);
    read_boot_time(context, tree, os);
    read_install_date(tree, os);
    read_locale(tree, os);
    read_time_zone(tree, os);
    read_names(tree, os);
    read_extended_support(tree, os);
    return os;
}

} // namespace mimamori::agent::probes
