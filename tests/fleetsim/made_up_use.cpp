// What is used on a made-up device: programs, media, the network, people.
#include "tests/fleetsim/chance.hpp"
#include "tests/fleetsim/made_up_device.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mimamori::fleetsim {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

/// The same file on every device that has it.
std::string hash_of(const Software& software)
{
    return Chance{software.version.size(), software.path}.hex(64);
}

wire::Program running(const Software& software, bool is_windows)
{
    wire::Program program;
    program.path = software.path;
    program.sha256 = hash_of(software);
    if (is_windows)
        program.signer = software.vendor.empty() ? "Microsoft Windows" : software.vendor;
    else
        program.signer = fmt::format("dpkg:{}", software.name);
    program.product = software.name;
    program.company = software.vendor;
    program.version = software.version;
    program.parent =
        is_windows ? "C:\\Windows\\System32\\services.exe" : "/usr/lib/systemd/systemd";
    program.user = is_windows ? "SYSTEM" : "root";
    return program;
}

/// Base services of Windows; who made the list knows that every PC has some two hundred of them.
constexpr std::string_view base_services[] = {
    "AppInfo",
    "AudioSrv",
    "BFE",
    "BITS",
    "BrokerInfrastructure",
    "CryptSvc",
    "DcomLaunch",
    "Dhcp",
    "Dnscache",
    "DPS",
    "EventLog",
    "EventSystem",
    "FontCache",
    "gpsvc",
    "iphlpsvc",
    "KeyIso",
    "LanmanServer",
    "LanmanWorkstation",
    "LSM",
    "MpsSvc",
    "Netlogon",
    "NlaSvc",
    "nsi",
    "PlugPlay",
    "Power",
    "ProfSvc",
    "RpcEptMapper",
    "RpcSs",
    "SamSs",
    "Schedule",
    "SENS",
    "ShellHWDetection",
    "Spooler",
    "SysMain",
    "Themes",
    "TrustedInstaller",
    "UserManager",
    "W32Time",
    "WinDefend",
    "Winmgmt",
    "WlanSvc",
    "WpnService",
    "wuauserv",
    "WSearch",
};

} // namespace

wire::UsbSection MadeUpDevice::usb(std::uint32_t version) const
{
    Chance chance{index_, "usb"};
    wire::UsbSection section;
    const auto add = [&](std::string_view vendor_id, std::string_view product_id,
                         std::string_view product, std::string_view kind, std::string_view port) {
        wire::UsbDevice device;
        device.vendor_id = vendor_id;
        device.product_id = product_id;
        device.product = product;
        device.device_class = kind;
        device.driver = kind == "hid" ? "HidUsb" : "WUDFRd";
        device.port = port;
        section.devices.push_back(std::move(device));
    };
    add("04f2", "0112", "USB Keyboard", "hid", "1-1");
    add("046d", "c077", "USB Optical Mouse", "hid", "1-2");
    if (role_ == Role::records)
        add("04e6", "5116", "IC Card Reader", "other", "1-3");
    if (chance.per_mille(30) || version > 0)
        section.devices.push_back(stray_medium(version));
    section.storage_policy = role_ == Role::records  ? "blocked"
                             : role_ == Role::server ? "read_only"
                             : chance.per_mille(950) ? "allowed"
                                                     : "";
    if (section.storage_policy.empty())
        section.from.unknown.push_back(
            {"storage_policy", "read HKLM\\SYSTEM\\CurrentControlSet\\Services\\USBSTOR: Access is "
                               "denied (error 5)"});
    section.from.sources = {is_windows() ? "SetupAPI" : "/sys/bus/usb/devices"};
    return section;
}

