#pragma once

#include "agent/probes/probe.hpp"
#include "agent/probes/tree.hpp"
#include "common/wire/sections/usb.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::probes {

/// Reads which USB devices are plugged in and whether storage devices may be used.
///
/// Sources on Linux: /sys/bus/usb/devices, udev's database for volume labels; modprobe's
/// configuration, the kernel's command line, `authorized_default`, USBGuard and udev rules for the
/// policy. Root hubs are not listed: nobody plugged them in.
wire::UsbSection read_usb(const ProbeContext& context);

/// One device by its bus position ("1-1.4"), as `read_usb` lists it; nothing when it is gone or is
/// no device. For the USB watch, which hears of one device at a time.
std::optional<wire::UsbDevice> read_usb_device(const Tree& tree, const std::string& port);

/// "Kingston DataTraveler (0951:1666, serial 0019E06B)".
std::string usb_device_text(const wire::UsbDevice& device);

// The parts that decide rather than read. They build and are tested on every platform.

/// One interface of a device: class, subclass and protocol of the USB specification.
struct UsbInterface
{
    unsigned interface_class{0};
    unsigned subclass{0};
    unsigned protocol{0};
};

/// What a device with these interfaces is for the clerk. A device that is several things at once
/// is named after the one that matters most: storage, network, image (cameras and telephones),
/// hid, …
std::string usb_class_of(unsigned device_class, const std::vector<UsbInterface>& interfaces);

/// What decides whether a storage device that is plugged in becomes usable.
struct StoragePolicySigns
{
    bool configuration_read{false};  ///< modprobe's configuration could be read.
    bool install_replaced{false};    ///< `install usb-storage /bin/false`.
    bool storage_blacklisted{false}; ///< `blacklist usb-storage` or on the command line.
    bool uas_blacklisted{false};
    bool built_in{false}; ///< The driver is part of the kernel; blacklists do nothing.
    bool new_devices_unauthorized{false};
    bool usbguard_blocks{false};  ///< USBGuard runs and blocks what it has no rule for.
    bool forced_read_only{false}; ///< A udev rule makes the disks read-only.
};

/// "allowed", "read_only" or "blocked"; empty when the configuration was not read.
std::string storage_policy_of(const StoragePolicySigns& signs);

/// Adds what one file of modprobe.d says.
void apply_modprobe_file(std::string_view text, StoragePolicySigns& signs);

/// Adds what /proc/cmdline says (module_blacklist=, modprobe.blacklist=).
void apply_kernel_command_line(std::string_view text, StoragePolicySigns& signs);

/// The ImplicitPolicyTarget of usbguard-daemon.conf is block or reject.
bool usbguard_blocks_unknown(std::string_view text);

/// A udev rule that sets disks read-only.
bool has_read_only_rule(std::string_view rules);

} // namespace mimamori::agent::probes
