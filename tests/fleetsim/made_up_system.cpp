// What a made-up device is: system, updates, antivirus, hardware, accounts, protection.
#include "tests/fleetsim/chance.hpp"
#include "tests/fleetsim/made_up_device.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mimamori::fleetsim {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

Timestamp midnight(Timestamp moment)
{
    return std::chrono::floor<days>(moment);
}

wire::AntivirusProduct product(
    std::string_view id, std::string_view vendor, std::string_view name, std::string_view version)
{
    wire::AntivirusProduct made;
    made.id = id;
    made.vendor = vendor;
    made.name = name;
    made.version = version;
    made.has_pattern = true;
    made.realtime = wire::Switch::on;
    return made;
}

/// How old the pattern is: mostly of today or yesterday.
days pattern_age(Chance chance)
{
    if (chance.per_mille(880))
        return days{chance.between(0, 1)};
    if (chance.per_mille(500))
        return days{chance.between(3, 6)};
    if (chance.per_mille(700))
        return days{chance.between(8, 45)};
    return days{chance.between(90, 700)};
}

wire::AntivirusProduct installed_antivirus(Role role, bool is_windows, Chance chance)
{
    if (!is_windows)
        return product("clamav", "Cisco", "ClamAV", "1.4.3");
    if (role == Role::server)
        return chance.per_mille(700)
                   ? product(
                       "sep", "Broadcom (Symantec)", "Symantec Endpoint Protection", "14.3.12167")
                   : product("eset", "ESET", "ESET Server Security", "11.1.12005.0");
    if (role == Role::office && chance.per_mille(600))
        return product("defender", "Microsoft", "Microsoft Defender Antivirus", "4.18.26090.9");
    return product("trend-corp", "Trend Micro", "ウイルスバスター Apex One", "14.0.14002");
}

} // namespace

