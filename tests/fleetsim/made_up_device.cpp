#include "tests/fleetsim/made_up_device.hpp"

#include "agent/uplink/machine.hpp"
#include "common/wire/json_writer.hpp"
#include "tests/fleetsim/chance.hpp"

#include <fmt/format.h>

#include <array>

namespace mimamori::fleetsim {
namespace {

using namespace std::chrono_literals;

std::size_t chosen(std::span<const Weighted> choices, Chance chance)
{
    int total = 0;
    for (const Weighted& choice : choices)
        total += choice.weight;
    int left = chance.between(0, total - 1);
    for (const Weighted& choice : choices)
    {
        left -= choice.weight;
        if (left < 0)
            return choice.index;
    }
    return choices.back().index;
}

Role role_in(const Department& department, Chance chance)
{
    int left = chance.between(0, 99);
    for (std::size_t i = 0; i < std::size(department.shares); ++i)
    {
        left -= department.shares[i];
        if (left < 0)
            return static_cast<Role>(i);
    }
    return Role::records;
}

constexpr std::string_view stray_paths[] = {
    "C:\\Users\\Public\\Downloads\\TeamViewerQS.exe",
    "C:\\Users\\user\\AppData\\Local\\Temp\\7zO8C1A\\setup.exe",
    "C:\\Users\\user\\Desktop\\AnyDesk.exe",
    "C:\\Users\\user\\Downloads\\freepdf_installer.exe",
    "C:\\ProgramData\\svch0st.exe",
    "C:\\Tools\\ultravnc\\winvnc.exe",
    "E:\\portable\\game.exe",
};

constexpr std::string_view media_names[] = {
    "SanDisk Cruzer Blade", "BUFFALO RUF3-KS32G", "IODATA BUM-3C16G", "Kingston DataTraveler 3.0"};
constexpr std::string_view media_vendors[] = {"0781", "0411", "04bb", "0951"};
constexpr std::string_view media_products[] = {"5567", "02d8", "0eb5", "1666"};

} // namespace

MadeUpDevice::MadeUpDevice(const MadeUpSite& site, std::size_t index)
    : site_{site}
    , index_{index}
    , department_{&departments()[index / devices_per_subnet % departments().size()]}
    , role_{role_in(*department_, Chance{index, "role"})}
    , system_{&systems()[chosen(systems_of(role_), Chance{index, "system"})]}
    , machine_{&machines()[chosen(machines_of(role_), Chance{index, "machine"})]}
{}

std::string MadeUpDevice::hostname() const
{
    return fmt::format("{}-{}-{:04}", role_code(role_), department_->code, index_ + 1);
}

wire::MachineFacts MadeUpDevice::machine() const
{
    wire::Facts facts;
    facts.os = os();
    facts.hardware = hardware_section();
    facts.interfaces = interfaces(0);
    return agent::uplink::machine_facts_of(facts);
}

std::string MadeUpDevice::section_body(std::size_t section, std::uint32_t version) const
{
    const std::string_view name = wire::section_names()[section];
    if (name == "os")
        return wire::to_json(os());
    if (name == "patches")
        return wire::to_json(patches(version));
    if (name == "antivirus")
        return wire::to_json(antivirus(version));
    if (name == "usb")
        return wire::to_json(usb(version));
    if (name == "processes")
        return wire::to_json(processes(version));
    if (name == "interfaces")
        return wire::to_json(interfaces(version));
    if (name == "neighbours")
        return wire::to_json(neighbours(version));
    if (name == "listeners")
        return wire::to_json(listeners(version));
    if (name == "peers")
        return wire::to_json(peers(version));
    if (name == "software")
        return wire::to_json(software(version));
    if (name == "services")
        return wire::to_json(services());
    if (name == "accounts")
        return wire::to_json(accounts());
    if (name == "security")
        return wire::to_json(security());
    if (name == "hardware")
        return wire::to_json(hardware_section());
    if (name == "logons")
        return wire::to_json(logons(version));
    return wire::to_json(self());
}

std::size_t MadeUpDevice::changing_section(std::uint64_t which)
{
    constexpr std::array<std::string_view, 10> names{
        "neighbours", "logons", "neighbours", "peers",     "logons",
        "antivirus",  "peers",  "listeners",  "processes", "software"};
    return wire::section_index(names[which % names.size()]).value_or(0);
}

wire::Event MadeUpDevice::event(std::uint64_t number, Timestamp at) const
{
    Chance chance{index_ * 1'000'003 + number, "event"};
    wire::Event event;
    event.number = number;
    event.at = at;
    switch (chance.below(8))
    {
    case 0:
        event.kind = wire::EventKind::usb_attached;
        event.usb = stray_medium(chance.below(3));
        event.text = event.usb->product;
        event.user = "user";
        break;
    case 1:
        event.kind = wire::EventKind::usb_removed;
        event.usb = stray_medium(chance.below(3));
        event.text = event.usb->product;
        break;
    case 2:
        event.kind = wire::EventKind::network_changed;
        event.text = fmt::format("link {} of {}", chance.below(2) == 0 ? "up" : "down", "Ethernet");
        break;
    case 3:
        event.kind = wire::EventKind::pattern_changed;
        event.text = fmt::format("pattern {}.{:03}.00", 19 + number % 3, number % 1'000);
        break;
    case 4:
        event.kind = wire::EventKind::service_installed;
        event.text = "PrintNotify (Printer Extensions and Notifications)";
        break;
    default:
        event.kind = wire::EventKind::logon;
        event.user = fmt::format("n{:05}", chance.below(400));
        event.text = "interactive logon, console";
        break;
    }
    return event;
}

std::chrono::milliseconds MadeUpDevice::clock_offset() const
{
    Chance chance{index_, "clock"};
    if (chance.per_mille(6))
        return std::chrono::minutes{chance.between(6, 55)};
    if (chance.per_mille(3))
        return -std::chrono::hours{chance.between(2, 9)};
    return std::chrono::milliseconds{chance.between(-900, 900)};
}

bool MadeUpDevice::is_switched_off() const
{
    return Chance{index_, "switched off"}.per_mille(25);
}

std::string MadeUpDevice::address_of(std::size_t index) const
{
    const std::size_t subnet = index / devices_per_subnet;
    return fmt::format(
        "10.{}.{}.{}", 20 + subnet / 200, 1 + subnet % 200, 20 + index % devices_per_subnet);
}

std::string MadeUpDevice::mac_of(std::size_t index) const
{
    const MadeUpDevice other{site_, index};
    return fmt::format(
        "{}:{:02x}:{:02x}:{:02x}", other.machine_->mac_prefix, index >> 16 & 0xff,
        index >> 8 & 0xff, index & 0xff);
}

/// How many monthly updates the device is behind the newest we know of.
std::size_t MadeUpDevice::patch_number() const
{
    Chance chance{index_, "patch"};
    const std::size_t lag = chance.per_mille(700)   ? 0
                            : chance.per_mille(650) ? 1
                                                    : 2 + chance.below(6);
    return std::min(lag, system_->patches.size() - 1);
}

wire::Program MadeUpDevice::stray_program(std::uint64_t which) const
{
    Chance chance{index_ * 31 + which, "stray program"};
    wire::Program program;
    program.path = chance.one_of(stray_paths);
    program.sha256 = chance.hex(64);
    program.parent = "C:\\Windows\\explorer.exe";
    program.user = "user";
    program.user_writable = program.path.find("\\Users\\") != std::string::npos;
    program.first_seen_at =
        std::chrono::floor<std::chrono::minutes>(site_.now) - 1h * chance.between(1, 24 * 9);
    return program;
}

wire::UsbDevice MadeUpDevice::stray_medium(std::uint64_t which) const
{
    Chance chance{index_ * 17 + which, "medium"};
    const std::size_t product = chance.below(std::size(media_names));
    wire::UsbDevice medium;
    medium.vendor_id = media_vendors[product];
    medium.product_id = media_products[product];
    medium.product = media_names[product];
    medium.serial = chance.hex(20);
    medium.device_class = "storage";
    medium.driver = is_windows() ? "USBSTOR" : "usb-storage";
    medium.port = fmt::format("1-{}", 1 + which);
    return medium;
}

} // namespace mimamori::fleetsim
