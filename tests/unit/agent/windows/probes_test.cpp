#include "common/crypto/hash.hpp"
#include "common/wire/json_writer.hpp"
#include "tests/unit/agent/windows/ward.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace mimamori::agent::probes::windows {
namespace {

using namespace test;
using namespace std::string_literals;
using agent::windows::ValueType;

BOOST_AUTO_TEST_SUITE(windows_probes)

BOOST_AUTO_TEST_CASE(the_system_says_where_it_belongs_and_since_when_it_runs)
{
    Ward ward;
    const auto os = read_os(ward.context);
    BOOST_TEST(os.family == "windows");
    BOOST_TEST(os.edition == "Professional");
    BOOST_TEST(os.version == "22H2");
    BOOST_TEST(os.build.value() == 19'045U);
    BOOST_TEST(os.revision.value() == 6'456U);
    BOOST_TEST(os.kernel == "10.0.19045");
    BOOST_TEST(os.architecture == "x86_64");
    BOOST_TEST(os.hostname == "WARD-17");
    BOOST_TEST(os.domain == "HOSPITAL");
    BOOST_TEST(os.locale == "ja-JP");
    BOOST_TEST(os.time_zone == "Tokyo Standard Time");
    BOOST_TEST(text(os.installed_at) == "2024-03-04T01:00:00.000Z");
    BOOST_TEST(text(os.booted_at) == "2026-11-20T22:41:00.000Z");
    BOOST_TEST(os.extended_support == "none");
    BOOST_TEST(os.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(a_licence_that_was_not_asked_for_or_hangs_is_not_none)
{
    Ward ward;
    ward.machine.remove_wmi_namespace(R"(root\cimv2)");
    ward.machine.add_facts(
        "[[wmi]]\nnamespace = 'root\\cimv2'\nclass = 'SoftwareLicensingProduct'\nhangs = true\n");
    const auto os = read_os(ward.context);
    BOOST_TEST(os.extended_support.empty());
    BOOST_TEST(
        why(os.from, "extended_support") == "WMI SoftwareLicensingProduct: no answer in time");

    // Outside of a domain a programme may hang on a person's account.
    RecordedWindows home;
    home.add("os/windows-10-22h2");
    home.add_facts("[system]\ndomain = ''\nworkgroup = 'WORKGROUP'\n");
    const ProbeContext context{{}, ward.clock, home, ward.memory};
    const auto alone = read_os(context);
    BOOST_TEST(alone.extended_support.empty());
    BOOST_TEST(!why(alone.from, "extended_support").empty());
}

BOOST_AUTO_TEST_CASE(broken_values_are_unknown_with_their_reason)
{
    const std::string key = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion)";
    Ward ward;
    ward.machine.set_text(key, "UBR", "6456");
    ward.machine.set_value(key, "InstallDate", {ValueType::dword, "\1\2\3"s});
    ward.machine.set_value(key, "EditionID", {ValueType::text, "abc"s});
    ward.machine.set_value(key, "ProductName", {ValueType::text, "\x00\xD8"s});
    ward.machine.set_value(key, "DisplayVersion", {ValueType::text, std::string(70'000, 'x')});
    const auto os = read_os(ward.context);
    BOOST_TEST(!os.revision.has_value());
    BOOST_TEST(why(os.from, "revision") == key + " UBR is REG_SZ, not a number");
    BOOST_TEST(
        why(os.from, "installed_at") == key + " InstallDate has 3 bytes where a number has 4");
    BOOST_TEST(
        why(os.from, "edition") == key + " EditionID is not UTF-16: it has an odd number of bytes");
    BOOST_TEST(
        why(os.from, "product")
        == key + " ProductName is not UTF-16: it holds half of a character");
    BOOST_TEST(why(os.from, "version") == "read " + key + " DisplayVersion: too large");
    BOOST_TEST(os.version == "2009"); // The second choice.
    BOOST_TEST(os.channel.empty());
    BOOST_TEST(why(os.from, "channel") == "the edition was not read");

    ward.machine.set_number(key, "InstallDate", 1);
    BOOST_TEST(
        why(read_os(ward.context).from, "installed_at")
        == "InstallDate is no moment between 1990 and 2100");
    ward.machine.remove_value(key, "UBR");
    BOOST_TEST(why(read_os(ward.context).from, "revision") == "read " + key + " UBR: not there");
}

BOOST_AUTO_TEST_CASE(updates_come_from_servicing_and_from_wmi)
{
    Ward ward;
    const auto patches = read_patches(ward.context);
    const auto& update =
        only(patches.installed, [](const auto& one) { return one.id == "KB5066791"; });
    BOOST_TEST(to_iso_date(update.installed_on.value()) == "2025-10-21");
    BOOST_TEST(text(patches.last_update_at) == "2025-10-21T18:00:00.000Z");
    BOOST_TEST(patches.reboot_pending.value());
    BOOST_TEST(patches.reboot_reasons.size() == 1U);
    BOOST_TEST(patches.update_policy == "manual");
    BOOST_TEST(patches.update_sources.front() == "http://wsus.hospital.example:8530");
    BOOST_TEST(!patches.pending_count.has_value());
    BOOST_TEST(!why(patches.from, "pending_count").empty());
}

BOOST_AUTO_TEST_CASE(a_day_that_may_be_two_is_not_told_of_an_update)
{
    Ward ward;
    ward.machine.add_facts(
        "[[wmi]]\nnamespace = 'root\\cimv2'\nclass = 'Win32_QuickFixEngineering'\n"
        "rows = [{HotFixID = 'KB1111111', InstalledOn = '3/4/2026'},"
        "{HotFixID = 'KB2222222', InstalledOn = '01dc3ba0a4d4c000'},"
        "{HotFixID = 'File 1'}, {HotFixID = 'KB99999999999999999'}]\n");
    const auto patches = read_patches(ward.context);
    BOOST_TEST(patches.installed.size() == 3U);
    const auto day = [&](std::string_view id) {
        const auto& one = only(patches.installed, [&](const auto& kb) { return kb.id == id; });
        return one.installed_on ? to_iso_date(*one.installed_on) : "none"s;
    };
    BOOST_TEST(day("KB1111111") == "none");
    BOOST_TEST(day("KB2222222") == "2025-10-12");
}

BOOST_AUTO_TEST_CASE(usb_devices_are_named_by_what_hangs_on_them)
{
    Ward ward;
    const auto usb = read_usb(ward.context);
    BOOST_TEST(usb.storage_policy == "allowed");
    BOOST_TEST_REQUIRE(usb.devices.size() == 2U);
    const auto& keyboard = usb.devices[0];
    BOOST_TEST(keyboard.vendor_id == "046d");
    BOOST_TEST(keyboard.device_class == "hid");
    BOOST_TEST(keyboard.serial_made_up);
    const auto& stick = usb.devices[1];
    BOOST_TEST(stick.vendor_id == "0781");
    BOOST_TEST(stick.product_id == "5583");
    BOOST_TEST(stick.product == "SanDisk Ultra Fit USB Device");
    BOOST_TEST(stick.serial == "4C530001230506112345");
    BOOST_TEST(!stick.serial_made_up);
    BOOST_TEST(stick.device_class == "storage");
    BOOST_TEST(stick.driver == "USBSTOR");
    BOOST_TEST_REQUIRE(stick.volume_labels.size() == 1U);
    BOOST_TEST(stick.volume_labels[0] == "PATTERN");
}

BOOST_AUTO_TEST_CASE(storage_is_blocked_or_read_only_by_any_of_the_policies)
{
    const std::string policies =
        R"(HKLM\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices)";
    const std::string protect = R"(HKLM\SYSTEM\CurrentControlSet\Control\StorageDevicePolicies)";
    const std::string driver = R"(HKLM\SYSTEM\CurrentControlSet\Services\USBSTOR)";
    const auto policy = [](auto change) {
        Ward ward;
        change(ward.machine);
        return read_usb(ward.context).storage_policy;
    };
    BOOST_TEST(policy([&](auto& machine) { machine.set_number(driver, "Start", 4); }) == "blocked");
    BOOST_TEST(
        policy([&](auto& machine) { machine.set_number(policies, "Deny_All", 1); }) == "blocked");
    BOOST_TEST(
        policy([&](auto& machine) { machine.set_number(policies, "Deny_All", 0); }) == "allowed");
    BOOST_TEST(
        policy([&](auto& machine) { machine.set_number(protect, "WriteProtect", 1); })
        == "read_only");
    // Never "allowed" when something could not be understood.
    BOOST_TEST(policy([&](auto& machine) { machine.set_text(driver, "Start", "3"); }).empty());
    BOOST_TEST(policy([&](auto& machine) { machine.remove_key(driver); }).empty());
    BOOST_TEST(policy([&](auto& machine) { machine.set_text(policies, "Deny_All", "1"); }).empty());
}

BOOST_AUTO_TEST_CASE(programs_are_known_by_content_signer_and_version)
{
    Ward ward;
    const auto section = read_processes(ward.context);
    BOOST_TEST_REQUIRE(section.programs.size() == 3U);
    const auto& karte =
        only(section.programs, [](const auto& one) { return one.path.ends_with("karte.exe"); });
    BOOST_TEST(karte.sha256 == crypto::sha256_hex("karte"));
    BOOST_TEST(karte.signer == "Example Medical KK");
    BOOST_TEST(karte.version == "5.2.1.0");
    BOOST_TEST(karte.product == "電子カルテ");
    BOOST_TEST(karte.user == R"(HOSPITAL\kango)");
    BOOST_TEST(karte.parent == R"(C:\Windows\System32\services.exe)");
    BOOST_TEST(!karte.user_writable);
    const auto& tool =
        only(section.programs, [](const auto& one) { return one.path.ends_with("tool.exe"); });
    BOOST_TEST(tool.user_writable);
    BOOST_TEST(tool.signer.empty());
    BOOST_TEST(ward.memory.new_programs.size() == 3U);
    read_processes(ward.context);
    BOOST_TEST(ward.memory.new_programs.size() == 3U); // Nothing is new twice.
}

BOOST_AUTO_TEST_CASE(adapters_have_kinds_and_idle_tunnels_are_left_out)
{
    Ward ward;
    const auto section = read_interfaces(ward.context);
    BOOST_TEST(section.adapters.size() == 3U);
    const auto& wired = named(section.adapters, "イーサネット");
    BOOST_TEST(wired.kind == "ethernet");
    BOOST_TEST(wired.mac == "00:1b:21:aa:bb:cc");
    BOOST_TEST(wired.addresses.front() == "10.20.7.31/24");
    BOOST_TEST(wired.gateways.front() == "10.20.7.1");
    BOOST_TEST(!wired.dhcp.value());
    BOOST_TEST(named(section.adapters, "イーサネット 2").kind == "tethering");
    BOOST_TEST(named(section.adapters, "Loopback").kind == "loopback");
    BOOST_TEST_REQUIRE(section.routes.size() == 2U);
    BOOST_TEST(section.routes[0].destination == "0.0.0.0/0");
    BOOST_TEST(section.routes[0].gateway == "10.20.7.1");
    BOOST_TEST(section.routes[1].gateway.empty());
    BOOST_TEST(!section.forwarding.value());
}

BOOST_AUTO_TEST_CASE(the_tables_of_the_network_become_neighbours_listeners_and_peers)
{
    Ward ward;
    const auto neighbours = read_neighbours(ward.context).neighbours;
    BOOST_TEST_REQUIRE(neighbours.size() == 1U);
    BOOST_TEST(neighbours[0].address == "10.20.7.1");
    BOOST_TEST(neighbours[0].adapter == "イーサネット");

    const auto listeners = read_listeners(ward.context).listeners;
    BOOST_TEST_REQUIRE(listeners.size() == 1U); // A client's UDP socket is none.
    BOOST_TEST(listeners[0].port == 445U);
    BOOST_TEST(listeners[0].program == "System");

    const auto peers = read_peers(ward.context).peers;
    BOOST_TEST_REQUIRE(peers.size() == 2U);
    const auto& out = only(peers, [](const auto& peer) { return peer.direction == "out"; });
    BOOST_TEST(out.address == "10.20.1.10");
    BOOST_TEST(out.port == 443U);
    BOOST_TEST(out.program == R"(C:\Program Files\Karte\karte.exe)");
    const auto& in = only(peers, [](const auto& peer) { return peer.direction == "in"; });
    BOOST_TEST(in.port == 445U);
}

BOOST_AUTO_TEST_CASE(software_is_read_in_both_views_with_any_form_of_date)
{
    Ward ward;
    const auto section = read_software(ward.context);
    BOOST_TEST(section.software.size() == 3U); // Neither updates nor hidden parts.
    const auto& karte = named(section.software, "電子カルテ クライアント");
    BOOST_TEST(karte.vendor == "Example Medical KK");
    BOOST_TEST(karte.architecture == "x86_64");
    BOOST_TEST(to_iso_date(karte.installed_on.value()) == "2026-03-01");
    const auto& viewer = named(section.software, "DICOM Viewer");
    BOOST_TEST(viewer.architecture == "x86");
    BOOST_TEST(to_iso_date(viewer.installed_on.value()) == "2026-04-01");
    BOOST_TEST(!named(section.software, "Card Scanner").installed_on.has_value());
    BOOST_TEST(
        why(section.from, "installed_on").find("1 dates of installation are not understood")
        != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_starts_by_itself_is_listed)
{
    Ward ward;
    const auto section = read_services(ward.context);
    BOOST_TEST(section.services.size() == 4U); // WinDefend too; no driver, no session's copy.
    const auto& firewall = named(section.services, "MpsSvc");
    BOOST_TEST(firewall.start_type == "automatic");
    BOOST_TEST(firewall.state == "running");
    BOOST_TEST(named(section.services, "wuauserv").state.empty());

    BOOST_TEST(named(section.autoruns, "SecurityHealth").command.ends_with("Systray.exe"));
    BOOST_TEST(named(section.autoruns, "Viewer").location.ends_with("(32-bit)"));
    BOOST_TEST(named(section.autoruns, "Debugger").command == R"(C:\Windows\System32\cmd.exe)");
    BOOST_TEST(named(section.autoruns, "nurse-call.lnk").location.ends_with("StartUp"));
    BOOST_TEST(section.autoruns.size() == 4U);

    const auto& backup = only(section.tasks, [](const auto&) { return true; });
    BOOST_TEST(backup.name == R"(\Karte Backup)");
    BOOST_TEST(backup.schedule == "calendar from 2026-01-01T03:00:00, boot");
    BOOST_TEST(backup.account == "S-1-5-18");
    BOOST_TEST(backup.command == R"(C:\Program Files\Karte\backup.exe /night)");
    BOOST_TEST(backup.enabled);
    BOOST_TEST(why(section.from, "tasks").starts_with("1 files below"));
}

BOOST_AUTO_TEST_CASE(the_state_of_a_service_that_comes_and_goes_is_not_told)
{
    Ward ward;
    ward.machine.add_facts("[[service]]\nname = 'sppsvc'\ndelayed = true\nrunning = false\n"
                           "[[service]]\nname = 'gpsvc'\n[[service]]\nname = 'Spooler'\n");
    ward.machine.set_number(
        R"(HKLM\SYSTEM\CurrentControlSet\Services\gpsvc\TriggerInfo\0)", "Type", 1);
    const auto section = read_services(ward.context);
    BOOST_TEST(named(section.services, "sppsvc").start_type == "automatic");
    BOOST_TEST(named(section.services, "sppsvc").state.empty());
    BOOST_TEST(named(section.services, "gpsvc").state.empty());
    BOOST_TEST(named(section.services, "Spooler").state == "running");
}

BOOST_AUTO_TEST_CASE(the_order_and_the_names_of_the_probes_are_those_of_the_sections)
{
    const auto probes = windows::all_probes();
    const auto same = probes::all_probes();
    BOOST_TEST_REQUIRE(probes.size() == same.size());
    for (std::size_t i = 0; i < probes.size(); ++i)
        BOOST_TEST(probes[i].name == same[i].name);
}

BOOST_AUTO_TEST_CASE(a_machine_at_rest_reads_the_same_twice)
{
    Ward ward;
    const std::string first = wire::to_json(ward.facts());
    ward.clock.advance(std::chrono::hours{20});
    BOOST_TEST((wire::to_json(ward.facts()) == first));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes::windows
