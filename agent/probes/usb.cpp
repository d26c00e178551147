#include "agent/probes/usb.hpp"

#include "agent/probes/text.hpp"

#include <algorithm>
#include <array>

namespace mimamori::agent::probes {
namespace {

struct ClassName
{
    unsigned number;
    std::string_view name;
};

/// In the order of how much it matters that such a device was plugged in.
constexpr std::array<ClassName, 13> classes{{
    {0x08, "storage"},
    {0x02, "network"}, // communication: modems, network adapters
    {0x06, "image"},   // cameras, telephones (PTP, MTP)
    {0x03, "hid"},
    {0xe0, "wireless"},
    {0x0b, "smartcard"},
    {0x07, "printer"},
    {0x0e, "video"},
    {0x01, "audio"},
    {0x10, "video"},
    {0x0d, "security"},
    {0x0f, "health"},
    {0x09, "hub"},
}};

/// The number under which the class is looked up: RNDIS hides in the wireless class.
unsigned effective_class(const UsbInterface& interface)
{
    const bool rndis = interface.interface_class == 0xe0 && interface.subclass == 0x01
                       && interface.protocol == 0x03;
    return rndis ? 0x02 : interface.interface_class;
}

/// Module names are written with - or _.
std::string module_name(std::string_view name)
{
    std::string plain{name};
    std::replace(plain.begin(), plain.end(), '-', '_');
    return plain;
}

void blacklist(std::string_view module, StoragePolicySigns& signs)
{
    const std::string name = module_name(module);
    signs.storage_blacklisted = signs.storage_blacklisted || name == "usb_storage";
    signs.uas_blacklisted = signs.uas_blacklisted || name == "uas";
}

} // namespace

std::string usb_class_of(unsigned device_class, const std::vector<UsbInterface>& interfaces)
{
    for (const ClassName& one : classes)
    {
        const bool fits =
            std::any_of(interfaces.begin(), interfaces.end(), [&](const UsbInterface& interface) {
                return effective_class(interface) == one.number;
            });
        if (fits || (device_class == one.number && device_class != 0))
            return std::string{one.name};
    }
    return "other";
}

std::string storage_policy_of(const StoragePolicySigns& signs)
{
    // The driver for fast disks (uas) pulls in usb-storage by itself, past a blacklist.
    const bool no_driver =
        !signs.built_in
        && (signs.install_replaced || (signs.storage_blacklisted && signs.uas_blacklisted));
    if (no_driver || signs.new_devices_unauthorized || signs.usbguard_blocks)
        return "blocked";
    if (signs.forced_read_only)
        return "read_only";
    return signs.configuration_read ? "allowed" : "";
}

void apply_modprobe_file(std::string_view text, StoragePolicySigns& signs)
{
    while (auto line = next_line(text))
    {
        const auto verb = next_word(*line);
        const auto module = next_word(*line);
        if (verb == "blacklist")
            blacklist(module, signs);
        else if (verb == "install" && module_name(module) == "usb_storage")
        {
            const auto command = next_word(*line);
            signs.install_replaced = command.ends_with("/false") || command.ends_with("/true")
                                     || command == "false" || command == "true";
        }
    }
}

void apply_kernel_command_line(std::string_view text, StoragePolicySigns& signs)
{
    for (auto word = next_word(text); !word.empty(); word = next_word(text))
    {
        for (const std::string_view key : {"module_blacklist=", "modprobe.blacklist="})
        {
            if (!word.starts_with(key))
                continue;
            for (const std::string_view module : split(word.substr(key.size()), ','))
                blacklist(module, signs);
        }
    }
}

bool usbguard_blocks_unknown(std::string_view text)
{
    const auto values = parse_assignments(text);
    const auto target = values.find("ImplicitPolicyTarget");
    return target != values.end() && (target->second == "block" || target->second == "reject");
}

bool has_read_only_rule(std::string_view rules)
{
    while (const auto line = next_line(rules))
    {
        const auto rule = trimmed(*line);
        if (rule.starts_with('#') || rule.find("block") == std::string_view::npos)
            continue;
        const bool sets_read_only = rule.find("ATTR{ro}=\"1\"") != std::string_view::npos
                                    || rule.find("--setro") != std::string_view::npos;
        if (sets_read_only)
            return true;
    }
    return false;
}

std::string usb_device_text(const wire::UsbDevice& device)
{
    std::string name = device.vendor;
    if (!device.product.empty())
        name += (name.empty() ? "" : " ") + device.product;
    if (name.empty())
        name = "USB device";
    name += " (" + device.vendor_id + ':' + device.product_id;
    if (!device.serial.empty() && !device.serial_made_up)
        name += ", serial " + device.serial;
    return name + ')';
}

} // namespace mimamori::agent::probes
