#include "agent/probes/text.hpp"
#include "agent/probes/windows/fact_reader.hpp"
#include "agent/probes/windows/sections.hpp"
#include "agent/probes/windows/write_filter.hpp"
#include "common/base/ascii.hpp"

#include <algorithm>
#include <array>

namespace mimamori::agent::probes::windows {
namespace {

using agent::windows::ServiceRow;
using agent::windows::StartType;
using agent::windows::WmiQuestion;

constexpr auto optional = Missing::is_an_answer;
constexpr std::string_view system_policy_key =
    R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System)";

/// What several of the facts below need.
struct Look
{
    const Machine& machine;
    FactReader& registry;
    wire::SecuritySection& section;
    const Result<std::vector<ServiceRow>>& services;
    std::uint32_t build{0};
};

const ServiceRow* find_service(const Look& look, std::string_view name)
{
    if (!look.services)
        return nullptr;
    const auto found =
        std::find_if(look.services->begin(), look.services->end(), [&](const ServiceRow& row) {
            return equal_ignoring_case(row.name, name);
        });
    return found == look.services->end() ? nullptr : &*found;
}

bool runs(const Look& look, std::string_view name)
{
    const ServiceRow* const service = find_service(look, name);
    return service != nullptr && service->running;
}

/// A switch that a policy may overrule.
std::optional<std::uint64_t> policy_or(
    Look& look,
    std::string_view fact,
    const std::vector<std::string>& policy_keys,
    const std::string& own_key,
    std::string_view name)
{
    for (const std::string& key : policy_keys)
    {
        if (const auto value = look.registry.number(fact, key, name, optional))
            return value;
    }
    return look.registry.number(fact, own_key, name, optional);
}

void read_firewall(Look& look)
{
    struct Profile
    {
        std::string_view name;
        std::string_view key;
        std::string_view policy_key;
    };

    constexpr std::array<Profile, 3> profiles{{
        {"domain", "DomainProfile", "DomainProfile"},
        {"private", "StandardProfile", "PrivateProfile"},
        {"public", "PublicProfile", "PublicProfile"},
    }};
    const std::string own =
        R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\)";
    const std::string policies = R"(HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\)";
    for (const Profile& profile : profiles)
    {
        std::vector<std::string> keys{policies + std::string{profile.policy_key}};
        if (profile.key != profile.policy_key) // Older policies use the old name.
            keys.push_back(policies + std::string{profile.key});
        const std::size_t unknown_before = look.registry.unknown_count();
        const auto enabled =
            policy_or(look, "firewall", keys, own + std::string{profile.key}, "EnableFirewall");
        wire::FirewallProfile found{std::string{profile.name}, std::nullopt};
        if (!look.services)
            note_unknown(look.section.from, "firewall", look.services.error());
        else if (!runs(look, "MpsSvc"))
            found.enabled = false; // Nobody enforces the profiles.
        else if (enabled)
            found.enabled = *enabled != 0;
        else if (look.registry.unknown_count() == unknown_before)
            note_unknown(
                look.section.from, "firewall",
                "profile " + found.name + ": the registry has no EnableFirewall");
        look.section.firewall.push_back(std::move(found));
    }
}

/// SMB 1 as a server or a client. Before Windows 10 1709 it is on unless switched off; since then
/// it is a feature whose driver is not there by default (Microsoft, "Detect, enable and disable
/// SMBv1"). Servers got that with 2019.
void read_smb1(Look& look)
{
    constexpr std::uint32_t first_without = 16'299;
    constexpr std::string_view services = R"(HKLM\SYSTEM\CurrentControlSet\Services\)";
    constexpr std::uint64_t disabled = 4;
    const std::size_t unknown_before = look.section.from.unknown.size();
    const auto server = look.registry.number(
        "smb1", std::string{services} + R"(LanmanServer\Parameters)", "SMB1", optional);
    const auto client =
        look.registry.number("smb1", std::string{services} + "mrxsmb10", "Start", optional);
    if (look.section.from.unknown.size() != unknown_before)
        return;
    if (look.build == 0)
        return note_unknown(look.section.from, "smb1", "the build is not known");
    const bool client_on = client.has_value() && *client != disabled;
    const bool feature_there = look.build < first_without || client.has_value();
    const bool server_on = feature_there && server.value_or(1) != 0;
    look.section.smb1 = client_on || server_on;
}

