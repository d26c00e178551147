#pragma once

#include "agent/probes/probe.hpp"
#include "common/wire/sections/hardware.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mimamori::agent::probes {

/// Reads what machine this is. USB disks are left out: they are in the section `usb`.
///
/// Sources on Linux: the firmware's tables in /sys/class/dmi/id (serials for administrators only)
/// or the device tree, /proc/cpuinfo, /proc/meminfo, /sys/block with udev's database,
/// /sys/class/power_supply. SMART needs raw access to the disk and is not read.
wire::HardwareSection read_hardware(const ProbeContext& context);

// The parts that decide rather than read. They build and are tested on every platform.

/// "desktop", "notebook", "virtual", "server" or "other" from the SMBIOS chassis type; makers of
/// virtual machines say so in their names.
std::string chassis_of(unsigned type, std::string_view vendor, std::string_view model);

/// "05/23/2024", as firmware writes it.
std::optional<Date> parse_firmware_date(std::string_view text);

/// Processor and number of real cores of /proc/cpuinfo.
struct CpuDescription
{
    std::string model;
    std::uint32_t cores{0};
};

CpuDescription parse_cpuinfo(std::string_view text);

/// The MemTotal of /proc/meminfo, rounded to 64 MiB.
std::optional<std::uint64_t> parse_memory_total(std::string_view text);

/// Whether a name in /sys/block is a disk of its own: no partition, loop, mapping, array, CD.
bool is_disk_name(std::string_view name);

/// The kind of a disk from its name, maker and whether it rotates.
std::string disk_kind_of(
    std::string_view name, std::string_view vendor, std::optional<bool> rotates);

/// The health of an eMMC from its pre_eol_info ("0x01" is normal).
std::string emmc_health(std::string_view pre_eol);

/// What is left of a battery's capacity, rounded to 5 percent.
std::optional<std::uint32_t> battery_health(std::uint64_t full, std::uint64_t design);

} // namespace mimamori::agent::probes
