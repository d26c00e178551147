#include "agent/probes/usb.hpp"

#include "agent/probes/text.hpp"
#include "agent/probes/windows/fact_reader.hpp"
#include "agent/probes/windows/sections.hpp"
#include "agent/probes/windows/usb_history.hpp"
#include "agent/probes/windows/usb_id.hpp"
#include "common/base/ascii.hpp"
#include "common/wire/report.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace mimamori::agent::probes::windows {
namespace {

using agent::windows::DeviceRow;

/// The classes that the ids "USB\Class_08&SubClass_06&Prot_50" name.
void add_interfaces(const DeviceRow& device, std::vector<UsbInterface>& interfaces)
{
    const auto hex_behind = [](std::string_view text, std::string_view mark) {
        const auto at = text.find(mark);
        if (at == std::string_view::npos)
            return std::optional<unsigned>{};
        return to_number<unsigned>(text.substr(at + mark.size(), 2), 16);
    };
    for (const std::string& compatible : device.compatible_ids)
    {
        const std::string id = to_lower(compatible);
        const auto number = hex_behind(id, R"(usb\class_)");
        if (!number)
            continue;
        UsbInterface one;
        one.interface_class = *number;
        one.subclass = hex_behind(id, "&subclass_").value_or(0);
        one.protocol = hex_behind(id, "&prot_").value_or(0);
        interfaces.push_back(one);
    }
    if (equal_ignoring_case(device.setup_class, "WPD"))
    {
        UsbInterface camera; // Telephones may show a class of their maker.
        camera.interface_class = 0x06;
        interfaces.push_back(camera);
    }
}

/// The devices of the machine by their instance ids, and how they hang together.
class DeviceMap
{
public:
    explicit DeviceMap(const std::vector<DeviceRow>& devices)
    {
        for (const DeviceRow& device : devices)
            by_id_.emplace(to_lower(device.instance_id), &device);
    }

