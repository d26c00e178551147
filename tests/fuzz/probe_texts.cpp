// Text files that the Linux probes read. The first byte says which parser gets the rest; every
// text that comes out must be fit for a fact: valid UTF-8 and short.
#include "agent/probes/accounts.hpp"
#include "agent/probes/apt_conf.hpp"
#include "agent/probes/apt_lists.hpp"
#include "agent/probes/apt_policy.hpp"
#include "agent/probes/deb822.hpp"
#include "agent/probes/debian_version.hpp"
#include "agent/probes/dpkg.hpp"
#include "agent/probes/hardware.hpp"
#include "agent/probes/interfaces.hpp"
#include "agent/probes/mounts.hpp"
#include "agent/probes/os.hpp"
#include "agent/probes/patches.hpp"
#include "agent/probes/process.hpp"
#include "agent/probes/security.hpp"
#include "agent/probes/services.hpp"
#include "agent/probes/sockets.hpp"
#include "agent/probes/software.hpp"
#include "agent/probes/text.hpp"
#include "agent/probes/usb.hpp"
#include "common/base/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mimamori;
using namespace mimamori::agent::probes;

namespace {

void check(std::string_view text)
{
    if (!is_utf8(text) || text.size() > fact_bytes_max * 2)
        std::abort();
}

void read_system(std::string_view text)
{
    wire::OsSection os;
    apply_os_release(text, os);
    apply_release_line(text, os);
    check(os.product);
    check(os.version);
    parse_boot_time(text);
    check(parse_locale(text));
    check(zone_of_link(text));
    check(parse_sssd_domain(text));
    check(parse_samba_domain(text));
    check(parse_ubuntu_pro(text));
    check(parse_cpuinfo(text).model);
    parse_memory_total(text);
    parse_firmware_date(text);
    parse_process_status(text);
}

void read_packages(std::string_view text)
{
    MemoryText source{text};
    StanzaReader reader{source};
    PendingSearch search{{}, "amd64"};
    for (auto stanza = reader.next(); stanza && *stanza; stanza = reader.next())
    {
        if (const auto package = installed_package(**stanza))
            search.add_installed(package->name, package->version, package->architecture);
        search.offer(**stanza, {});
    }
    for (const auto& pending : search.finish().packages)
        check(pending.name);
    wire::SoftwareSection software;
    parse_apk_database(text, software);
    settle_software(software);
    newest_change(text);
    parse_local_time(text);
    const auto middle = text.size() / 2;
    compare_debian_versions(text.substr(0, middle), text.substr(middle));
}

void read_apt(std::string_view text)
{
    AptSettings settings;
    add_apt_settings(text, settings);
    for (const auto& [name, value] : settings)
        check(value);
    for (const auto& host : parse_sources_list(text))
        check(host);
    for (const auto& host : parse_sources_stanzas(text))
        check(host);
    for (const auto& host : parse_repo_hosts(text))
        check(host);
    const auto release = parse_release_file(text);
    check(release.suite);
    std::vector<std::string> odd;
    const AptPolicy policy{parse_preferences(text, odd), "stable"};
    priority_of(policy, "perl", "5.36", release);
}

void read_network(std::string_view text)
{
    for (const auto& found : parse_ipv4_routes(text))
        check(found.route.destination);
    for (const auto& found : parse_ipv6_routes(text))
        check(found.route.gateway);
    for (const auto& server : parse_name_servers(text))
        check(server);
    interfaces_file_says_dhcp(text, "eth0");
    ifcfg_says_dhcp(text);
    keyfile_says_dhcp(text, "eth0");
    networkd_file_says_dhcp(text, "eth0");
    parse_sockets(text, "tcp6");
}

void read_accounts_files(std::string_view text)
{
    parse_passwd(text);
    parse_shadow(text);
    parse_groups(text);
    SudoRights sudo;
    apply_sudoers(text, sudo);
    SshRights ssh;
    ssh.server = true;
    apply_sshd_config(text, ssh);
    wire::Account account;
    account.name = "nurse";
    account.groups = {"staff"};
    may_use_ssh(ssh, account);
}

void read_units(std::string_view text)
{
    UnitFile unit;
    apply_unit_text(text, unit);
    const auto service = describe_service("a@b.service", unit, {}, {});
    check(service.command);
    check(service.account);
    check(service.display_name);
    for (const auto& job : parse_crontab(text, CrontabKind::of_system, "p", {}))
        check(job.command);
    if (const auto autorun = parse_desktop_file(text, "p"))
        check(autorun->command);
    for (const auto& autorun : parse_inittab(text))
        check(autorun.command);
    check(script_commands(text));
}

void read_settings(std::string_view text)
{
    StoragePolicySigns signs;
    apply_modprobe_file(text, signs);
    apply_kernel_command_line(text, signs);
    usbguard_blocks_unknown(text);
    has_read_only_rule(text);
    ufw_enabled(text);
    samba_allows_smb1(text);
    ScreenLock lock;
    apply_desktop_settings(text, lock);
    lock_seconds(lock);
    parse_time_servers(text);
    parse_timesyncd_servers(text);
    const auto mounts = parse_mount_info(text);
    lasting_volumes(mounts);
    write_filter_of(mounts, text, false);
    parse_mounts(text).may_wait("/home/nurse");
    matches_glob(text.substr(0, text.find('\n')), text.substr(text.size() / 2));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view text{reinterpret_cast<const char*>(data + 1), size - 1};
    switch (data[0])
    {
    case 'o':
        read_system(text);
        break;
    case 'p':
        read_packages(text);
        break;
    case 'a':
        read_apt(text);
        break;
    case 'n':
        read_network(text);
        break;
    case 'u':
        read_accounts_files(text);
        break;
    case 's':
        read_units(text);
        break;
    case 'c':
        read_settings(text);
        break;
    default:
        break;
    }
    return 0;
}
