#include "agent/probes/text.hpp"
#include "agent/probes/usb.hpp"

#include <algorithm>
#include <array>

namespace mimamori::agent::probes {
namespace {

constexpr std::string_view devices_folder = "/sys/bus/usb/devices";
constexpr std::size_t devices_max = 1'000;
constexpr std::size_t labels_max = 32;

std::string value_or_empty(const Tree& tree, const std::string& path)
{
    const auto value = tree.read_value(path);
    return value ? fact_text(*value, 256) : std::string{};
}

unsigned hex_value(const Tree& tree, const std::string& path)
{
    return to_number<unsigned>(value_or_empty(tree, path), 16).value_or(0);
}

/// Names in a folder that begin with `prefix`.
std::vector<std::string> names_with(
    const Tree& tree, const std::string& folder, std::string_view prefix)
{
    auto names = tree.names(folder, 4'096);
    if (!names)
        return {};
    std::erase_if(*names, [&](const std::string& name) { return !name.starts_with(prefix); });
    return std::move(*names);
}

/// The label that udev found on one disk or partition.
std::string label_of(const Tree& tree, const std::string& block_folder)
{
    const std::string number = value_or_empty(tree, block_folder + "/dev");
    const auto record = number.empty() ? Result<std::string>{std::string{}}
                                       : tree.read("/run/udev/data/b" + number);
    if (!record)
        return {};
    std::string_view rest = *record;
    constexpr std::string_view key = "E:ID_FS_LABEL=";
    while (const auto line = next_line(rest))
    {
        if (line->starts_with(key))
            return fact_text(line->substr(key.size()), 128);
    }
    return {};
}

/// Labels of the volumes on the disks of one interface: host2/target2:0:0/2:0:0:0/block/sdb/sdb1.
void add_labels(const Tree& tree, const std::string& interface, std::vector<std::string>& labels)
{
    for (const std::string& host : names_with(tree, interface, "host"))
    {
        const std::string host_folder = interface + '/' + host;
        for (const std::string& target : names_with(tree, host_folder, "target"))
        {
            const std::string target_folder = host_folder + '/' + target;
            for (const std::string& unit : names_with(tree, target_folder, ""))
            {
                const std::string blocks = target_folder + '/' + unit + "/block";
                for (const std::string& disk : names_with(tree, blocks, ""))
                {
                    labels.push_back(label_of(tree, blocks + '/' + disk));
                    for (const std::string& part : names_with(tree, blocks + '/' + disk, disk))
                        labels.push_back(label_of(tree, blocks + '/' + disk + '/' + part));
                }
            }
        }
    }
}

/// One of the folders in which modprobe's configuration lies.
bool read_modprobe_folder(const Tree& tree, const std::string& folder, StoragePolicySigns& signs)
{
    const auto names = tree.names(folder);
    for (const std::string& name : names ? *names : std::vector<std::string>{})
    {
        const auto text =
            name.ends_with(".conf") ? tree.read(folder + '/' + name) : Result<std::string>{""};
        if (text)
            apply_modprobe_file(*text, signs);
    }
    return names.has_value();
}

bool is_built_in(const Tree& tree)
{
    const auto release = tree.read_value("/proc/sys/kernel/osrelease");
    const auto list =
        release ? tree.read("/lib/modules/" + *release + "/modules.builtin") : release;
    return list && list->find("/usb-storage.ko") != std::string::npos;
}

/// Every root hub leaves new devices alone until somebody lets them in.
bool leaves_new_devices_unauthorized(const Tree& tree)
{
    const auto hubs = names_with(tree, std::string{devices_folder}, "usb");
    return !hubs.empty() && std::all_of(hubs.begin(), hubs.end(), [&](const std::string& hub) {
        return value_or_empty(tree, std::string{devices_folder} + '/' + hub + "/authorized_default")
               == "0";
    });
}

void read_policy(const Tree& tree, wire::UsbSection& section)
{
    StoragePolicySigns signs;
    for (const char* const folder :
         {"/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d",
          "/lib/modprobe.d"})
    {
        if (!read_modprobe_folder(tree, folder, signs))
            continue;
        signs.configuration_read = true;
        note_source(section.from, folder);
    }
    if (const auto line = tree.read("/proc/cmdline"))
        apply_kernel_command_line(*line, signs);
    signs.built_in = is_built_in(tree);
    signs.new_devices_unauthorized = leaves_new_devices_unauthorized(tree);

    constexpr std::string_view usbguard = "/etc/usbguard/usbguard-daemon.conf";
    const auto configuration = tree.read(usbguard);
    const bool runs =
        tree.exists("/run/usbguard.pid")
        || tree.link_target("/etc/systemd/system/basic.target.wants/usbguard.service").has_value();
    if (runs && configuration)
    {
        note_source(section.from, usbguard);
        signs.usbguard_blocks = usbguard_blocks_unknown(*configuration);
    }
    else if (runs)
        note_unknown(section.from, "storage_policy", configuration.error());

    for (const std::string folder : {"/etc/udev/rules.d", "/run/udev/rules.d"})
    {
        const auto names = tree.names(folder);
        for (const std::string& name : names ? *names : std::vector<std::string>{})
        {
            const auto rules = tree.read(folder + '/' + name);
            signs.forced_read_only =
                signs.forced_read_only || (rules && has_read_only_rule(*rules));
        }
    }
    section.storage_policy = storage_policy_of(signs);
    if (section.storage_policy.empty())
        note_unknown(
            section.from, "storage_policy",
            "list /etc/modprobe.d: No such file or directory, nor any other modprobe.d");
}

} // namespace

std::optional<wire::UsbDevice> read_usb_device(const Tree& tree, const std::string& port)
{
    const bool is_device = !port.empty() && port.front() >= '0' && port.front() <= '9'
                           && port.find(':') == std::string::npos
                           && port.find('/') == std::string::npos;
    if (!is_device)
        return std::nullopt;
    const std::string folder = std::string{devices_folder} + '/' + port;
    wire::UsbDevice device;
    device.port = fact_text(port, 64);
    device.vendor_id = to_lower(value_or_empty(tree, folder + "/idVendor"));
    device.product_id = to_lower(value_or_empty(tree, folder + "/idProduct"));
    if (device.vendor_id.empty() || device.product_id.empty())
        return std::nullopt;
    device.vendor = value_or_empty(tree, folder + "/manufacturer");
    device.product = value_or_empty(tree, folder + "/product");
    device.serial = value_or_empty(tree, folder + "/serial");

    std::vector<UsbInterface> interfaces;
    std::vector<std::string> drivers;
    for (const std::string& name : names_with(tree, folder, port + ":"))
    {
        const std::string interface = folder + '/' + name;
        interfaces.push_back(
            {hex_value(tree, interface + "/bInterfaceClass"),
             hex_value(tree, interface + "/bInterfaceSubClass"),
             hex_value(tree, interface + "/bInterfaceProtocol")});
        if (const auto driver = tree.link_target(interface + "/driver"))
            drivers.push_back(fact_text(driver->substr(driver->rfind('/') + 1), 64));
        add_labels(tree, interface, device.volume_labels);
    }
    device.device_class = usb_class_of(hex_value(tree, folder + "/bDeviceClass"), interfaces);
    std::sort(drivers.begin(), drivers.end());
    drivers.erase(std::unique(drivers.begin(), drivers.end()), drivers.end());
    for (const std::string& driver : drivers)
        device.driver += (device.driver.empty() ? "" : " ") + driver;
    std::erase(device.volume_labels, std::string{});
    if (device.volume_labels.size() > labels_max)
        device.volume_labels.resize(labels_max);
    return device;
}

wire::UsbSection read_usb(const ProbeContext& context)
{
    const Tree tree{context.root};
    wire::UsbSection section;
    const auto names = tree.names(devices_folder);
    if (names)
        note_source(section.from, devices_folder);
    else
        note_unknown(section.from, "devices", names.error());
    for (const std::string& name : names ? *names : std::vector<std::string>{})
    {
        if (auto device = read_usb_device(tree, name))
            section.devices.push_back(std::move(*device));
    }
    cut_list(section.devices, devices_max, section.from, "devices");
    read_policy(tree, section);
    return section;
}

} // namespace mimamori::agent::probes
