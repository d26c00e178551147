#pragma once

#include "agent/probes/netlink.hpp"
#include "agent/probes/probe.hpp"
#include "common/base/result.hpp"
#include "common/wire/sections.hpp"

#include <span>
#include <vector>

/// The probes on Windows, one file each, named after its section. They read `context.live`'s
/// Windows machine and are built and tested on every platform, on recorded machines.
namespace mimamori::agent::probes::windows {

/// Version, edition and channel from the registry, the true build from RtlGetVersion, the licences
/// of the extra programme of updates (ESU) from WMI where this Windows has one.
wire::OsSection read_os(const ProbeContext& context);

/// Updates from the registry of the servicing stack (CBS), numbers of cumulative ones from
/// Win32_QuickFixEngineering; signs of a pending restart; policy and last success of Windows
/// Update. Which updates wait stays unknown: only a search of minutes tells it.
wire::PatchesSection read_patches(const ProbeContext& context);

/// The engine of agent/antivirus on registry, files, services, processes and WMI; the Security
/// Center only for products that the definitions do not know.
wire::AntivirusSection read_antivirus(const ProbeContext& context);

/// Devices that SetupAPI calls present, labels of the volumes on them, the policies for storage.
wire::UsbSection read_usb(const ProbeContext& context);

/// The programs that run and ran, as ProgramMemory remembers them.
wire::ProcessesSection read_processes(const ProbeContext& context);

wire::InterfacesSection read_interfaces(const ProbeContext& context);
wire::NeighboursSection read_neighbours(const ProbeContext& context);

/// The ARP and ND tables as they are now.
Result<std::vector<NetlinkNeighbour>> neighbours_now(const ProbeContext& context);

wire::ListenersSection read_listeners(const ProbeContext& context);
wire::PeersSection read_peers(const ProbeContext& context);

/// The Uninstall keys of both views and of the people who are logged on.
wire::SoftwareSection read_software(const ProbeContext& context);

/// The service control manager; Run keys, start-up folders, Winlogon and the like; the task
/// scheduler's own files. States are told of services that start with the machine and stay only:
/// others come and go.
wire::ServicesSection read_services(const ProbeContext& context);

/// Local accounts, and whoever is member of Administrators or Remote Desktop Users.
wire::AccountsSection read_accounts(const ProbeContext& context);

wire::SecuritySection read_security(const ProbeContext& context);

/// SMBIOS, registry and disks; what stands in the way of Windows 11.
wire::HardwareSection read_hardware(const ProbeContext& context);

/// Events 4624 of the Security log of the last 30 days.
wire::LogonsSection read_logons(const ProbeContext& context);

/// All of them, in the order in which they are run.
std::span<const Probe> all_probes();

} // namespace mimamori::agent::probes::windows