void read_remote_access(Look& look)
{
    const std::size_t unknown_before = look.registry.unknown_count();
    const auto denied = policy_or(
        look, "remote_desktop",
        {R"(HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services)"},
        R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)", "fDenyTSConnections");
    if (denied)
        look.section.remote_desktop = *denied == 0;
    else if (look.registry.unknown_count() == unknown_before)
        note_unknown(look.section.from, "remote_desktop", "the registry has no fDenyTSConnections");
    if (look.services)
        look.section.ssh_server = runs(look, "sshd");
    else
        note_unknown(look.section.from, "ssh_server", look.services.error());
}

void read_autorun(Look& look)
{
    constexpr std::string_view key =
        R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer)";
    constexpr std::uint64_t all_drives = 0xFF;
    const std::size_t unknown_before = look.section.from.unknown.size();
    const auto types = look.registry.number("autorun", key, "NoDriveTypeAutoRun", optional);
    const auto none = look.registry.number("autorun", key, "NoAutorun", optional);
    if (look.section.from.unknown.size() == unknown_before)
        look.section.autorun =
            (types.value_or(0) & all_drives) != all_drives && none.value_or(0) != 1;
}

/// Seconds until one person's screen locks; 0: never; nothing: not told.
std::optional<std::uint32_t> lock_of(FactReader& registry, const std::string& user)
{
    const std::size_t broken_before = registry.broken();
    const auto setting = [&](std::string_view name) {
        const std::string front = R"(HKU\)" + user;
        auto text = registry.text_in(
            View::native, front + R"(\Software\Policies\Microsoft\Windows\Control Panel\Desktop)",
            name);
        if (!text)
            text = registry.text_in(View::native, front + R"(\Control Panel\Desktop)", name);
        return text.value_or("");
    };
    const bool locks = setting("ScreenSaveActive") != "0" && setting("ScreenSaverIsSecure") == "1";
    const auto seconds = to_number<std::uint32_t>(trimmed(setting("ScreenSaveTimeOut")));
    if (registry.broken() > broken_before)
        return std::nullopt;
    return locks ? seconds : 0;
}