    /// The USB device that `instance` is, or hangs on; nullptr: none.
    const DeviceRow* usb_device_of(std::string_view instance) const
    {
        constexpr int steps_max = 8;
        std::string id = to_lower(instance);
        for (int step = 0; step < steps_max; ++step)
        {
            const auto found = by_id_.find(id);
            if (found == by_id_.end())
                return nullptr;
            const auto usb = parse_usb_id(found->second->instance_id);
            if (usb && !usb->one_function)
                return found->second;
            id = to_lower(found->second->parent_id);
        }
        return nullptr;
    }

private:
    std::map<std::string, const DeviceRow*> by_id_;
};

/// What of other rows belongs to one USB device.
struct Belongings
{
    std::vector<UsbInterface> interfaces;
    std::vector<std::string> drivers;
    std::vector<std::string> labels;
    std::string name; ///< What its disk or function calls itself.
};

/// A stick's own row only says "USB Mass Storage Device"; the disk on it says who made it.
bool is_telling(const DeviceRow& device)
{
    return equal_ignoring_case(device.setup_class, "DiskDrive")
           || equal_ignoring_case(device.setup_class, "WPD")
           || equal_ignoring_case(device.setup_class, "Net");
}

std::map<const DeviceRow*, Belongings> gather(
    const std::vector<DeviceRow>& devices, const std::vector<agent::windows::VolumeRow>& volumes)
{
    const DeviceMap map{devices};
    std::map<const DeviceRow*, Belongings> all;
    for (const DeviceRow& device : devices)
    {
        const DeviceRow* const usb = map.usb_device_of(device.instance_id);
        if (usb == nullptr)
            continue;
        Belongings& belongings = all[usb];
        add_interfaces(device, belongings.interfaces);
        if (!device.driver.empty())
            belongings.drivers.push_back(device.driver);
        if (is_telling(device) && belongings.name.empty())
            belongings.name =
                device.friendly_name.empty() ? device.description : device.friendly_name;
    }
    for (const agent::windows::VolumeRow& volume : volumes)
    {
        const DeviceRow* const usb = map.usb_device_of(volume.disk_id);
        if (usb != nullptr && !volume.label.empty())
            all[usb].labels.push_back(fact_text(volume.label, 128));
    }
    return all;
}

wire::UsbDevice describe(const DeviceRow& row, const UsbId& id, Belongings belongings)
{
    wire::UsbDevice device;
    device.vendor_id = id.vendor;
    device.product_id = id.product;
    device.vendor = fact_text(row.manufacturer, 256);
    const std::string& own = row.friendly_name.empty() ? row.description : row.friendly_name;
    device.product = fact_text(belongings.name.empty() ? own : belongings.name, 256);
    device.serial = id.serial;
    device.serial_made_up = id.serial_made_up();
    device.device_class = usb_class_of(0, belongings.interfaces);
    device.driver = fact_text(row.driver, 64);
    device.port = fact_text(row.location, 64);
    std::sort(belongings.labels.begin(), belongings.labels.end());
    device.volume_labels = std::move(belongings.labels);
    return device;
}

void read_policy(FactReader& registry, wire::UsbSection& usb)
{
    constexpr std::string_view driver_key = R"(HKLM\SYSTEM\CurrentControlSet\Services\USBSTOR)";
    constexpr std::string_view protect_key =
        R"(HKLM\SYSTEM\CurrentControlSet\Control\StorageDevicePolicies)";
    constexpr std::string_view removable_key =
        R"(HKLM\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices)";
    // Removable disks by their class (gpedit "Removable Disks").
    const std::string disks_key =
        std::string{removable_key} + R"(\{53f5630d-b6bf-11d0-94f2-00a0c91efb8b})";
    constexpr std::uint64_t disabled = 4;
    constexpr auto optional = Missing::is_an_answer;
    const auto before = usb.from.unknown.size();

    const auto start = registry.number("storage_policy", driver_key, "Start");
    const bool blocked =
        start == disabled
        || registry.number("storage_policy", removable_key, "Deny_All", optional) == 1U
        || registry.number("storage_policy", disks_key, "Deny_Read", optional) == 1U;
    const bool read_only =
        registry.number("storage_policy", protect_key, "WriteProtect", optional) == 1U
        || registry.number("storage_policy", disks_key, "Deny_Write", optional) == 1U;
    if (blocked)
        usb.storage_policy = "blocked";
    else if (read_only)
        usb.storage_policy = "read_only";
    else if (start && usb.from.unknown.size() == before)
        usb.storage_policy = "allowed";
}

/// Once after a start of the agent: what came and went before.
void read_history(const ProbeContext& context, wire::UsbSection& usb)
{
    Memory& memory = context.memory;
    if (const auto since = std::exchange(memory.away_since, std::nullopt))
    {
        auto missed = read_usb_history(*context.live.windows(), *since, usb.devices);
        if (missed)
            memory.missed_events = std::move(*missed);
        else
            memory.away_unknown = missed.error().message;
    }
    if (!memory.away_unknown.empty())
        note_unknown(
            usb.from, "history", "while the agent was not running: " + memory.away_unknown);
}

} // namespace

wire::UsbSection read_usb(const ProbeContext& context)
{
    const Machine& machine = *context.live.windows();
    wire::UsbSection usb;
    FactReader registry{machine.registry, usb.from};
    read_policy(registry, usb);

    const auto devices = machine.devices.present();
    if (!devices)
    {
        note_unknown(usb.from, "devices", devices.error());
        return usb;
    }
    note_source(usb.from, "SetupAPI");
    auto volumes = machine.devices.volumes();
    if (!volumes)
    {
        note_unknown(usb.from, "volume_labels", volumes.error());
        volumes = std::vector<agent::windows::VolumeRow>{};
    }
    for (auto& [row, belongings] : gather(*devices, *volumes))
    {
        const auto id = parse_usb_id(row->instance_id);
        if (id)
            usb.devices.push_back(describe(*row, *id, std::move(belongings)));
    }
    std::sort(
        usb.devices.begin(), usb.devices.end(),
        [](const wire::UsbDevice& a, const wire::UsbDevice& b) {
            return std::tie(a.port, a.vendor_id, a.product_id, a.serial)
                   < std::tie(b.port, b.vendor_id, b.product_id, b.serial);
        });
    read_history(context, usb);
    cut_list(usb.devices, wire::ReportLimits::elements_max, usb.from, "devices");
    return usb;
}

} // namespace mimamori::agent::probes::windows
