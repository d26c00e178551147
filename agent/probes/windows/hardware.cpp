#include "agent/probes/hardware.hpp"

#include "agent/probes/text.hpp"
#include "agent/probes/windows/fact_reader.hpp"
#include "agent/probes/windows/sections.hpp"
#include "agent/probes/windows/smbios.hpp"
#include "common/wire/report.hpp"

#include <algorithm>

namespace mimamori::agent::probes::windows {
namespace {

constexpr std::uint64_t gibibyte = 1ULL << 30U;

void read_firmware(const Machine& machine, wire::HardwareSection& section)
{
    const auto tables = machine.system.firmware_tables();
    const auto firmware = tables ? parse_smbios(*tables) : Result<Smbios>{tables.error()};
    if (!firmware)
    {
        for (const std::string_view fact : {"vendor", "model", "serial", "uuid", "chassis"})
            note_unknown(section.from, fact, firmware.error());
        return;
    }
    note_source(section.from, "SMBIOS");
    section.vendor = firmware->vendor;
    section.model = firmware->model;
    section.serial = firmware->serial;
    section.uuid = firmware->uuid;
    section.board_serial = firmware->board_serial;
    section.chassis = chassis_of(firmware->chassis_type, firmware->vendor, firmware->model);
    section.cpu = firmware->processor;
    section.cpu_cores = firmware->cores;
    section.firmware_version = firmware->firmware_version;
    section.firmware_date = parse_firmware_date(firmware->firmware_date);
}

std::string kind_of(const agent::windows::DiskRow& row)
{
    if (row.bus == "virtual")
        return "virtual";
    if (row.bus == "nvme")
        return "ssd";
    if (!row.seeks)
        return {};
    return *row.seeks ? "hdd" : "ssd";
}

void read_disks(const Machine& machine, wire::HardwareSection& section)
{
    const auto rows = machine.devices.disks();
    if (!rows)
        return note_unknown(section.from, "disks", rows.error());
    note_source(section.from, "disk devices");
    for (const auto& row : *rows)
    {
        if (row.bus == "usb" || row.removable) // Those are in the section `usb`.
            continue;
        wire::Disk disk;
        disk.name = "disk " + std::to_string(row.number);
        disk.model = fact_text(row.model, 256);
        disk.serial = fact_text(row.serial, 128);
        disk.size_bytes = row.size_bytes;
        disk.kind = kind_of(row);
        if (row.failing)
            disk.health = *row.failing ? "failing" : "good";
        section.disks.push_back(std::move(disk));
    }
    constexpr std::size_t disks_max = 200;
    cut_list(section.disks, disks_max, section.from, "disks");
}

/// What stands in the way of Windows 11, as far as the machine tells it: 64 bit, two cores, 4 GiB,
/// 64 GB, UEFI and TPM 2.0 (Microsoft, "Windows 11 requirements"). Which processors are allowed is
/// a list that we do not have, so without an obstacle the answer stays unknown.
void read_windows_11(const Machine& machine, wire::HardwareSection& section)
{
    auto& obstacles = section.windows_11_obstacles;
    const auto version = machine.system.version();
    constexpr std::uint32_t first_build = 22'000;
    if (version && !version->server && version->build >= first_build)
    {
        section.windows_11_ready = true;
        return;
    }
    if (const auto architecture = machine.system.architecture();
        architecture && *architecture == "x86")
        obstacles.emplace_back("32-bit Windows");
    if (section.cpu_cores == 1)
        obstacles.emplace_back("one processor core");
    // The memory that Windows sees is a little less than what is built in.
    if (section.memory_bytes > 0 && section.memory_bytes < 4 * gibibyte - gibibyte / 4)
        obstacles.emplace_back("less than 4 GiB of memory");
    const bool has_room =
        section.disks.empty()
        || std::any_of(section.disks.begin(), section.disks.end(), [](const wire::Disk& disk) {
               constexpr std::uint64_t smallest = 64'000'000'000;
               return disk.size_bytes >= smallest;
           });
    if (!has_room)
        obstacles.emplace_back("no disk of 64 GB");
    if (const auto uefi = machine.system.uefi(); uefi && !*uefi)
        obstacles.emplace_back("BIOS instead of UEFI");
    if (const auto tpm = machine.system.tpm(); tpm && (!tpm->present || tpm->version != "2.0"))
        obstacles.emplace_back("no TPM 2.0");
    if (!obstacles.empty())
        section.windows_11_ready = false;
    else
        note_unknown(
            section.from, "windows_11_ready",
            "nothing stands in the way, but whether the processor is on Microsoft's list is not "
            "known here");
}

} // namespace

wire::HardwareSection read_hardware(const ProbeContext& context)
{
    const Machine& machine = *context.live.windows();
    wire::HardwareSection section;
    FactReader registry{machine.registry, section.from};
    read_firmware(machine, section);
    const auto processor = registry.text(
        "cpu", R"(HKLM\HARDWARE\DESCRIPTION\System\CentralProcessor\0)", "ProcessorNameString",
        section.cpu.empty() ? Missing::is_unknown : Missing::is_an_answer);
    if (processor)
        section.cpu = fact_text(*processor, 256);
    if (section.cpu_cores == 0)
        note_unknown(section.from, "cpu_cores", "the firmware's tables do not tell them");

    const auto memory = machine.system.memory_bytes();
    constexpr std::uint64_t step = 64ULL * 1024 * 1024;
    if (memory)
        section.memory_bytes = (*memory + step / 2) / step * step;
    else
        note_unknown(section.from, "memory_bytes", memory.error());
    read_disks(machine, section);

    const auto battery = machine.system.battery();
    if (battery)
    {
        section.battery = battery->present;
        if (battery->present)
            section.battery_health_percent = battery_health(battery->full_mwh, battery->design_mwh);
    }
    else
        note_unknown(section.from, "battery", battery.error());
    read_windows_11(machine, section);
    return section;
}

} // namespace mimamori::agent::probes::windows
