#include "agent/probes/hardware.hpp"
#include "agent/probes/security.hpp"
#include "tests/support/recorded_tree.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::agent::probes {
namespace {

using tests::RecordedMachine;
using Texts = std::vector<std::string>;

Texts firewalls(const wire::SecuritySection& section)
{
    Texts lines;
    for (const auto& one : section.firewall)
        lines.push_back(one.name + (!one.enabled ? " ?" : *one.enabled ? " on" : " off"));
    return lines;
}

Texts unknown_facts(const wire::Provenance& from)
{
    Texts facts;
    for (const auto& one : from.unknown)
        facts.push_back(one.fact);
    return facts;
}

BOOST_AUTO_TEST_SUITE(security)

BOOST_AUTO_TEST_CASE(a_well_kept_pc_shows_its_protections)
{
    RecordedMachine machine{"debian12"};
    const auto section = read_security(machine.context());
    const Texts expected{"nftables on", "iptables off", "ufw on"};
    BOOST_TEST(firewalls(section) == expected, boost::test_tools::per_element());
    BOOST_TEST_REQUIRE(section.encryption.size() == 2U);
    BOOST_TEST(section.encryption[0].volume == "/");
    BOOST_TEST((section.encryption[0].encrypted == true));
    BOOST_TEST(section.encryption[0].method == "LUKS2");
    BOOST_TEST(section.encryption[1].volume == "/boot");
    BOOST_TEST((section.encryption[1].encrypted == false));
    BOOST_TEST((section.smb1 == true));
    BOOST_TEST((section.ssh_server == true));
    BOOST_TEST((section.remote_desktop == false));
    BOOST_TEST((section.autorun == false));
    BOOST_TEST((section.screen_lock_s == 310U));
    BOOST_TEST((section.secure_boot == true));
    BOOST_TEST((section.tpm == true));
    BOOST_TEST(section.tpm_version == "2.0");
    BOOST_TEST(section.time_source == "ntp1.hospital.example, ntp2.hospital.example");
    BOOST_TEST((section.time_synchronised == true));
    BOOST_TEST(section.write_filter == "none");
    BOOST_TEST((section.write_filter_over_agent_data == false));
    BOOST_TEST(section.application_control == "apparmor");
    BOOST_TEST(section.audit_policy == "none");
    BOOST_TEST(!section.uac.has_value());
    BOOST_TEST(section.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(a_server_shows_its_own)
{
    RecordedMachine machine{"rocky9"};
    machine.tree.write("/.live/netlink_nftables", "");
    const auto section = read_security(machine.context());
    const Texts expected{"nftables off", "firewalld on"};
    BOOST_TEST(firewalls(section) == expected, boost::test_tools::per_element());
    BOOST_TEST(section.application_control == "selinux");
    BOOST_TEST(section.audit_policy == "auditd");
    BOOST_TEST(section.time_source == "2.rocky.pool.ntp.org, ntp.hospital.example");
    BOOST_TEST((section.secure_boot == false));
    BOOST_TEST((section.tpm == false));
    BOOST_TEST((section.smb1 == false)); // smb.conf is there, but no server.
    const Texts unknown{"encryption", "write_filter", "screen_lock_s"};
    BOOST_TEST(unknown_facts(section.from) == unknown, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(remote_desktops_are_seen_by_unit_and_by_port)
{
    RecordedMachine ubuntu{"ubuntu2204"};
    BOOST_TEST((read_security(ubuntu.context()).remote_desktop == true));
    RecordedMachine debian{"debian12"};
    const std::string line = " 00000000:0000 0A 0:0 00:0 0 0 0 7 1\n";
    debian.tree.write("/proc/net/tcp", "heading\n 0: 0100007F:170C" + line);
    BOOST_TEST((read_security(debian.context()).remote_desktop == false));
    debian.tree.write("/proc/net/tcp", "heading\n 0: 00000000:170C" + line);
    BOOST_TEST((read_security(debian.context()).remote_desktop == true));
}

BOOST_AUTO_TEST_CASE(a_small_device_is_understood_too)
{
    RecordedMachine machine{"minimal"};
    const auto section = read_security(machine.context());
    BOOST_TEST((section.ssh_server == true));
    BOOST_TEST((section.smb1 == false));
    BOOST_TEST(section.time_source == "");
}

BOOST_AUTO_TEST_CASE(samba_follows_its_file_or_its_age)
{
    BOOST_TEST((samba_allows_smb1("[global]\nserver min protocol = SMB2_02\n") == false));
    BOOST_TEST((samba_allows_smb1("[global]\nserver min protocol = NT1\n") == true));
    BOOST_TEST((samba_allows_smb1("[GLOBAL]\nMin Protocol = LANMAN1\n") == true));
    BOOST_TEST(!samba_allows_smb1("[homes]\nmin protocol = NT1\n").has_value());
    BOOST_TEST((samba_default_smb1("2:4.17.12+dfsg-0+deb12u1") == false));
    BOOST_TEST((samba_default_smb1("4.11.0") == false));
    BOOST_TEST((samba_default_smb1("4.10.16-24.el7_9") == true));
    BOOST_TEST(!samba_default_smb1("").has_value());
}

BOOST_AUTO_TEST_CASE(the_screen_locks_after_idling_and_a_delay)
{
    const auto lock_of = [](std::string_view text) {
        ScreenLock lock;
        apply_desktop_settings(text, lock);
        return lock_seconds(lock);
    };
    BOOST_TEST(!lock_of("").has_value());
    BOOST_TEST((lock_of("[org/gnome/desktop/session]\nidle-delay=uint32 600\n") == 600U));
    BOOST_TEST((lock_of("[org.gnome.desktop.session:ubuntu]\nidle-delay=600\n") == 600U));
    BOOST_TEST((lock_of("[org/gnome/desktop/session]\nidle-delay=uint32 0\n") == 0U));
    BOOST_TEST(
        (lock_of("[org/gnome/desktop/session]\nidle-delay=9\n[org/gnome/desktop/screensaver]\n"
                 "lock-enabled=false\n")
         == 0U));
}

BOOST_AUTO_TEST_CASE(time_servers_are_found_in_each_daemons_file)
{
    const Texts ntp{"a", "b"};
    BOOST_TEST(
        parse_time_servers("server a iburst\npool b\nserver 127.127.1.0\n#server c\n") == ntp,
        boost::test_tools::per_element());
    BOOST_TEST(
        parse_timesyncd_servers("[Time]\nNTP=\nFallbackNTP=a b\n") == ntp,
        boost::test_tools::per_element());
    BOOST_TEST(
        parse_timesyncd_servers("[Time]\nNTP=a b\nFallbackNTP=c\n") == ntp,
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(write_filters_are_told_from_containers)
{
    const auto mounts =
        parse_mount_info("24 1 0:20 / / rw - overlay overlayroot rw,lowerdir=/media/root-ro\n"
                         "25 24 8:1 / /var/lib/mimamori rw - ext4 /dev/sda5 rw\n");
    BOOST_TEST(write_filter_of(mounts, "", false) == "overlayroot");
    BOOST_TEST(write_filter_of(mounts, "", true) == "none");
    BOOST_TEST(write_filter_of(mounts, "overlayroot=tmpfs", true) == "overlayroot");
    BOOST_TEST(write_filter_of({}, "", false) == "");
    BOOST_TEST(mount_of(mounts, "/var/lib/mimamori/agent")->type == "ext4");
    BOOST_TEST(mount_of(mounts, "/var/lib/mimamori2")->type == "overlay");
}

BOOST_AUTO_TEST_CASE(mappings_say_how_they_encrypt)
{
    BOOST_TEST(encryption_method_of("CRYPT-LUKS1-abc-x") == "LUKS1");
    BOOST_TEST(encryption_method_of("CRYPT-PLAIN-x") == "dm-crypt");
    BOOST_TEST(encryption_method_of("CRYPT-TCRYPT-x") == "TCRYPT");
    BOOST_TEST(encryption_method_of("LVM-abc") == "");
}

BOOST_AUTO_TEST_CASE(efi_variables_are_one_byte_behind_four)
{
    BOOST_TEST((parse_efi_switch(std::string_view{"\6\0\0\0\1", 5}) == true));
    BOOST_TEST((parse_efi_switch(std::string_view{"\6\0\0\0\0", 5}) == false));
    BOOST_TEST(!parse_efi_switch("1").has_value());
}

BOOST_AUTO_TEST_CASE(hardware_of_a_pc)
{
    RecordedMachine machine{"debian12"};
    const auto hardware = read_hardware(machine.context());
    BOOST_TEST(hardware.vendor == "FUJITSU");
    BOOST_TEST(hardware.model == "ESPRIMO D7010");
    BOOST_TEST(hardware.serial == "R9C00123");
    BOOST_TEST(hardware.uuid == "4c4c4544-0044-3510-8052-b4c04f4a3332");
    BOOST_TEST(hardware.chassis == "desktop");
    BOOST_TEST(hardware.cpu == "Intel(R) Core(TM) i5-10500 CPU @ 3.10GHz");
    BOOST_TEST(hardware.cpu_cores == 2U);
    BOOST_TEST(hardware.memory_bytes == 122ULL * 64 * 1024 * 1024);
    BOOST_TEST((hardware.firmware_date == parse_iso_date("2024-05-23")));
    BOOST_TEST((hardware.battery == false)); // The mouse has one.
    BOOST_TEST_REQUIRE(hardware.disks.size() == 1U);
    BOOST_TEST(hardware.disks[0].name == "sda");
    BOOST_TEST(hardware.disks[0].model == "SAMSUNG MZ7LH256");
    BOOST_TEST(hardware.disks[0].serial == "S4BENS0N123456");
    BOOST_TEST(hardware.disks[0].kind == "ssd");
    BOOST_TEST(hardware.disks[0].size_bytes == 256060514304ULL);
    const Texts unknown{"health"};
    BOOST_TEST(unknown_facts(hardware.from) == unknown, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(hardware_of_a_notebook)
{
    RecordedMachine machine{"ubuntu2204"};
    const auto hardware = read_hardware(machine.context());
    BOOST_TEST(hardware.chassis == "notebook");
    BOOST_TEST((hardware.battery == true));
    BOOST_TEST((hardware.battery_health_percent == 85U));
    BOOST_TEST_REQUIRE(hardware.disks.size() == 1U);
    BOOST_TEST(hardware.disks[0].serial == "S4GENX0N654321");
}

BOOST_AUTO_TEST_CASE(hardware_of_a_board_without_firmware_tables)
{
    RecordedMachine machine{"minimal"};
    const auto hardware = read_hardware(machine.context());
    BOOST_TEST(hardware.model == "Infusion Gateway v2");
    BOOST_TEST(hardware.serial == "0042");
    BOOST_TEST_REQUIRE(hardware.disks.size() == 1U);
    BOOST_TEST(hardware.disks[0].health == "failing");
    BOOST_TEST(hardware.disks[0].model == "MMC04G");
}

BOOST_AUTO_TEST_CASE(machines_are_told_apart_by_chassis_and_maker)
{
    BOOST_TEST(chassis_of(3, "Dell Inc.", "OptiPlex") == "desktop");
    BOOST_TEST(chassis_of(31, "Panasonic", "CF-XZ") == "notebook");
    BOOST_TEST(chassis_of(23, "HPE", "ProLiant") == "server");
    BOOST_TEST(chassis_of(1, "QEMU", "Standard PC") == "virtual");
    BOOST_TEST(chassis_of(3, "Microsoft Corporation", "Virtual Machine") == "virtual");
    BOOST_TEST(chassis_of(2, "x", "y") == "other");
}

BOOST_AUTO_TEST_CASE(memory_is_rounded_to_64_mebibytes)
{
    const auto total = [](std::uint64_t kibibytes) {
        return parse_memory_total("MemTotal: " + std::to_string(kibibytes) + " kB\n").value()
               / (64 * 1024 * 1024);
    };
    BOOST_TEST(total(65536) == 1U);
    BOOST_TEST(total(65536 + 32767) == 1U);
    BOOST_TEST(total(65536 + 32768) == 2U);
    BOOST_TEST(!parse_memory_total("MemFree: 1 kB\n").has_value());
    BOOST_TEST(!parse_memory_total("MemTotal: 99999999999999999 kB\n").has_value());
}

BOOST_AUTO_TEST_CASE(batteries_are_rounded_to_5_percent)
{
    BOOST_TEST((battery_health(100, 100) == 100U));
    BOOST_TEST((battery_health(872, 1000) == 85U));
    BOOST_TEST((battery_health(880, 1000) == 90U));
    BOOST_TEST((battery_health(110, 100) == 100U));
    BOOST_TEST(!battery_health(300, 100).has_value());
    BOOST_TEST(!battery_health(1, 0).has_value());
}

BOOST_AUTO_TEST_CASE(disks_are_told_from_other_block_devices)
{
    for (const std::string_view name : {"sda", "nvme0n1", "vda", "mmcblk0"})
        BOOST_TEST(is_disk_name(name), name);
    for (const std::string_view name : {"loop0", "dm-0", "md0", "sr0", "zram0", "mmcblk0boot0"})
        BOOST_TEST(!is_disk_name(name), name);
    BOOST_TEST(disk_kind_of("vda", "", true) == "virtual");
    BOOST_TEST(disk_kind_of("sda", "VMware Virtual disk", true) == "virtual");
    BOOST_TEST(disk_kind_of("sda", "ATA WDC", true) == "hdd");
    BOOST_TEST(disk_kind_of("sda", "ATA X", std::nullopt) == "");
    BOOST_TEST(emmc_health("0x01") == "good");
    BOOST_TEST(emmc_health("0x03") == "failing");
    BOOST_TEST(emmc_health("0x00") == "");
    BOOST_TEST(emmc_health("") == "");
    BOOST_TEST(!parse_firmware_date("2024-05-23").has_value());
    BOOST_TEST(!parse_firmware_date("13/45/2024").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
