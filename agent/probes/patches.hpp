#pragma once

#include "agent/probes/apt_lists.hpp"
#include "agent/probes/probe.hpp"
#include "common/wire/sections/patches.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::probes {

/// Reads when the machine was updated last and what waits.
///
/// Sources on Linux: dpkg's status and log, the lists that apt fetched last and its preferences,
/// the rpm database (dates only: which updates wait is in no file, so it stays unknown),
/// reboot-required and the kernels in /boot. Cost: all of apt's lists are read when one of them or
/// dpkg's status changed (50 ms here), otherwise about a millisecond.
wire::PatchesSection read_patches(const ProbeContext& context);

// The parts that decide rather than read. They build and are tested on every platform.

/// What tells whether a restart is due.
struct RebootSigns
{
    bool flag{false};                    ///< /run/reboot-required is there.
    bool flag_would_be_set{false};       ///< The hook that sets it is installed.
    std::vector<std::string> packages{}; ///< Why: reboot-required.pkgs.
    std::string running_kernel{};        ///< "6.1.0-18-amd64".
    std::vector<std::string> kernels{};  ///< Versions of the kernels in /boot.
};

/// Sets `reboot_pending` and `reboot_reasons`, or says why they are not known.
void judge_reboot(const RebootSigns& signs, wire::PatchesSection& patches);

/// The part of a kernel version that tells variants apart: "amd64", "cloud-amd64", "generic"; empty
/// where the versions have none.
std::string kernel_flavour(std::string_view version);

/// The hosts of the enabled repositories of a .repo file of yum or dnf.
std::vector<std::string> parse_repo_hosts(std::string_view text);

/// Seconds of a moment written "2026-03-01 09:15:00" in local time, as fields.
struct LocalTime
{
    int year{0};
    int month{0};
    int day{0};
    int hour{0};
    int minute{0};
    int second{0};

    friend bool operator==(const LocalTime&, const LocalTime&) = default;
};

std::optional<LocalTime> parse_local_time(std::string_view text);

} // namespace mimamori::agent::probes
