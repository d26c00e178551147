#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The machine itself. No free space: that changes.
namespace mimamori::wire {

/// One disk.
struct Disk
{
    std::string name;
    std::string model;
    std::string serial;
    std::uint64_t size_bytes{0};
    std::string kind;   ///< "ssd", "hdd", "virtual"; empty: not known.
    std::string health; ///< "good", "failing"; empty: not known.

    friend bool operator==(const Disk&, const Disk&) = default;
};
BOOST_DESCRIBE_STRUCT(Disk, (), (name, model, serial, size_bytes, kind, health))

/// Section `hardware`.
struct HardwareSection
{
    Provenance from;
    std::string vendor;
    std::string model;
    std::string serial;
    std::string uuid; ///< SMBIOS system UUID.
    std::string board_serial;
    std::string chassis; ///< "desktop", "notebook", "virtual", "server", "other".
    std::string cpu;
    std::uint32_t cpu_cores{0};
    std::uint64_t memory_bytes{0}; ///< Rounded to 64 MiB: the kernel's own share varies.
    std::vector<Disk> disks;
    std::optional<bool> battery;
    std::optional<std::uint32_t> battery_health_percent; ///< Rounded to 5.
    std::string firmware_version;
    std::optional<Date> firmware_date;
    std::optional<bool> windows_11_ready;
    std::vector<std::string> windows_11_obstacles;

    friend bool operator==(const HardwareSection&, const HardwareSection&) = default;
};
BOOST_DESCRIBE_STRUCT(
    HardwareSection,
    (),
    (from,
     vendor,
     model,
     serial,
     uuid,
     board_serial,
     chassis,
     cpu,
     cpu_cores,
     memory_bytes,
     disks,
     battery,
     battery_health_percent,
     firmware_version,
     firmware_date,
     windows_11_ready,
     windows_11_obstacles))

} // namespace mimamori::wire
