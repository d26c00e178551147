#pragma once

#include "common/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::agent::windows {

/// One device that is present (SetupAPI).
struct DeviceRow
{
    std::string instance_id; ///< "USB\VID_0781&PID_5581\4C530001240215115141".
    std::string parent_id;   ///< Instance id of what it is plugged into.
    std::string description;
    std::string friendly_name;
    std::string manufacturer;
    std::string setup_class;                 ///< "USB", "DiskDrive", "HIDClass", "WPD", "Net".
    std::string driver;                      ///< Name of its driver service: "USBSTOR".
    std::string location;                    ///< "Port_#0003.Hub_#0001".
    std::vector<std::string> compatible_ids; ///< "USB\Class_08&SubClass_06&Prot_50".
};

/// One volume with a drive letter.
struct VolumeRow
{
    std::string letter; ///< "E:".
    std::string label;
    std::string file_system;
    std::string kind;    ///< "fixed", "removable", "optical", "network", "memory", "unknown".
    std::string disk_id; ///< Instance id of the disk it lies on; empty: not known.
};

/// One physical disk.
struct DiskRow
{
    std::uint32_t number{0};
    std::string instance_id;
    std::string model;
    std::string serial;
    std::uint64_t size_bytes{0};
    std::string bus; ///< "sata", "nvme", "usb", "raid", "virtual", "sd", …
    bool removable{false};
    std::optional<bool> seeks;   ///< It has moving heads.
    std::optional<bool> failing; ///< The disk itself predicts its end.
};

/// Devices, only for reading. Errors: forbidden, unsupported, io.
class Devices
{
public:
    virtual ~Devices() = default;

    /// The devices that are present, at most 5,000.
    virtual Result<std::vector<DeviceRow>> present() const = 0;

    /// The volumes with a letter. Network drives are named, but not looked into: that may hang.
    virtual Result<std::vector<VolumeRow>> volumes() const = 0;

    virtual Result<std::vector<DiskRow>> disks() const = 0;
};

} // namespace mimamori::agent::windows