void read_screen_lock(Look& look)
{
    const auto machine_wide =
        look.registry.number("screen_lock_s", system_policy_key, "InactivityTimeoutSecs", optional);
    std::optional<std::uint32_t> longest;
    if (machine_wide && *machine_wide > 0 && *machine_wide <= 0xFFFF'FFFF)
        longest = static_cast<std::uint32_t>(*machine_wide);
    else
    {
        // The worst of those who are logged on counts: 0, else whoever is not told, else the
        // longest.
        const auto worse = [](std::optional<std::uint32_t> a, std::optional<std::uint32_t> b) {
            if (a == 0U || b == 0U)
                return std::optional<std::uint32_t>{0};
            return a && b ? std::optional{std::max(*a, *b)} : std::nullopt;
        };
        const auto users = loaded_users(look.registry, "screen_lock_s");
        for (std::size_t i = 0; i < users.size(); ++i)
        {
            const auto seconds = lock_of(look.registry, users[i]);
            longest = i == 0 ? seconds : worse(longest, seconds);
        }
        look.registry.note_broken("screen_lock_s");
    }
    look.section.screen_lock_s = longest;
    if (!longest)
        note_unknown(
            look.section.from, "screen_lock_s",
            "no time for the whole machine is set, and no person who is logged on tells one");
}

void read_start_protection(Look& look)
{
    constexpr std::string_view key = R"(HKLM\SYSTEM\CurrentControlSet\Control\SecureBoot\State)";
    const std::size_t unknown_before = look.registry.unknown_count();
    const auto state = look.registry.number("secure_boot", key, "UEFISecureBootEnabled", optional);
    const bool missing = !state && look.registry.unknown_count() == unknown_before;
    const auto uefi = look.machine.system.uefi();
    if (state)
        look.section.secure_boot = *state != 0;
    else if (missing && uefi && !*uefi)
        look.section.secure_boot = false; // A BIOS has none.
    else if (missing)
        note_unknown(
            look.section.from, "secure_boot",
            uefi ? "the registry has no UEFISecureBootEnabled" : uefi.error().message);

    const auto tpm = look.machine.system.tpm();
    if (tpm)
    {
        look.section.tpm = tpm->present;
        look.section.tpm_version = tpm->version;
    }
    else
        note_unknown(look.section.from, "tpm", tpm.error());

    const auto uac = look.registry.number("uac", system_policy_key, "EnableLUA");
    if (uac)
        look.section.uac = *uac != 0;
}

void read_encryption(Look& look)
{
    const WmiQuestion question{
        R"(root\CIMV2\Security\MicrosoftVolumeEncryption)",
        "Win32_EncryptableVolume",
        {"DriveLetter", "ProtectionStatus"},
        {}};
    const auto volumes = look.machine.wmi.ask(question);
    if (!volumes)
        return note_unknown(look.section.from, "encryption", volumes.error());
    note_source(look.section.from, "WMI Win32_EncryptableVolume");
    for (const auto& row : *volumes)
    {
        const auto letter = row.find("DriveLetter");
        const auto status = row.find("ProtectionStatus");
        if (letter == row.end() || letter->second.empty())
            continue;
        wire::VolumeEncryption volume{fact_text(letter->second, 16), std::nullopt, {}};
        // 2: locked, so it cannot be told.
        if (status != row.end() && (status->second == "0" || status->second == "1"))
            volume.encrypted = status->second == "1";
        if (volume.encrypted.value_or(false))
            volume.method = "BitLocker";
        look.section.encryption.push_back(std::move(volume));
    }
}

void read_time(Look& look)
{
    constexpr std::string_view key = R"(HKLM\SYSTEM\CurrentControlSet\Services\W32Time\Parameters)";
    const auto type = look.registry.text("time_source", key, "Type");
    if (!type)
        return;
    const auto servers = look.registry.text("time_source", key, "NtpServer", optional);
    if (equal_ignoring_case(*type, "NT5DS"))
        look.section.time_source = "domain";
    else if (equal_ignoring_case(*type, "NoSync"))
    {
        look.section.time_source = "none";
        look.section.time_synchronised = false;
        return;
    }
    else if (servers)
    {
        // "ntp.nict.jp,0x9 time.windows.com,0x8": behind the comma are flags.
        std::string_view rest = *servers;
        for (auto word = next_word(rest); !word.empty(); word = next_word(rest))
            look.section.time_source += (look.section.time_source.empty() ? "" : " ")
                                        + fact_text(word.substr(0, word.find(',')), 128);
    }
    note_unknown(
        look.section.from, "time_synchronised",
        "only the time service itself tells it, to a program that would have to be started");
}

void read_application_control(Look& look)
{
    constexpr std::string_view rules = R"(HKLM\SOFTWARE\Policies\Microsoft\Windows\SrpV2)";
    const std::size_t unknown_before = look.registry.unknown_count();
    bool applocker = false;
    for (const std::string_view kind : {"Exe", "Script", "Msi", "Dll", "Appx"})
    {
        const auto mode = look.registry.number(
            "application_control", std::string{rules} + '\\' + std::string{kind}, "EnforcementMode",
            optional);
        applocker = applocker || mode == 1U;
    }
    const bool rules_known = look.registry.unknown_count() == unknown_before;
    // Without this service the rules are only read.
    applocker = applocker && runs(look, "AppIDSvc");

    const WmiQuestion question{
        R"(root\Microsoft\Windows\DeviceGuard)",
        "Win32_DeviceGuard",
        {"CodeIntegrityPolicyEnforcementStatus"},
        {}};
    constexpr std::uint32_t first_with_wdac = 10'240;
    bool wdac = false;
    std::string why_not;
    if (look.build == 0)
        why_not = "whether this Windows has code integrity policies: the build is not known";
    else if (look.build >= first_with_wdac)
    {
        const auto guard = look.machine.wmi.ask(question);
        if (!guard)
            why_not = guard.error().message;
        else
            wdac = std::any_of(guard->begin(), guard->end(), [](const auto& row) {
                const auto status = row.find("CodeIntegrityPolicyEnforcementStatus");
                return status != row.end() && status->second == "2"; // 1: only watched.
            });
    }
    if (wdac || applocker)
        look.section.application_control = wdac ? "wdac" : "applocker";
    else if (why_not.empty() && look.services && rules_known)
        look.section.application_control = "none";
    else if (!why_not.empty() || !look.services)
        note_unknown(
            look.section.from, "application_control",
            why_not.empty() ? look.services.error().message : why_not);
}

} // namespace

wire::SecuritySection read_security(const ProbeContext& context)
{
    const Machine& machine = *context.live.windows();
    wire::SecuritySection section;
    FactReader registry{machine.registry, section.from};
    const auto services = machine.services.list();
    const auto version = machine.system.version(); // Who needs it and has it not says so.
    Look look{machine, registry, section, services, version ? version->build : 0};
    read_firewall(look);
    read_encryption(look);
    read_smb1(look);
    read_remote_access(look);
    read_autorun(look);
    read_screen_lock(look);
    read_start_protection(look);
    read_time(look);
    read_write_filter(machine, context.options.data_folder, section);
    read_application_control(look);
    note_unknown(
        section.from, "audit_policy", "this version of the agent does not read it on Windows");
    return section;
}

} // namespace mimamori::agent::probes::windows