wire::ProcessesSection MadeUpDevice::processes(std::uint32_t version) const
{
    Chance chance{index_, "processes"};
    wire::ProcessesSection section;
    section.watch = "events";
    const auto add_all = [&](std::span<const Software> programs) {
        for (const Software& software : programs)
        {
            if (!software.path.empty())
                section.programs.push_back(running(software, is_windows()));
        }
    };
    add_all(is_windows() ? windows_parts() : linux_packages());
    if (is_windows())
        add_all(software_of(role_));
    if (is_windows() && chance.per_mille(28))
        section.programs.push_back(stray_program(0));
    // A helper that an update brings.
    if (version > 0)
    {
        wire::Program helper = running(software_of(role_).front(), is_windows());
        helper.path += fmt::format(".update{}", version);
        helper.sha256 = Chance{version, helper.path}.hex(64);
        section.programs.push_back(std::move(helper));
    }
    section.from.sources = {is_windows() ? "ETW Microsoft-Windows-Kernel-Process" : "netlink"};
    return section;
}

wire::InterfacesSection MadeUpDevice::interfaces(std::uint32_t) const
{
    wire::InterfacesSection section;
    wire::Adapter adapter;
    adapter.name = is_windows() ? "イーサネット" : "enp1s0";
    adapter.description = "Intel(R) Ethernet Connection I219-LM";
    adapter.mac = mac_of(index_);
    adapter.kind = "ethernet";
    adapter.link_up = true;
    const std::string address = address_of(index_);
    const std::string subnet = address.substr(0, address.rfind('.'));
    adapter.addresses = {address + "/24"};
    adapter.gateways = {subnet + ".1"};
    adapter.dns = {"10.10.0.11", "10.10.0.12"};
    adapter.dhcp = role_ == Role::office;
    section.dns = adapter.dns;
    section.routes = {{"0.0.0.0/0", subnet + ".1", adapter.name}};
    section.adapters.push_back(std::move(adapter));
    section.forwarding = false;
    section.from.sources = {is_windows() ? "GetAdaptersAddresses" : "netlink"};
    return section;
}

wire::NeighboursSection MadeUpDevice::neighbours(std::uint32_t version) const
{
    Chance chance{index_ + std::uint64_t{version} * 1'000'003, "neighbours"};
    wire::NeighboursSection section;
    const std::string own = address_of(index_);
    const std::string subnet = own.substr(0, own.rfind('.'));
    const std::string adapter = is_windows() ? "イーサネット" : "enp1s0";
    section.neighbours.push_back(
        {subnet + ".1",
         fmt::format(
             "00:09:0f:{:02x}:{:02x}:01", index_ / devices_per_subnet >> 8,
             index_ / devices_per_subnet & 0xff),
         adapter});
    const std::size_t first = index_ / devices_per_subnet * devices_per_subnet;
    const std::size_t last = std::min(first + devices_per_subnet, site_.devices);
    for (std::size_t other = first; other < last; ++other)
    {
        if (other != index_ && chance.per_mille(250))
            section.neighbours.push_back({address_of(other), mac_of(other), adapter});
    }
    // A printer or a medical device without an agent.
    if (Chance{index_ / devices_per_subnet, "printer"}.per_mille(500))
        section.neighbours.push_back(
            {subnet + ".240",
             fmt::format("00:26:73:{:02x}:10:20", index_ / devices_per_subnet % 256), adapter});
    section.from.sources = {is_windows() ? "GetIpNetTable2" : "netlink"};
    return section;
}

