#include "tests/support/unplugged_windows.hpp"

namespace mimamori::tests {
namespace {

using Machine = RecordedWindows;

// Those who ask the service control manager, and those who read what system calls tell.
const std::set<std::string> with_services{"antivirus", "patches", "security", "services"};
const std::set<std::string> with_system{"hardware", "os", "security", "software"};
const std::set<std::string> with_network{"interfaces", "listeners", "neighbours", "peers"};
const std::set<std::string> with_programs{"antivirus", "listeners", "peers", "processes"};

const std::vector<UnpluggedWindows> unplugged{
    {"os",
     "its version key",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion)");
     },
     "product",
     R"(Windows NT\CurrentVersion ProductName: Access is denied)",
     {"product", "edition", "version", "revision", "installed_at", "channel"},
     {"services"}},
    {"os",
     "its locale",
     [](Machine& machine) { machine.deny_key(R"(HKU\.DEFAULT\Control Panel\International)"); },
     "locale",
     R"(HKU\.DEFAULT\Control Panel\International LocaleName: Access is denied)",
     {"locale"}},
    {"os",
     "its time zone",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation)");
     },
     "time_zone",
     "TimeZoneInformation TimeZoneKeyName: Access is denied",
     {"time_zone"}},
    {"os",
     "system calls",
     [](Machine& machine) { machine.fail("system"); },
     "kernel",
     "system: taken away",
     {"kernel", "architecture", "booted_at", "hostname", "domain", "extended_support"},
     with_system},
    {"os",
     "its licences",
     [](Machine& machine) { machine.hang_wmi(R"(root\cimv2)", "SoftwareLicensingProduct"); },
     "extended_support",
     "WMI SoftwareLicensingProduct: no answer in time",
     {"extended_support"}},
    {"patches",
     "the servicing stack",
     [](Machine& machine) {
         machine.deny_key(
             R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing)");
     },
     "installed",
     R"(Component Based Servicing\Packages: Access is denied)",
     {"installed", "last_update_at", "reboot_pending", "reboot_reasons"}},
    {"patches",
     "the list of fixes",
     [](Machine& machine) { machine.hang_wmi(R"(root\cimv2)", "Win32_QuickFixEngineering"); },
     "installed",
     "WMI Win32_QuickFixEngineering: no answer in time",
     {"installed"}},
    {"patches",
     "what Windows Update says",
     [](Machine& machine) {
         machine.deny_key(
             R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update)");
     },
     "reboot_pending",
     R"(Auto Update\RebootRequired: Access is denied)",
     {"reboot_pending", "reboot_reasons", "lists_updated_at"}},
    {"patches",
     "the update policy",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate)");
     },
     "update_policy",
     R"(WindowsUpdate\AU NoAutoUpdate: Access is denied)",
     {"update_policy", "update_sources"}},
    {"antivirus",
     "Defender's key",
     [](Machine& machine) { machine.deny_key(R"(HKLM\SOFTWARE\Microsoft\Windows Defender)"); },
     "pattern_built_at",
     "AVSignatureApplied: Access is denied",
     {"products"}},
    {"antivirus",
     "Defender's state",
     [](Machine& machine) {
         machine.hang_wmi(R"(root\Microsoft\Windows\Defender)", "MSFT_MpComputerStatus");
     },
     "realtime",
     "WMI MSFT_MpComputerStatus: no answer in time",
     {"products"}},
    {"antivirus",
     "services",
     [](Machine& machine) { machine.fail("services"); },
     "products",
     "services: taken away",
     {"products"},
     with_services},
    {"usb",
     "devices",
     [](Machine& machine) { machine.fail("devices"); },
     "devices",
     "devices: taken away",
     {"devices"},
     {"hardware"}},
    {"usb",
     "the storage driver's key",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SYSTEM\CurrentControlSet\Services\USBSTOR)");
     },
     "storage_policy",
     "USBSTOR Start: Access is denied",
     {"storage_policy"}},
    {"usb",
     "a storage policy",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices)");
     },
     "storage_policy",
     "RemovableStorageDevices Deny_All: Access is denied",
     {"storage_policy"}},
    {"processes",
     "the process list",
     [](Machine& machine) { machine.fail("programs"); },
     "programs",
     "programs: taken away",
     {"programs"},
     with_programs},
    {"interfaces",
     "the network's tables",
     [](Machine& machine) { machine.fail("network"); },
     "adapters",
     "network: taken away",
     {"adapters", "dns", "forwarding", "routes"},
     with_network},
    {"interfaces",
     "the router's switch",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters)");
     },
     "forwarding",
     R"(Tcpip\Parameters IPEnableRouter: Access is denied)",
     {"forwarding"}},
    {"neighbours",
     "the network's tables",
     [](Machine& machine) { machine.fail("network"); },
     "neighbours",
     "network: taken away",
     {"neighbours"},
     with_network},
    {"listeners",
     "the network's tables",
     [](Machine& machine) { machine.fail("network"); },
     "listeners",
     "network: taken away",
     {"listeners"},
     with_network},
    {"listeners",
     "the process list",
     [](Machine& machine) { machine.fail("programs"); },
     "program",
     "programs: taken away",
     {"listeners"},
     with_programs},
    {"peers",
     "the network's tables",
     [](Machine& machine) { machine.fail("network"); },
     "peers",
     "network: taken away",
     {"peers"},
     with_network},
    {"software",
     "the list of programs",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall)");
     },
     "software",
     R"(CurrentVersion\Uninstall: Access is denied)",
     {"software"},
     {"antivirus"}},
    {"software",
     "the list of programs, missing",
     [](Machine& machine) {
         machine.remove_key(R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall)");
     },
     "software",
     R"(CurrentVersion\Uninstall: not there)",
     {"software"}},
    {"services",
     "services",
     [](Machine& machine) { machine.fail("services"); },
     "services",
     "services: taken away",
     {"services"},
     with_services},
    {"services",
     "a service's triggers",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SYSTEM\CurrentControlSet\Services\WinDefend)");
     },
     "state",
     R"(WinDefend\TriggerInfo: Access is denied)",
     {"services"}},
    {"services",
     "files",
     [](Machine& machine) { machine.fail("files"); },
     "tasks",
     "files: taken away",
     {"autoruns", "tasks"},
     {"antivirus", "processes"}},
    {"services",
     "a Run key",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run)");
     },
     "autoruns",
     R"(CurrentVersion\Run: Access is denied)",
     {"autoruns"}},
    {"services",
     "what Winlogon starts",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)");
     },
     "autoruns",
     "2 values of the registry cannot be read",
     {"autoruns"}},
    {"accounts",
     "the account database",
     [](Machine& machine) { machine.fail("accounts"); },
     "accounts",
     "accounts: taken away",
     {"accounts"}},
    {"security",
     "services",
     [](Machine& machine) { machine.fail("services"); },
     "firewall",
     "services: taken away",
     {"application_control", "firewall", "ssh_server", "write_filter",
      "write_filter_over_agent_data"},
     with_services},
    {"security",
     "the firewall's key",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess)");
     },
     "firewall",
     "DomainProfile EnableFirewall: Access is denied",
     {"firewall"}},
    {"security",
     "BitLocker",
     [](Machine& machine) {
         machine.hang_wmi(
             R"(root\CIMV2\Security\MicrosoftVolumeEncryption)", "Win32_EncryptableVolume");
     },
     "encryption",
     "WMI Win32_EncryptableVolume: no answer in time",
     {"encryption"}},
    {"security",
     "the file server's key",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer)");
     },
     "smb1",
     R"(LanmanServer\Parameters SMB1: Access is denied)",
     {"smb1"}},
    {"security",
     "the terminal server's key",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)");
     },
     "remote_desktop",
     "Terminal Server fDenyTSConnections: Access is denied",
     {"remote_desktop"}},
    {"security",
     "Explorer's policies",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer)");
     },
     "autorun",
     "NoDriveTypeAutoRun: Access is denied",
     {"autorun"},
     {"services"}},
    {"security",
     "a person's settings",
     [](Machine& machine) { machine.deny_key(R"(HKU\S-1-5-21-1-2-3-1104\Control Panel\Desktop)"); },
     "screen_lock_s",
     "3 values of the registry cannot be read",
     {"screen_lock_s"}},
    {"security",
     "Secure Boot's state",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SYSTEM\CurrentControlSet\Control\SecureBoot\State)");
     },
     "secure_boot",
     "UEFISecureBootEnabled: Access is denied",
     {"secure_boot"}},
    {"security",
     "system calls",
     [](Machine& machine) { machine.fail("system"); },
     "tpm",
     "system: taken away",
     {"application_control", "smb1", "tpm", "tpm_version"},
     with_system},
    {"security",
     "the system's policies",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System)");
     },
     "uac",
     "EnableLUA: Access is denied",
     {"uac"}},
    {"security",
     "the time service's key",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SYSTEM\CurrentControlSet\Services\W32Time)");
     },
     "time_source",
     R"(W32Time\Parameters Type: Access is denied)",
     {"time_source", "time_synchronised"}},
    {"security",
     "the write filter",
     [](Machine& machine) { machine.hang_wmi(R"(root\standardcimv2\embedded)", "UWF_Filter"); },
     "write_filter",
     "WMI UWF_Filter: no answer in time",
     {"write_filter", "write_filter_over_agent_data"}},
    {"security",
     "code integrity",
     [](Machine& machine) {
         machine.hang_wmi(R"(root\Microsoft\Windows\DeviceGuard)", "Win32_DeviceGuard");
     },
     "application_control",
     "WMI Win32_DeviceGuard: no answer in time",
     {"application_control"}},
    {"security",
     "AppLocker's rules",
     [](Machine& machine) {
         machine.deny_key(R"(HKLM\SOFTWARE\Policies\Microsoft\Windows\SrpV2)");
     },
     "application_control",
     R"(SrpV2\Exe EnforcementMode: Access is denied)",
     {"application_control"}},
    {"hardware",
     "system calls",
     [](Machine& machine) { machine.fail("system"); },
     "serial",
     "system: taken away",
     {"battery", "board_serial", "chassis", "cpu_cores", "firmware_date", "firmware_version",
      "memory_bytes", "model", "serial", "uuid", "vendor", "windows_11_obstacles",
      "windows_11_ready"},
     with_system},
    {"hardware",
     "devices",
     [](Machine& machine) { machine.fail("devices"); },
     "disks",
     "devices: taken away",
     {"disks"},
     {"usb"}},
    {"hardware",
     "the processor's key",
     [](Machine& machine) { machine.deny_key(R"(HKLM\HARDWARE\DESCRIPTION\System)"); },
     "cpu",
     "ProcessorNameString: Access is denied",
     {"cpu"}},
    {"logons",
     "the event logs",
     [](Machine& machine) { machine.fail("events"); },
     "logons",
     "events: taken away",
     {"logons"},
     {"antivirus"}},
    {"antivirus",
     "the event logs",
     [](Machine& machine) { machine.fail("events"); },
     "detections",
     "events: taken away",
     {"detections", "detection_logs"},
     {"logons"}},
};

} // namespace

const std::vector<UnpluggedWindows>& unplugged_windows_sources()
{
    return unplugged;
}

void add_ward(RecordedWindows& machine)
{
    for (const char* name :
         {"os/windows-10-22h2", "machine/ward-pc", "antivirus/defender",
          "antivirus/defender-fresh"})
        machine.add(name);
}

} // namespace mimamori::tests
