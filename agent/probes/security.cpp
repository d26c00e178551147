#include "agent/probes/security.hpp"

#include "agent/probes/debian_version.hpp"
#include "agent/probes/mounts.hpp"
#include "agent/probes/text.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace mimamori::agent::probes {
namespace {

/// "uint32 300" or "300".
std::optional<std::uint32_t> dconf_number(std::string_view value)
{
    if (value.starts_with("uint32 "))
        value.remove_prefix(7);
    return to_number<std::uint32_t>(trimmed(value));
}

std::optional<bool> dconf_switch(std::string_view value)
{
    if (value == "true")
        return true;
    if (value == "false")
        return false;
    return std::nullopt;
}

} // namespace

std::optional<bool> ufw_enabled(std::string_view text)
{
    const auto values = parse_assignments(text);
    const auto found = values.find("ENABLED");
    if (found == values.end())
        return std::nullopt;
    return to_lower(found->second) == "yes";
}

std::optional<bool> samba_allows_smb1(std::string_view text)
{
    std::optional<bool> allows;
    for (const IniLine& line : parse_ini(text))
    {
        const std::string key = to_lower(line.key);
        const bool is_minimum = key == "server min protocol" || key == "min protocol";
        if (to_lower(line.section) != "global" || !is_minimum)
            continue;
        const std::string value = to_lower(line.value);
        allows =
            value.starts_with("nt1") || value.starts_with("lanman") || value.starts_with("core");
    }
    return allows;
}

std::optional<bool> samba_default_smb1(std::string_view version)
{
    if (version.empty())
        return std::nullopt;
    // Without the epoch: "2:4.17.12+dfsg-0+deb12u1".
    const auto colon = version.find(':');
    const auto plain = colon == std::string_view::npos ? version : version.substr(colon + 1);
    return compare_debian_versions(plain, "4.11") < 0;
}

void apply_desktop_settings(std::string_view text, ScreenLock& lock)
{
    for (const IniLine& line : parse_ini(text))
    {
        std::string section{line.section.substr(0, line.section.find(':'))};
        std::replace(section.begin(), section.end(), '/', '.');
        if (section == "org.gnome.desktop.session" && line.key == "idle-delay")
            lock.idle_s = dconf_number(line.value);
        else if (section == "org.gnome.desktop.screensaver" && line.key == "lock-delay")
            lock.delay_s = dconf_number(line.value);
        else if (section == "org.gnome.desktop.screensaver" && line.key == "lock-enabled")
            lock.enabled = dconf_switch(line.value);
        else if (section == "org.gnome.desktop.media-handling" && line.key == "autorun-never")
            lock.autorun_never = dconf_switch(line.value);
    }
}

std::optional<std::uint32_t> lock_seconds(const ScreenLock& lock)
{
    if (lock.enabled == false || lock.idle_s == 0U)
        return 0U;
    if (!lock.idle_s)
        return std::nullopt;
    return *lock.idle_s + lock.delay_s.value_or(0);
}

std::vector<std::string> parse_time_servers(std::string_view text)
{
    std::vector<std::string> servers;
    while (auto line = next_line(text))
    {
        const auto keyword = next_word(*line);
        if (keyword != "server" && keyword != "pool" && keyword != "peer")
            continue;
        std::string server = fact_text(next_word(*line), 256);
        // ntpd's way to name the machine's own clock.
        if (!server.empty() && !server.starts_with("127.127."))
            servers.push_back(std::move(server));
    }
    return servers;
}

std::vector<std::string> parse_timesyncd_servers(std::string_view text)
{
    std::vector<std::string> servers;
    std::vector<std::string> fallback;
    for (const IniLine& line : parse_ini(text))
    {
        if (line.key != "NTP" && line.key != "FallbackNTP")
            continue;
        auto& list = line.key == "NTP" ? servers : fallback;
        if (line.value.empty())
            list.clear();
        for (const std::string_view server : split(line.value, ' '))
            list.push_back(fact_text(server, 256));
    }
    return servers.empty() ? fallback : servers;
}

std::string encryption_method_of(std::string_view mapping_uuid)
{
    constexpr std::string_view prefix = "CRYPT-";
    if (!mapping_uuid.starts_with(prefix))
        return {};
    mapping_uuid.remove_prefix(prefix.size());
    const auto kind = mapping_uuid.substr(0, mapping_uuid.find('-'));
    return kind == "PLAIN" ? "dm-crypt" : fact_text(kind, 32);
}

std::vector<MountInfo> parse_mount_info(std::string_view text)
{
    constexpr std::size_t mounts_max = 10'000;
    std::vector<MountInfo> mounts;
    while (auto line = next_line(text))
    {
        MountInfo mount;
        next_word(*line); // number
        next_word(*line); // number of the mount it stands in
        mount.device_number = next_word(*line);
        next_word(*line); // which part of the file system
        mount.folder = unescaped_mount_name(next_word(*line));
        const auto dash = line->find(" - ");
        if (dash == std::string_view::npos)
            continue;
        line->remove_prefix(dash + 3);
        mount.type = next_word(*line);
        mount.device = unescaped_mount_name(next_word(*line));
        mount.options = next_word(*line);
        if (!mount.type.empty() && mounts.size() < mounts_max)
            mounts.push_back(std::move(mount));
    }
    return mounts;
}

std::vector<MountInfo> lasting_volumes(const std::vector<MountInfo>& mounts)
{
    constexpr std::array<std::string_view, 9> real{"ext2", "ext3", "ext4",     "xfs", "btrfs",
                                                   "f2fs", "jfs",  "reiserfs", "zfs"};
    std::vector<MountInfo> volumes;
    std::set<std::string> seen;
    for (const MountInfo& mount : mounts)
    {
        const bool is_real = std::find(real.begin(), real.end(), mount.type) != real.end();
        const bool removable =
            mount.folder.starts_with("/media/") || mount.folder.starts_with("/run/media/");
        if (is_real && !removable && seen.insert(mount.device).second)
            volumes.push_back(mount);
    }
    return volumes;
}

std::string write_filter_of(
    const std::vector<MountInfo>& mounts, std::string_view kernel_command_line, bool in_container)
{
    const MountInfo* const root = mount_of(mounts, "/");
    if (root == nullptr)
        return {};
    // A container's root is an overlay as well, but not one that a write filter made.
    const bool overlay = root->type == "overlay" || root->type == "aufs";
    const bool asked = kernel_command_line.find("overlayroot=tmpfs") != std::string_view::npos
                       || kernel_command_line.find("boot=overlay") != std::string_view::npos;
    return overlay && (!in_container || asked) ? "overlayroot" : "none";
}

const MountInfo* mount_of(const std::vector<MountInfo>& mounts, std::string_view path)
{
    const MountInfo* best = nullptr;
    for (const MountInfo& mount : mounts)
    {
        if (is_below_folder(path, mount.folder)
            && (best == nullptr || mount.folder.size() >= best->folder.size()))
            best = &mount;
    }
    return best;
}

std::optional<bool> parse_efi_switch(std::string_view bytes)
{
    if (bytes.size() != 5)
        return std::nullopt;
    return bytes[4] == 1;
}

} // namespace mimamori::agent::probes
