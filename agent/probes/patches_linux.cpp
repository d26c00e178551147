#include "agent/probes/apt_conf.hpp"
#include "agent/probes/dpkg.hpp"
#include "agent/probes/patches.hpp"
#include "agent/probes/rpm_database.hpp"
#include "agent/probes/text.hpp"
#include "agent/probes/tree.hpp"

#include <algorithm>
#include <array>
#include <ctime>

namespace mimamori::agent::probes {
namespace {

constexpr std::size_t pending_max = 500;

bool has_dpkg(const Tree& tree)
{
    return tree.exists("/var/lib/dpkg/status") || tree.exists("/var/lib/dpkg/info");
}

/// By the machine's time zone, as dpkg wrote it.
std::optional<Timestamp> to_utc(const LocalTime& local)
{
    std::tm fields{};
    fields.tm_year = local.year - 1900;
    fields.tm_mon = local.month - 1;
    fields.tm_mday = local.day;
    fields.tm_hour = local.hour;
    fields.tm_min = local.minute;
    fields.tm_sec = local.second;
    fields.tm_isdst = -1;
    const std::time_t seconds = std::mktime(&fields);
    if (seconds < 0)
        return std::nullopt;
    return from_seconds(seconds);
}

void read_last_dpkg_change(const Tree& tree, wire::PatchesSection& patches)
{
    constexpr std::size_t log_end_bytes = 512U * 1024;
    for (const std::string_view path : {"/var/log/dpkg.log", "/var/log/dpkg.log.1"})
    {
        const auto log = tree.read_end(path, log_end_bytes);
        const auto newest = log ? newest_change(*log) : std::nullopt;
        const auto local = newest ? parse_local_time(*newest) : std::nullopt;
        if (local)
        {
            patches.last_update_at = to_utc(*local);
            note_source(patches.from, path);
            return;
        }
    }
    // The log may have been turned off or cleared: every unpacking also writes a file list.
    constexpr std::string_view folder = "/var/lib/dpkg/info";
    const auto names = tree.names(folder);
    std::int64_t newest_ns = 0;
    for (const std::string& name : names ? *names : std::vector<std::string>{})
    {
        if (!name.ends_with(".list"))
            continue;
        if (const auto status = tree.status(std::string{folder} + '/' + name))
            newest_ns = std::max(newest_ns, status->changed_ns);
    }
    if (newest_ns > 0)
    {
        patches.last_update_at = from_seconds(newest_ns / 1'000'000'000);
        note_source(patches.from, folder);
    }
    else
        note_unknown(
            patches.from, "last_update_at",
            "read /var/log/dpkg.log: it names no installation, and /var/lib/dpkg/info is empty");
}

void read_pending_dpkg(const ProbeContext& context, const Tree& tree, wire::PatchesSection& patches)
{
    PendingMemory& memory = context.memory.pending;
    const std::string inputs = pending_inputs(tree);
    if (memory.inputs != inputs)
    {
        memory = {};
        auto pending = find_pending_packages(tree, memory.not_understood);
        if (!pending)
        {
            note_unknown(patches.from, "pending_count", pending.error());
            note_unknown(patches.from, "pending_security_count", pending.error());
            return;
        }
        memory.count = pending->count;
        memory.security_count = pending->security_count;
        memory.packages = std::move(pending->packages);
        memory.packages.resize(std::min(memory.packages.size(), pending_max + 1));
        memory.inputs = inputs;
    }
    note_source(patches.from, "/var/lib/apt/lists");
    patches.pending_count = memory.count;
    patches.pending_security_count = memory.security_count;
    patches.pending = memory.packages;
    cut_list(patches.pending, pending_max, patches.from, "pending");
    for (const std::string& packages : memory.not_understood)
        note_unknown(
            patches.from, "pending",
            "apt preferences for \"" + packages + "\" use a form that is not understood");
}

/// When the machine last learned which updates exist.
void read_lists_time(const Tree& tree, wire::PatchesSection& patches)
{
    constexpr std::array<std::string_view, 5> stamps{
        "/var/lib/apt/periodic/update-success-stamp", // Ubuntu's hook
        "/var/lib/apt/periodic/update-stamp",         // apt-daily.timer
        "/var/lib/apt/lists",                         // changes when lists are put into place
        "/var/cache/dnf/last_makecache",
        "/var/cache/yum/last_makecache",
    };
    std::int64_t newest_ns = 0;
    for (const std::string_view path : stamps)
    {
        const auto status = tree.status(path);
        if (!status || status->changed_ns <= newest_ns)
            continue;
        newest_ns = status->changed_ns;
    }
    if (newest_ns > 0)
        patches.lists_updated_at = from_seconds(newest_ns / 1'000'000'000);
    else
        note_unknown(
            patches.from, "lists_updated_at",
            "read /var/lib/apt/lists and /var/cache/dnf/last_makecache: neither is there");
}

void read_apt_configuration(const Tree& tree, wire::PatchesSection& patches)
{
    const auto hosts = read_apt_sources(tree);
    if (hosts)
        patches.update_sources = *hosts;
    else
        note_unknown(patches.from, "update_sources", hosts.error());
    const auto settings = read_apt_settings(tree);
    const auto found = settings.find("apt::periodic::unattended-upgrade");
    const bool automatic =
        found != settings.end() && found->second != "0" && !found->second.empty();
    if (hosts && hosts->empty())
        patches.update_policy = "disabled";
    else
        patches.update_policy = automatic ? "automatic" : "manual";
}

void read_yum_configuration(const Tree& tree, wire::PatchesSection& patches)
{
    constexpr std::string_view folder = "/etc/yum.repos.d";
    const auto names = tree.names(folder);
    if (!names)
    {
        note_unknown(patches.from, "update_sources", names.error());
        return;
    }
    for (const std::string& name : *names)
    {
        const auto text = name.ends_with(".repo") ? tree.read(std::string{folder} + '/' + name)
                                                  : Result<std::string>{std::string{}};
        if (!text)
            continue;
        for (std::string& host : parse_repo_hosts(*text))
            patches.update_sources.push_back(std::move(host));
    }
    auto& sources = patches.update_sources;
    std::sort(sources.begin(), sources.end());
    sources.erase(std::unique(sources.begin(), sources.end()), sources.end());

    struct Automation
    {
        std::string_view settings;
        std::string_view enabled;
    };

    constexpr std::array<Automation, 3> automations{{
        {"/etc/dnf/automatic.conf", "/etc/systemd/system/timers.target.wants/dnf-automatic.timer"},
        {"/etc/dnf/automatic.conf",
         "/etc/systemd/system/timers.target.wants/dnf-automatic-install.timer"},
        {"/etc/yum/yum-cron.conf", "/etc/systemd/system/multi-user.target.wants/yum-cron.service"},
    }};
    patches.update_policy = sources.empty() ? "disabled" : "manual";
    for (const auto& [path, enabled] : automations)
    {
        const auto text = tree.read(path);
        if (!text || !tree.link_target(enabled))
            continue;
        for (const IniLine& line : parse_ini(*text))
        {
            if (line.key == "apply_updates" && to_lower(line.value) == "yes")
                patches.update_policy = "automatic";
        }
    }
}

void read_rpm_dates(const Tree& tree, wire::PatchesSection& patches)
{
    std::uint32_t newest_s = 0;
    const auto source = for_each_rpm(tree, [&](const RpmPackage& package) {
        newest_s = std::max(newest_s, package.installed_s.value_or(0));
        return true;
    });
    if (source && newest_s > 0)
    {
        note_source(patches.from, *source);
        patches.last_update_at = from_seconds(newest_s);
    }
    else if (source)
        note_unknown(patches.from, "last_update_at", "read " + *source + ": no package in it");
    else
        note_unknown(patches.from, "last_update_at", source.error());
    for (const std::string_view fact : {"pending_count", "pending_security_count"})
        note_unknown(
            patches.from, fact, "not read: what waits on an rpm system stands in no local list");
}

void read_reboot(const Tree& tree, wire::PatchesSection& patches)
{
    RebootSigns signs;
    for (const std::string_view path : {"/run/reboot-required", "/var/run/reboot-required"})
        signs.flag = signs.flag || tree.exists(path);
    signs.flag_would_be_set = tree.exists("/usr/share/update-notifier/notify-reboot-required")
                              || tree.exists("/etc/kernel/postinst.d/unattended-upgrades");
    if (const auto text = tree.read("/run/reboot-required.pkgs"))
    {
        for (const std::string_view package : split(*text, '\n'))
            signs.packages.emplace_back(package);
    }
    if (const auto kernel = tree.read_value("/proc/sys/kernel/osrelease"))
        signs.running_kernel = *kernel;
    if (const auto names = tree.names("/boot"))
    {
        constexpr std::string_view prefix = "vmlinuz-";
        for (const std::string& name : *names)
        {
            const bool rescue = name.find("-rescue-") != std::string::npos;
            if (name.starts_with(prefix) && !rescue)
                signs.kernels.push_back(name.substr(prefix.size()));
        }
    }
    judge_reboot(signs, patches);
}

} // namespace

wire::PatchesSection read_patches(const ProbeContext& context)
{
    const Tree tree{context.root};
    wire::PatchesSection patches;
    if (has_dpkg(tree))
    {
        read_last_dpkg_change(tree, patches);
        read_pending_dpkg(context, tree, patches);
        read_apt_configuration(tree, patches);
    }
    else
    {
        read_rpm_dates(tree, patches);
        read_yum_configuration(tree, patches);
    }
    read_lists_time(tree, patches);
    read_reboot(tree, patches);
    return patches;
}

} // namespace mimamori::agent::probes
