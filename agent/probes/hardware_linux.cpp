#include "agent/probes/hardware.hpp"
#include "agent/probes/text.hpp"
#include "agent/probes/tree.hpp"

#include <algorithm>

namespace mimamori::agent::probes {
namespace {

constexpr std::string_view dmi_folder = "/sys/class/dmi/id/";
constexpr std::size_t disks_max = 500;

std::string value_or_empty(const Tree& tree, const std::string& path)
{
    const auto value = tree.read_value(path);
    // The device tree ends its texts with NUL.
    return value ? fact_text(std::string_view{*value}.substr(0, value->find('\0')), 256)
                 : std::string{};
}

void read_firmware_tables(const Tree& tree, wire::HardwareSection& hardware)
{
    const auto value = [&](std::string_view name, std::string_view fact) {
        const auto text = tree.read_value(std::string{dmi_folder} + std::string{name});
        if (!text && !fact.empty())
            note_unknown(hardware.from, fact, text.error());
        return text ? fact_text(*text, 256) : std::string{};
    };
    note_source(hardware.from, dmi_folder.substr(0, dmi_folder.size() - 1));
    hardware.vendor = value("sys_vendor", "vendor");
    hardware.model = value("product_name", "model");
    hardware.serial = value("product_serial", "serial");
    hardware.uuid = to_lower(value("product_uuid", "uuid"));
    hardware.board_serial = value("board_serial", "board_serial");
    hardware.firmware_version = value("bios_version", "firmware_version");
    hardware.firmware_date = parse_firmware_date(value("bios_date", ""));
    const auto type = to_number<unsigned>(value("chassis_type", "chassis"));
    hardware.chassis = chassis_of(type.value_or(2), hardware.vendor, hardware.model);
}

/// Boards without firmware tables.
void read_device_tree(const Tree& tree, wire::HardwareSection& hardware)
{
    const std::string folder = "/proc/device-tree/";
    hardware.model = value_or_empty(tree, folder + "model");
    if (hardware.model.empty())
    {
        for (const std::string_view fact : {"vendor", "model", "serial", "uuid", "chassis"})
            note_unknown(
                hardware.from, fact,
                "list /sys/class/dmi/id: No such file or directory, nor /proc/device-tree/model");
        return;
    }
    note_source(hardware.from, "/proc/device-tree");
    hardware.serial = value_or_empty(tree, folder + "serial-number");
    hardware.chassis = "other";
}

void read_processor_and_memory(const Tree& tree, wire::HardwareSection& hardware)
{
    const auto cpuinfo = tree.read("/proc/cpuinfo", 8U * 1024 * 1024);
    if (cpuinfo)
    {
        note_source(hardware.from, "/proc/cpuinfo");
        const auto cpu = parse_cpuinfo(*cpuinfo);
        hardware.cpu = cpu.model;
        hardware.cpu_cores = cpu.cores;
    }
    else
        note_unknown(hardware.from, "cpu", cpuinfo.error());

    const auto meminfo = tree.read("/proc/meminfo");
    const auto memory = meminfo ? parse_memory_total(*meminfo) : std::nullopt;
    if (memory)
    {
        note_source(hardware.from, "/proc/meminfo");
        hardware.memory_bytes = *memory;
    }
    else if (meminfo)
        note_unknown(hardware.from, "memory_bytes", "read /proc/meminfo: it has no MemTotal");
    else
        note_unknown(hardware.from, "memory_bytes", meminfo.error());
}

/// One value of udev's record about a block device.
std::string udev_value(const Tree& tree, const std::string& disk_folder, std::string_view key)
{
    const std::string number = value_or_empty(tree, disk_folder + "/dev");
    const auto record = number.empty() ? Result<std::string>{std::string{}}
                                       : tree.read("/run/udev/data/b" + number);
    std::string_view rest = record ? std::string_view{*record} : std::string_view{};
    const std::string prefix = "E:" + std::string{key} + '=';
    while (const auto line = next_line(rest))
    {
        if (line->starts_with(prefix))
            return fact_text(line->substr(prefix.size()), 256);
    }
    return {};
}

bool is_usb(const Tree& tree, const std::string& folder)
{
    const auto target = tree.link_target(folder);
    return target && target->find("/usb") != std::string::npos;
}

std::optional<wire::Disk> read_disk(const Tree& tree, const std::string& name)
{
    const std::string folder = "/sys/block/" + name;
    const auto sectors = to_number<std::uint64_t>(value_or_empty(tree, folder + "/size"));
    const bool removable = value_or_empty(tree, folder + "/removable") == "1";
    if (!sectors || *sectors == 0 || removable || is_usb(tree, folder))
        return std::nullopt;
    wire::Disk disk;
    disk.name = fact_text(name, 64);
    disk.size_bytes = *sectors * 512;
    const std::string vendor = value_or_empty(tree, folder + "/device/vendor");
    disk.model = value_or_empty(tree, folder + "/device/model");
    if (disk.model.empty())
        disk.model = value_or_empty(tree, folder + "/device/name"); // eMMC
    for (const char* const place : {"/serial", "/device/serial"})
    {
        if (disk.serial.empty())
            disk.serial = value_or_empty(tree, folder + place);
    }
    if (disk.serial.empty())
        disk.serial = udev_value(tree, folder, "ID_SERIAL_SHORT");
    const std::string rotates = value_or_empty(tree, folder + "/queue/rotational");
    disk.kind = disk_kind_of(
        name, vendor + ' ' + disk.model,
        rotates.empty() ? std::nullopt : std::optional{rotates == "1"});
    disk.health = emmc_health(value_or_empty(tree, folder + "/device/pre_eol_info"));
    return disk;
}

void read_disks(const Tree& tree, wire::HardwareSection& hardware)
{
    const auto names = tree.names("/sys/block");
    if (!names)
    {
        note_unknown(hardware.from, "disks", names.error());
        return;
    }
    note_source(hardware.from, "/sys/block");
    for (const std::string& name : *names)
    {
        auto disk = is_disk_name(name) ? read_disk(tree, name) : std::nullopt;
        if (disk)
            hardware.disks.push_back(std::move(*disk));
    }
    const bool real_without_health =
        std::any_of(hardware.disks.begin(), hardware.disks.end(), [](const wire::Disk& disk) {
            return disk.health.empty() && disk.kind != "virtual";
        });
    if (real_without_health)
        note_unknown(hardware.from, "health", "not read: SMART needs raw access to the disk");
    cut_list(hardware.disks, disks_max, hardware.from, "disks");
}

void read_battery(const Tree& tree, wire::HardwareSection& hardware)
{
    const std::string folder = "/sys/class/power_supply/";
    const auto names = tree.names(folder);
    if (!names)
    {
        // A kernel for machines without batteries has no such class.
        if (tree.exists("/sys/class"))
            hardware.battery = false;
        else
            note_unknown(hardware.from, "battery", names.error());
        return;
    }
    note_source(hardware.from, "/sys/class/power_supply");
    hardware.battery = false;
    for (const std::string& name : *names)
    {
        const std::string supply = folder + name;
        // Mice and headsets have batteries of their own.
        if (value_or_empty(tree, supply + "/type") != "Battery"
            || value_or_empty(tree, supply + "/scope") == "Device"
            || value_or_empty(tree, supply + "/present") == "0")
            continue;
        hardware.battery = true;
        for (const char* const unit : {"energy", "charge"})
        {
            const auto full =
                to_number<std::uint64_t>(value_or_empty(tree, supply + '/' + unit + "_full"));
            const auto design = to_number<std::uint64_t>(
                value_or_empty(tree, supply + '/' + unit + "_full_design"));
            if (full && design && !hardware.battery_health_percent)
                hardware.battery_health_percent = battery_health(*full, *design);
        }
    }
}

} // namespace

wire::HardwareSection read_hardware(const ProbeContext& context)
{
    const Tree tree{context.root};
    wire::HardwareSection hardware;
    if (tree.exists(dmi_folder))
        read_firmware_tables(tree, hardware);
    else
        read_device_tree(tree, hardware);
    read_processor_and_memory(tree, hardware);
    read_disks(tree, hardware);
    read_battery(tree, hardware);
    return hardware;
}

} // namespace mimamori::agent::probes
