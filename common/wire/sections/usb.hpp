#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>

#include <string>
#include <vector>

/// USB devices that are plugged in, and what the machine allows.
namespace mimamori::wire {

/// One USB device.
struct UsbDevice
{
    std::string vendor_id;  ///< Four hex digits, "0781".
    std::string product_id; ///< Four hex digits.
    std::string vendor;
    std::string product;
    std::string serial;         ///< Empty when the device has none.
    bool serial_made_up{false}; ///< The operating system invented the serial; it names a port.
    std::string device_class;   ///< "storage", "hid", "network", "audio", "hub", "other", …
    std::string driver;
    std::vector<std::string> volume_labels;
    std::string port; ///< Bus position, "1-1.4": stable for one socket.

    friend bool operator==(const UsbDevice&, const UsbDevice&) = default;
};
BOOST_DESCRIBE_STRUCT(
    UsbDevice,
    (),
    (vendor_id,
     product_id,
     vendor,
     product,
     serial,
     serial_made_up,
     device_class,
     driver,
     volume_labels,
     port))

/// Section `usb`.
struct UsbSection
{
    Provenance from;
    std::vector<UsbDevice> devices;
    std::string storage_policy; ///< "allowed", "read_only", "blocked"; empty: unknown.

    friend bool operator==(const UsbSection&, const UsbSection&) = default;
};
BOOST_DESCRIBE_STRUCT(UsbSection, (), (from, devices, storage_policy))

} // namespace mimamori::wire
