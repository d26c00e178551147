#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mimamori::agent::probes::windows {

/// What an instance id of the USB bus says: "USB\VID_0781&PID_5581\4C530001240215115141".
struct UsbId
{
    std::string vendor;       ///< Four hexadecimal digits, "0781".
    std::string product;      ///< Likewise.
    std::string serial;       ///< Empty: the id ends before it.
    bool one_function{false}; ///< A function of a composite device: "…&MI_00".

    /// Windows makes a serial up where the device has none; it then names the port:
    /// "6&2c24ce2e&0&2".
    bool serial_made_up() const { return serial.size() > 1 && serial[1] == '&'; }
};

/// Nothing for what is no device of the USB bus.
std::optional<UsbId> parse_usb_id(std::string_view instance);

} // namespace mimamori::agent::probes::windows