wire::OsSection MadeUpDevice::os() const
{
    Chance chance{index_, "os"};
    wire::OsSection os;
    os.family = system_->family;
    os.product = system_->product;
    os.distribution = system_->distribution;
    os.edition = system_->edition;
    os.version = system_->version;
    os.channel = system_->channel;
    os.kernel = system_->kernel;
    os.architecture = is_old_windows() && chance.per_mille(400) ? "x86" : "x86_64";
    os.installed_at = midnight(site_.now) - days{chance.between(60, 1'700)};
    os.booted_at = std::chrono::floor<std::chrono::minutes>(site_.now)
                   - std::chrono::minutes{chance.between(30, 60 * 24 * 12)};
    os.locale = is_windows() ? "ja-JP" : "ja_JP.UTF-8";
    os.time_zone = is_windows() ? "Tokyo Standard Time" : "Asia/Tokyo";
    os.hostname = hostname();
    os.from.sources = {
        is_windows() ? "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion" : "/etc/os-release"};
    if (!is_windows())
        return os;
    os.build = system_->build;
    os.revision = system_->patches[patch_number()].revision;
    if (role_ != Role::modality && role_ != Role::analyser)
        os.domain = "midori-hp.example";
    return os;
}

wire::PatchesSection MadeUpDevice::patches(std::uint32_t version) const
{
    Chance chance{index_, "patches"};
    wire::PatchesSection section;
    if (!is_windows())
    {
        section.last_update_at = midnight(site_.now) - days{chance.between(1, 60)};
        section.lists_updated_at = midnight(site_.now) - days{chance.between(0, 5)};
        section.pending_security_count = chance.per_mille(600) ? 0 : chance.between(1, 40);
        section.pending_count = *section.pending_security_count + version % 3;
        section.update_sources = {"deb.debian.org"};
        section.update_policy = "manual";
        section.from.sources = {"/var/lib/dpkg/status", "/var/lib/apt/lists"};
        return section;
    }
    const auto newest = static_cast<std::ptrdiff_t>(patch_number());
    for (const Patch& patch : system_->patches.subspan(static_cast<std::size_t>(newest)))
    {
        if (!patch.kb.empty())
            section.installed.push_back({std::string{patch.kb}, parse_iso_date(patch.day)});
    }
    section.last_update_at =
        Timestamp{*parse_iso_date(system_->patches[patch_number()].day)} + days{9};
    section.reboot_pending = chance.per_mille(60);
    if (*section.reboot_pending)
        section.reboot_reasons = {"Component Based Servicing: RebootPending"};
    section.update_sources = {"http://wsus.midori-hp.example:8530"};
    section.update_policy = role_ == Role::modality ? "disabled" : "automatic";
    section.from.sources = {"HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based "
                            "Servicing\\Packages"};
    return section;
}

wire::AntivirusSection MadeUpDevice::antivirus(std::uint32_t version) const
{
    Chance chance{index_, "antivirus"};
    wire::AntivirusSection section;
    section.definitions_version = 2026112201;
    section.from.sources = {"definitions 2026112201"};
    const bool is_device = role_ == Role::modality || role_ == Role::analyser;
    if (is_device && chance.per_mille(450))
    {
        if (chance.per_mille(500))
        {
            auto lock = product("allowlist-safelock", "TXOne", "StellarProtect", "3.2.1052");
            lock.has_pattern = false;
            section.products.push_back(std::move(lock));
        }
        return section;
    }
    if (chance.per_mille(12))
        return section;

    auto found = installed_antivirus(role_, is_windows(), Chance{index_, "product"});
    const Timestamp built = midnight(site_.now) - pattern_age(Chance{index_, "pattern"}) + 5h;
    found.pattern_version = fmt::format("19.{}.{:02}", 500 + index_ % 7 * 2, version % 100);
    found.engine_version = "23.600.1010";
    found.update_tried_at = midnight(site_.now) - days{chance.between(0, 1)} + 7h;
    found.last_scan_at = midnight(site_.now) - days{chance.between(1, 9)} + 12h;
    found.sources = {"registry"};
    if (chance.per_mille(15))
    {
        found.unknown.push_back(
            {"pattern_built_at", "read PatternDate: Access is denied (error 5)"});
    }
    else
    {
        found.pattern_built_at = built;
        found.pattern_applied_at = built + 2h;
    }
    if (chance.per_mille(18))
        found.realtime = wire::Switch::off;
    if (found.id == "defender" || found.id == "clamav")
        section.detection_logs = {found.id};
    section.products.push_back(std::move(found));
    return section;
}

wire::HardwareSection MadeUpDevice::hardware_section() const
{
    Chance chance{index_, "hardware"};
    wire::HardwareSection section;
    section.vendor = machine_->vendor;
    section.model = machine_->model;
    section.serial = fmt::format("MK{:07}", 1'200'000 + index_ * 7);
    section.uuid = fmt::format(
        "{}-{}-4{}-a{}-{}", chance.hex(8), chance.hex(4), chance.hex(3), chance.hex(3),
        chance.hex(12));
    section.board_serial = "BB" + chance.hex(12);
    section.chassis = machine_->chassis == Chassis::notebook ? "notebook"
                      : machine_->chassis == Chassis::server ? "server"
                                                             : "desktop";
    section.cpu = machine_->cpu;
    section.cpu_cores = static_cast<std::uint32_t>(machine_->cores);
    section.memory_bytes = static_cast<std::uint64_t>(machine_->memory_gib) << 30;
    wire::Disk disk;
    disk.name = is_windows() ? "\\\\.\\PHYSICALDRIVE0" : "sda";
    disk.model = chance.per_mille(800) ? "KIOXIA KBG50ZNV256G" : "TOSHIBA MQ04ABF100";
    disk.kind = disk.model.front() == 'K' ? "ssd" : "hdd";
    disk.serial = chance.hex(12);
    disk.size_bytes = disk.kind == "ssd" ? 256'060'514'304U : 1'000'204'886'016U;
    disk.health = chance.per_mille(990) ? "good" : "failing";
    section.disks.push_back(std::move(disk));
    section.battery = machine_->chassis == Chassis::notebook;
    section.firmware_version = fmt::format("V1.{}.0", chance.between(2, 30));
    section.firmware_date = parse_iso_date("2024-06-11");
    section.from.sources = {is_windows() ? "SMBIOS" : "/sys/class/dmi/id"};
    return section;
}

wire::AccountsSection MadeUpDevice::accounts() const
{
    Chance chance{index_, "accounts"};
    wire::AccountsSection section;
    const auto add = [&](std::string_view name, std::string_view id, bool is_administrator) {
        wire::Account account;
        account.name = name;
        account.id = id;
        account.enabled = true;
        account.administrator = is_administrator;
        account.groups = {is_administrator ? "Administrators" : "Users"};
        account.password_set_on =
            std::chrono::floor<days>(site_.now) - days{chance.between(20, 1'500)};
        account.password_never_expires = chance.per_mille(700);
        account.password_empty = chance.per_mille(10);
        section.accounts.push_back(std::move(account));
    };
    if (!is_windows())
    {
        add("root", "0", true);
        add("labadmin", "1000", true);
        section.from.sources = {"/etc/passwd", "/etc/group", "/etc/shadow"};
        return section;
    }
    add("Administrator", "S-1-5-21-1-1-1-500", true);
    section.accounts.back().enabled = chance.per_mille(200);
    add("user", "S-1-5-21-1-1-1-1001", role_ == Role::modality || chance.per_mille(150));
    if (chance.per_mille(300))
        add("maintenance", "S-1-5-21-1-1-1-1002", true);
    section.from.sources = {"NetUserEnum"};
    return section;
}

wire::SecuritySection MadeUpDevice::security() const
{
    Chance chance{index_, "security"};
    wire::SecuritySection section;
    if (!is_windows())
    {
        section.firewall = {{"nftables", chance.per_mille(700)}};
        section.ssh_server = true;
        section.application_control = "apparmor";
        section.time_source = "ntp.midori-hp.example";
        section.time_synchronised = true;
        section.write_filter = "none";
        section.from.sources = {"/proc", "/sys"};
        return section;
    }
    const bool is_off = chance.per_mille(role_ == Role::modality ? 350 : 30);
    for (const char* profile : {"domain", "private", "public"})
        section.firewall.push_back({profile, !is_off});
    section.encryption = {
        {"C:", machine_->chassis == Chassis::notebook && chance.per_mille(700), ""}};
    section.smb1 = is_old_windows() || chance.per_mille(25);
    section.remote_desktop = role_ == Role::server || chance.per_mille(80);
    section.autorun = is_old_windows() || chance.per_mille(30);
    section.screen_lock_s = role_ == Role::modality ? 0 : 900;
    section.secure_boot = !is_old_windows();
    section.tpm = !is_old_windows() && machine_->memory_gib > 8;
    section.tpm_version = *section.tpm ? "2.0" : "";
    section.uac = !chance.per_mille(40);
    section.time_source = role_ == Role::modality ? "" : "domain";
    section.time_synchronised = !section.time_source.empty();
    section.write_filter = role_ == Role::modality && chance.per_mille(100) ? "uwf" : "none";
    section.application_control = "none";
    section.from.sources = {"registry"};
    return section;
}

wire::SelfSection MadeUpDevice::self() const
{
    wire::SelfSection section;
    section.version = "0.1.0";
    section.build = "fleetsim";
    section.platform = fmt::format("{}-x86_64", system_->family);
    section.process_watch = "events";
    section.usb_watch = "events";
    section.memory_cap_bytes = 256U << 20;
    section.settings = {{"report.heartbeat", "1m", "collector"}};
    return section;
}

} // namespace mimamori::fleetsim