wire::ListenersSection MadeUpDevice::listeners(std::uint32_t version) const
{
    wire::ListenersSection section;
    const auto add = [&](std::uint16_t port, std::string_view program) {
        wire::Listener listener;
        listener.protocol = "tcp";
        listener.address = "0.0.0.0";
        listener.port = port;
        listener.program = program;
        section.listeners.push_back(std::move(listener));
    };
    if (is_windows())
    {
        add(135, "C:\\Windows\\System32\\svchost.exe");
        add(445, "System");
        if (role_ == Role::server)
            add(3389, "C:\\Windows\\System32\\svchost.exe");
        if (role_ == Role::modality)
            add(104, "D:\\Console\\dicom\\dcmgate.exe");
        add(static_cast<std::uint16_t>(49'664 + version % 64), "C:\\Windows\\System32\\lsass.exe");
    }
    else
    {
        add(22, "/usr/sbin/sshd");
        add(443, "/usr/sbin/nginx");
        add(static_cast<std::uint16_t>(33'000 + version % 64),
            "/usr/lib/jvm/java-17-openjdk-amd64/bin/java");
    }
    section.from.sources = {is_windows() ? "GetExtendedTcpTable" : "netlink"};
    return section;
}

wire::PeersSection MadeUpDevice::peers(std::uint32_t version) const
{
    Chance chance{index_ + std::uint64_t{version} * 1'000'003, "peers"};
    wire::PeersSection section;
    const std::string program = is_windows() ? std::string{software_of(role_).front().path}
                                             : "/usr/lib/jvm/java-17-openjdk-amd64/bin/java";
    section.peers.push_back({"10.10.0.21", 443, "out", program});
    section.peers.push_back({"10.10.0.31", 104, "out", program});
    for (int i = chance.between(0, 5); i > 0; --i)
        section.peers.push_back(
            {fmt::format("10.10.{}.{}", chance.between(0, 3), chance.between(20, 90)), 445, "out",
             "System"});
    section.from.sources = {is_windows() ? "GetExtendedTcpTable" : "netlink"};
    return section;
}

wire::SoftwareSection MadeUpDevice::software(std::uint32_t version) const
{
    wire::SoftwareSection section;
    const auto add_all = [&](std::span<const Software> list) {
        for (const Software& software : list)
        {
            if (software.name.empty())
                continue;
            wire::InstalledSoftware installed;
            installed.name = software.name;
            installed.vendor = software.vendor;
            installed.version = software.version;
            installed.installed_on = parse_iso_date("2025-03-17");
            installed.architecture = "x86_64";
            section.software.push_back(std::move(installed));
        }
    };
    add_all(is_windows() ? windows_parts() : linux_packages());
    if (is_windows())
        add_all(software_of(role_));
    if (version > 0)
        section.software.front().version += fmt::format("+{}", version);
    section.from.sources = {
        is_windows() ? "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\"
                       "Uninstall"
                     : "/var/lib/dpkg/status"};
    return section;
}

wire::ServicesSection MadeUpDevice::services() const
{
    wire::ServicesSection section;
    if (!is_windows())
    {
        for (const Software& software : linux_packages())
        {
            if (software.path.empty())
                continue;
            wire::Service service;
            service.name = fmt::format("{}.service", software.name);
            service.start_type = "automatic";
            service.state = "running";
            service.account = "root";
            service.command = software.path;
            section.services.push_back(std::move(service));
        }
        section.from.sources = {"/etc/systemd/system", "org.freedesktop.systemd1"};
        return section;
    }
    for (const std::string_view name : base_services)
    {
        wire::Service service;
        service.name = name;
        service.start_type = "automatic";
        service.state = "running";
        service.account = "LocalSystem";
        service.command = "C:\\Windows\\System32\\svchost.exe -k netsvcs -p";
        section.services.push_back(std::move(service));
    }
    for (const Software& software : software_of(role_))
        section.autoruns.push_back(
            {"HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run", std::string{software.name},
             std::string{software.path}});
    section.from.sources = {"Service Control Manager"};
    return section;
}

wire::LogonsSection MadeUpDevice::logons(std::uint32_t version) const
{
    Chance chance{index_ + std::uint64_t{version} * 1'000'003, "logons"};
    wire::LogonsSection section;
    for (int i = chance.between(1, 6); i > 0; --i)
    {
        wire::Logon logon;
        logon.user = is_windows() ? fmt::format("n{:05}", chance.below(400)) : "labadmin";
        logon.kind = "interactive";
        logon.source = is_windows() ? "console" : "tty1";
        logon.last_at = std::chrono::floor<std::chrono::minutes>(site_.now)
                        - std::chrono::minutes{chance.between(1, 60 * 24 * 3)};
        section.logons.push_back(std::move(logon));
    }
    section.from.sources = {is_windows() ? "Security event log" : "/var/log/wtmp"};
    return section;
}

} // namespace mimamori::fleetsim
