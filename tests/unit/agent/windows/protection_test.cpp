#include "tests/unit/agent/windows/ward.hpp"

#include <boost/test/unit_test.hpp>

// People, protections, hardware: what a device is, and who may use it how.

namespace mimamori::agent::probes::windows {
namespace {

using namespace test;

BOOST_AUTO_TEST_SUITE(windows_protection)

BOOST_AUTO_TEST_CASE(administrators_are_known_by_identifier_not_by_name)
{
    Ward ward;
    const auto section = read_accounts(ward.context);
    BOOST_TEST_REQUIRE(section.accounts.size() == 3U);
    const auto& built_in = named(section.accounts, "Administrator");
    BOOST_TEST(built_in.administrator);
    BOOST_TEST(!built_in.enabled.value());
    BOOST_TEST(built_in.password_never_expires.value());
    BOOST_TEST(to_iso_date(built_in.password_set_on.value()) == "2024-03-04");
    BOOST_TEST(!built_in.password_empty.value());
    const auto& kiosk = named(section.accounts, "kiosk");
    BOOST_TEST(!kiosk.administrator);
    BOOST_TEST(!kiosk.password_empty.has_value()); // It may be; nobody can read it.
    BOOST_TEST(named(section.accounts, R"(HOSPITAL\Domain Admins)").administrator);
}

BOOST_AUTO_TEST_CASE(protections_are_read_from_settings_and_policies)
{
    Ward ward;
    const auto security = read_security(ward.context);
    BOOST_TEST(!named(security.firewall, "domain").enabled.value());
    BOOST_TEST(named(security.firewall, "public").enabled.value());
    BOOST_TEST(!security.smb1.value()); // Not installed since 1709.
    BOOST_TEST(!security.remote_desktop.value());
    BOOST_TEST(!security.autorun.value());
    BOOST_TEST(security.screen_lock_s.value() == 600U);
    BOOST_TEST(security.secure_boot.value());
    BOOST_TEST(security.tpm_version == "2.0");
    BOOST_TEST(security.uac.value());
    BOOST_TEST(security.time_source == "domain");
    BOOST_TEST(security.write_filter == "none");
    BOOST_TEST(security.application_control == "none");
    const auto volume = [&](std::string_view letter) {
        return only(security.encryption, [&](const auto& one) { return one.volume == letter; });
    };
    BOOST_TEST(volume("C:").encrypted.value());
    BOOST_TEST(!volume("D:").encrypted.value());
    BOOST_TEST(!volume("E:").encrypted.has_value()); // Locked.

    ward.machine.set_number(
        R"(HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\DomainProfile)", "EnableFirewall", 1);
    BOOST_TEST(named(read_security(ward.context).firewall, "domain").enabled.value());
}

BOOST_AUTO_TEST_CASE(smb1_is_on_in_old_systems_unless_switched_off)
{
    FakeClock clock{now};
    RecordedWindows machine;
    machine.add("os/windows-7-sp1");
    Memory memory{{}, std::make_unique<ProcessList>(machine.machine()), clock};
    const ProbeContext context{{}, clock, machine, memory};
    BOOST_TEST(read_security(context).smb1.value());
    machine.set_number(
        R"(HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters)", "SMB1", 0);
    BOOST_TEST(!read_security(context).smb1.value());
    machine.set_number(R"(HKLM\SYSTEM\CurrentControlSet\Services\mrxsmb10)", "Start", 2);
    BOOST_TEST(read_security(context).smb1.value());
}

BOOST_AUTO_TEST_CASE(a_write_filter_over_our_own_data_is_told)
{
    Ward ward;
    ward.context.options.data_folder = R"(C:\ProgramData\Mimamori)";
    ward.machine.add_facts(
        "[[wmi]]\nnamespace = 'root\\standardcimv2\\embedded'\nclass = 'UWF_Filter'\n"
        "rows = [{CurrentEnabled = 'true'}]\n[[wmi]]\n"
        "namespace = 'root\\standardcimv2\\embedded'\nclass = 'UWF_Volume'\n"
        "rows = [{DriveLetter = 'C:', Protected = 'true', CurrentSession = 'true'}]\n");
    const auto uwf = read_security(ward.context);
    BOOST_TEST(uwf.write_filter == "uwf");
    BOOST_TEST(uwf.write_filter_over_agent_data.value());
    ward.context.options.data_folder = R"(D:\Mimamori)";
    BOOST_TEST(!read_security(ward.context).write_filter_over_agent_data.value());

    Ward old;
    old.machine.add_facts("[[service]]\nname = 'fbwf'\ndriver = true\n");
    const auto fbwf = read_security(old.context);
    BOOST_TEST(fbwf.write_filter == "fbwf");
    BOOST_TEST(!fbwf.write_filter_over_agent_data.has_value());
}

BOOST_AUTO_TEST_CASE(the_firmware_says_what_machine_it_is)
{
    Ward ward;
    const auto hardware = read_hardware(ward.context);
    BOOST_TEST(hardware.vendor == "Example Inc.");
    BOOST_TEST(hardware.model == "OptiBox 7060");
    BOOST_TEST(hardware.serial == "SN7060A");
    BOOST_TEST(hardware.uuid == "4c4c4544-0042-3910-8035-b4c04f333732");
    BOOST_TEST(hardware.board_serial == "BOARD77");
    BOOST_TEST(hardware.chassis == "desktop");
    BOOST_TEST(hardware.cpu == "Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz");
    BOOST_TEST(hardware.cpu_cores == 6U);
    BOOST_TEST(hardware.memory_bytes % (64ULL << 20U) == 0U);
    BOOST_TEST(to_iso_date(hardware.firmware_date.value()) == "2024-05-23");
    BOOST_TEST_REQUIRE(hardware.disks.size() == 1U); // The stick is in the section usb.
    BOOST_TEST(hardware.disks[0].kind == "ssd");
    BOOST_TEST(hardware.disks[0].health == "good");
    BOOST_TEST(!hardware.windows_11_ready.has_value()); // The list of processors is not ours.
    ward.machine.add_facts("[system]\ntpm = '1.2'\nuefi = false\n");
    const auto old = read_hardware(ward.context);
    BOOST_TEST(!old.windows_11_ready.value());
    BOOST_TEST(old.windows_11_obstacles.size() == 2U);
}

BOOST_AUTO_TEST_CASE(logons_of_people_are_told_once_for_each_way)
{
    Ward ward;
    const auto section = read_logons(ward.context);
    BOOST_TEST_REQUIRE(section.logons.size() == 3U);
    BOOST_TEST(section.logons[0].user == R"(HOSPITAL\kango)");
    BOOST_TEST(section.logons[0].kind == "interactive");
    BOOST_TEST(text(section.logons[0].last_at) == "2026-11-21T23:00:00.000Z");
    BOOST_TEST(section.logons[1].kind == "remote");
    BOOST_TEST(section.logons[1].source == "10.20.9.9");
    BOOST_TEST(section.logons[2].kind == "network");
    BOOST_TEST(section.logons[2].source == "LAB-03");
    BOOST_TEST(why(section.from, "logons").starts_with("1 events"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes::windows
