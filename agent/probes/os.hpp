#pragma once

#include "agent/probes/memory.hpp"
#include "agent/probes/probe.hpp"
#include "common/wire/sections/os.hpp"

#include <string_view>

namespace mimamori::agent::probes {

/// Reads which operating system this is and where the machine belongs.
///
/// Cost: about a dozen small files. Sources on Linux: os-release(5), the kernel's own files in
/// /proc, the installer's traces, locale and time zone settings, sssd and Samba membership.
wire::OsSection read_os(const ProbeContext& context);

// The parts that decide rather than read. They build and are tested on every platform.

/// Puts what an os-release(5) file says into `os`. Without PRETTY_NAME or NAME, `product` stays
/// unknown. A rolling distribution has no VERSION_ID; its `version` is empty.
void apply_os_release(std::string_view text, wire::OsSection& os);

/// Understands the one line of /etc/redhat-release and its kin ("CentOS release 6.10 (Final)").
void apply_release_line(std::string_view line, wire::OsSection& os);

/// "x86", "x86_64", "aarch64", … for what uname(2) calls the machine.
std::string architecture_of(std::string_view machine);

/// The value of `btime` in /proc/stat.
std::optional<Timestamp> parse_boot_time(std::string_view proc_stat);

/// The boot time to report: the first one computed for this boot id, whole minutes, as long as
/// later ones are within two minutes of it. So corrections of the clock by a second do not make a
/// new section; a clock that was set does.
Timestamp settle_boot_time(BootMemory& memory, std::string_view boot_id, Timestamp computed);

/// The LANG of a locale.conf(5) or /etc/default/locale.
std::string parse_locale(std::string_view text);

/// "Asia/Tokyo" of "../usr/share/zoneinfo/Asia/Tokyo"; empty when it is no zone file.
std::string zone_of_link(std::string_view target);

/// The domains of an sssd.conf(5) whose provider is a directory, or of a Samba configuration with
/// `security = ads` or `domain`: the realm, else the workgroup. Empty: member of none.
std::string parse_sssd_domain(std::string_view text);
std::string parse_samba_domain(std::string_view text);

/// "licensed" or "none" from Ubuntu Pro's status.json, empty when it does not say.
std::string parse_ubuntu_pro(std::string_view text);

} // namespace mimamori::agent::probes
