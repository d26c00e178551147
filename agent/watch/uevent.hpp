#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mimamori::agent::watch {

/// What the Linux kernel says when a device comes or goes (kobject_uevent).
struct Uevent
{
    std::string action;    ///< "add", "remove", "change", "bind", …
    std::string device;    ///< Path below /sys: "/devices/pci0000:00/…/usb1/1-1".
    std::string subsystem; ///< "usb", "block", "net".
    std::string type;      ///< DEVTYPE: "usb_device", "usb_interface"; often empty.
    std::string product;   ///< PRODUCT of USB: "781/5567/127".
};

/// Reads one datagram: "add@/devices/…\0ACTION=add\0DEVPATH=/devices/…\0SUBSYSTEM=usb\0…".
/// Nothing for what has another form (udevd's own messages begin with "libudev").
std::optional<Uevent> parse_uevent(std::string_view datagram);

/// Whether `event` says that a USB device, not one of its functions, came or went.
bool is_usb_device(const Uevent& event);

} // namespace mimamori::agent::watch
