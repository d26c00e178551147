#pragma once

#include "agent/probes/probe.hpp"
#include "common/wire/sections/security.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::probes {

/// Reads which protections are set. Members that only Windows has stay absent.
///
/// Sources on Linux: nftables over netlink (administrators only), ufw, firewalld and old iptables;
/// device mapper for encryption; Samba's, sshd's and remote desktops' configuration; dconf
/// defaults; EFI variables; TPM class; clock discipline and the time daemons' files; mounts;
/// AppArmor and SELinux.
wire::SecuritySection read_security(const ProbeContext& context);

// The parts that decide rather than read. They build and are tested on every platform.

/// `ENABLED=yes` in ufw.conf.
std::optional<bool> ufw_enabled(std::string_view text);

/// Whether the smb.conf(5) lets old clients in with SMB 1; nothing when it leaves that to Samba's
/// default.
std::optional<bool> samba_allows_smb1(std::string_view text);

/// Samba's own default: SMB 1 was switched off in 4.11.
std::optional<bool> samba_default_smb1(std::string_view version);

/// Seconds until the screen locks (0: never) from dconf keyfiles or gschema overrides, which have
/// the same form; nothing when they do not say.
struct ScreenLock
{
    std::optional<std::uint32_t> idle_s;
    std::optional<std::uint32_t> delay_s;
    std::optional<bool> enabled;
    std::optional<bool> autorun_never;
};

void apply_desktop_settings(std::string_view text, ScreenLock& lock);
std::optional<std::uint32_t> lock_seconds(const ScreenLock& lock);

/// The time servers of chrony.conf or ntp.conf (`server`, `pool`, `peer` lines).
std::vector<std::string> parse_time_servers(std::string_view text);

/// The NTP= of timesyncd.conf(5); with FallbackNTP= when NTP= is empty.
std::vector<std::string> parse_timesyncd_servers(std::string_view text);

/// The method of an encrypted mapping from its dm/uuid: "LUKS2" of "CRYPT-LUKS2-…"; empty when it
/// encrypts nothing.
std::string encryption_method_of(std::string_view mapping_uuid);

/// One line of /proc/self/mountinfo.
struct MountInfo
{
    std::string device_number; ///< "253:0".
    std::string folder;
    std::string type;
    std::string device;  ///< "/dev/mapper/vg-root".
    std::string options; ///< Of the file system.
};

std::vector<MountInfo> parse_mount_info(std::string_view text);

/// The volumes whose encryption matters: real file systems that stay, each device once, without
/// removable media.
std::vector<MountInfo> lasting_volumes(const std::vector<MountInfo>& mounts);

/// "overlayroot" when writes to the root file system are thrown away at the next start, else
/// "none"; empty when the mounts are not known.
std::string write_filter_of(
    const std::vector<MountInfo>& mounts, std::string_view kernel_command_line, bool in_container);

/// The file system that holds `path`, or nullptr.
const MountInfo* mount_of(const std::vector<MountInfo>& mounts, std::string_view path);

/// The value of an EFI variable that is one byte; the first four bytes are its attributes.
std::optional<bool> parse_efi_switch(std::string_view bytes);

} // namespace mimamori::agent::probes
