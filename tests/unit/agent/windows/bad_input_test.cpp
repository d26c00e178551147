#include "tests/support/section_bodies.hpp"
#include "tests/unit/agent/windows/judged_device.hpp"
#include "tests/unit/agent/windows/ward.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

// What no Windows should hand out, and some do. A fact that is not understood is unknown, with its
// place and the reason; it never reads as good, and nothing else suffers.

namespace mimamori::agent::probes::windows {
namespace {

using namespace test;
using namespace std::string_literals;
using agent::windows::RegistryValue;
using agent::windows::utf16_of_utf8;
using agent::windows::ValueType;

RegistryValue text_value(std::string_view text)
{
    return {ValueType::text, utf16_of_utf8(text) + "\0\0"s};
}

BOOST_AUTO_TEST_SUITE(windows_bad_input)

// ------------------------------------------------------------------ dates of antivirus patterns

/// A product whose only word about the age of its pattern is one value.
struct BadDate
{
    const char* recording;
    const char* product;
    const char* key;
    const char* name;
    RegistryValue value;
    const char* why;
};

std::ostream& operator<<(std::ostream& out, const BadDate& bad)
{
    return out << bad.product << ": " << bad.why;
}

constexpr const char* defender = R"(HKLM\SOFTWARE\Microsoft\Windows Defender\Signature Updates)";
constexpr const char* trend =
    R"(HKLM\SOFTWARE\WOW6432Node\TrendMicro\PC-cillinNTCorp\CurrentVersion\Misc.)";
constexpr const char* sophos = R"(HKLM\SOFTWARE\Sophos\EndpointDefense\Acknowledged)";
constexpr const char* eset = R"(HKLM\SOFTWARE\ESET\ESET Security\CurrentVersion\Info)";
constexpr const char* trellix = R"(HKLM\SOFTWARE\McAfee\AVSolution\DS\DS)";

const BadDate bad_dates[] = {
    {"defender",
     "defender",
     defender,
     "AVSignatureApplied",
     {ValueType::binary, "\x00\x1b\x3a\x4d\x6e\x79\xdd"s},
     "the value is not a FILETIME"},
    {"defender",
     "defender",
     defender,
     "AVSignatureApplied",
     {ValueType::binary, "\x00\x1b\x3a\x4d\x6e\x79\xdd\x01\x00"s},
     "the value is not a FILETIME"},
    {"defender",
     "defender",
     defender,
     "AVSignatureApplied",
     {ValueType::binary, "\xff\xff\xff\xff\xff\xff\xff\x7f"s},
     "between 1990 and 2100"},
    {"defender",
     "defender",
     defender,
     "AVSignatureApplied",
     {ValueType::binary, ""s},
     "the value is empty"},
    {"defender", "defender", defender, "AVSignatureApplied", text_value("令和8年11月21日"),
     "the value is not a FILETIME"},
    {"defender",
     "defender",
     defender,
     "AVSignatureApplied",
     {ValueType::dword, "\x01\x02"s},
     "AVSignatureApplied has 2 bytes where a number has 4"},
    {"defender",
     "defender",
     defender,
     "AVSignatureApplied",
     {ValueType::binary, std::string(70'000, 'x')},
     "AVSignatureApplied: too large"},
    {"trend-corp", "trend-corp", trend, "PatternDate", text_value("令和8年11月21日"),
     "the value is not a date in the expected form"},
    {"trend-corp", "trend-corp", trend, "PatternDate", text_value("R8.11.21"),
     "the value is not a date in the expected form"},
    {"trend-corp", "trend-corp", trend, "PatternDate", text_value("11/21/2026"),
     "the value is not a date that exists"},
    {"trend-corp", "trend-corp", trend, "PatternDate", text_value("21.11.2026 05:30"),
     "the value is not a date that exists"},
    {"trend-corp", "trend-corp", trend, "PatternDate", text_value("26/11/21"),
     "the value is not a date in the expected form"},
    {"trend-corp", "trend-corp", trend, "PatternDate", text_value("20261131"),
     "the value is not a date that exists"},
    {"trend-corp", "trend-corp", trend, "PatternDate", text_value("21011121"),
     "the value is not a date between 1990 and 2100"},
    {"trend-corp",
     "trend-corp",
     trend,
     "PatternDate",
     {ValueType::text, "202"s},
     "PatternDate is not UTF-16: it has an odd number of bytes"},
    {"trend-corp",
     "trend-corp",
     trend,
     "PatternDate",
     {ValueType::text, "\x00\xD8"s},
     "PatternDate is not UTF-16: it holds half of a character"},
    {"trend-corp",
     "trend-corp",
     trend,
     "PatternDate",
     {static_cast<ValueType>(8), "resource list"s},
     "PatternDate is type 8, not a text"},
    {"sophos-new", "sophos-new", sophos, "VirusDataVersion", text_value("20261121"),
     "the value is not a date in the expected form"},
    {"sophos-new", "sophos-new", sophos, "VirusDataVersion", text_value("2026112125"),
     "the value is not a date that exists"},
    {"eset", "eset", eset, "ScannerVersion", text_value("30155 (令和8年11月21日)"),
     "the value is not a date in the expected form"},
    {"trellix-ens", "trellix-ens", trellix, "szContentCreationDate", text_value("2026年11月21日"),
     "the value is not a date in the expected form"},
    {"trellix-ens", "trellix-ens", trellix, "szContentCreationDate", text_value(""),
     "the value is empty"},
};

BOOST_DATA_TEST_CASE(
    a_date_that_is_not_understood_is_no_date_and_never_green,
    boost::unit_test::data::make(bad_dates),
    bad)
{
    using namespace collector::rules;
    tests::JudgedDevice device{"windows-11-24h2"};
    device.machine.add("antivirus/"s + bad.recording);
    device.machine.add("antivirus/"s + bad.recording + "-fresh");
    BOOST_TEST(tests::verdict(judge_av_stale, device.facts()) == "good");

    device.machine.set_value(bad.key, bad.name, bad.value);
    const auto facts = device.facts();
    const auto* product = tests::find_product(facts, bad.product);
    BOOST_TEST_REQUIRE(product != nullptr);
    BOOST_TEST(text(product->pattern_built_at) == "none");
    std::string why;
    for (const auto& unknown : product->unknown)
        why += unknown.fact == "pattern_built_at" ? unknown.why : "";
    BOOST_TEST(why.find(bad.why) != std::string::npos, why);
    BOOST_TEST(tests::verdict(judge_av_stale, facts).starts_with("unknown: "));
    BOOST_TEST(!tests::antivirus_is_green(facts));
}

BOOST_AUTO_TEST_CASE(a_state_that_is_not_understood_is_neither_on_nor_off)
{
    tests::JudgedDevice device{"windows-11-24h2"};
    device.machine.add("antivirus/trend-corp");
    device.machine.add("antivirus/trend-corp-fresh");
    const std::string key = R"(HKLM\SOFTWARE\WOW6432Node\TrendMicro\PC-cillinNTCorp\CurrentVersion)"
                            R"(\Real Time Scan Configuration)";
    const auto realtime = [&] {
        return tests::find_product(device.facts(), "trend-corp")->realtime;
    };
    BOOST_TEST((realtime() == wire::Switch::on));
    for (const RegistryValue& value :
         {text_value("はい"), RegistryValue{ValueType::dword, "\1\0"s},
          RegistryValue{ValueType::dword, "\7\0\0\0"s}, RegistryValue{ValueType::binary, "\1"s}})
    {
        device.machine.set_value(key, "Enable", value);
        BOOST_TEST((realtime() == wire::Switch::unknown));
        BOOST_TEST(!tests::antivirus_is_green(device.facts()));
    }
    device.machine.set_number(key, "Enable", 0);
    BOOST_TEST((realtime() == wire::Switch::off));
}

BOOST_AUTO_TEST_CASE(a_security_center_that_hangs_leaves_the_state_unknown)
{
    tests::JudgedDevice device{"windows-11-24h2"};
    device.machine.add("antivirus/eset");
    device.machine.add("antivirus/eset-fresh");
    BOOST_TEST(tests::antivirus_is_green(device.facts()));
    device.machine.hang_wmi(R"(root\SecurityCenter2)", "AntiVirusProduct");
    const auto facts = device.facts();
    const auto* product = tests::find_product(facts, "eset");
    BOOST_TEST_REQUIRE(product != nullptr);
    BOOST_TEST((product->realtime == wire::Switch::unknown));
    BOOST_TEST(text(product->pattern_built_at) == "2026-11-21T00:00:00.000Z");
    BOOST_TEST(tests::says_unknown(
        facts.facts, "antivirus", "realtime", "WMI AntiVirusProduct: no answer in time"));
    BOOST_TEST(!tests::antivirus_is_green(facts));
}

// ------------------------------------------------------------------ updates

BOOST_AUTO_TEST_CASE(dates_of_updates_are_read_in_local_forms_and_with_eras)
{
    struct Day
    {
        const char* written;
        const char* day;
    };

    for (const Day& one :
         {Day{"10/21/2026", "2026-10-21"}, Day{"20261021", "2026-10-21"},
          Day{"2026/10/21", "2026-10-21"}, Day{"21.10.2026", "2026-10-21"},
          Day{"令和8年10月21日", "2026-10-21"}, Day{"01dc3ba0a4d4c000", "2025-10-12"},
          Day{"10/11/2026", "none"}, Day{"ﾟ", "none"}, Day{"", "none"},
          Day{"ffffffffffffffff", "none"}})
    {
        Ward ward;
        ward.machine.remove_wmi_namespace(R"(root\cimv2)");
        ward.machine.add_facts(
            "[[wmi]]\nnamespace = 'root\\cimv2'\nclass = 'Win32_QuickFixEngineering'\n"
            "rows = [{HotFixID = 'KB5000001', InstalledOn = '"s
            + one.written + "'}]\n");
        const auto patches = read_patches(ward.context);
        const auto& fix =
            only(patches.installed, [](const auto& kb) { return kb.id == "KB5000001"; });
        BOOST_TEST((fix.installed_on ? to_iso_date(*fix.installed_on) : "none") == one.day);
    }
}

BOOST_AUTO_TEST_CASE(broken_packages_are_counted_and_the_others_stay)
{
    Ward ward;
    const std::string packages =
        R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages\)";
    const auto add = [&](std::string_view name, auto change) {
        const std::string key =
            packages + "Package_for_" + std::string{name} + "~31bf3856ad364e35~amd64~~1.0";
        ward.machine.set_number(key, "CurrentState", 112);
        change(key);
    };
    add("KB1", [](const std::string&) {}); // No moment at all.
    add("KB2", [&](const std::string& key) { ward.machine.set_text(key, "CurrentState", "112"); });
    add("KB3", [&](const std::string& key) {
        ward.machine.set_number(key, "InstallTimeHigh", 0x01dc'42b4);
        ward.machine.set_value(key, "InstallTimeLow", {ValueType::dword, "\1\2\3"s});
    });
    add("KB4", [&](const std::string& key) {
        ward.machine.set_number(key, "InstallTimeHigh", 0xFFFF'FFFF);
        ward.machine.set_number(key, "InstallTimeLow", 0xFFFF'FFFE);
    });
    add("KB99999999999", [](const std::string&) {}); // No number of an update is that long.
    const auto patches = read_patches(ward.context);
    std::string ids;
    for (const auto& one : patches.installed)
    {
        ids += one.id + ' ';
        BOOST_TEST((one.id == "KB5066791" || !one.installed_on));
    }
    BOOST_TEST(ids == "KB1 KB3 KB4 KB5066791 ");
    BOOST_TEST(why(patches.from, "installed").starts_with("2 values of the registry"));
    BOOST_TEST(text(patches.last_update_at) == "2025-10-21T18:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(a_moment_of_windows_update_in_a_local_form_is_named)
{
    Ward ward;
    const std::string key = R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate)"
                            R"(\Auto Update\Results\Detect)";
    ward.machine.set_text(key, "LastSuccessTime", "2026-11-21 18:00:00");
    BOOST_TEST(text(read_patches(ward.context).lists_updated_at) == "2026-11-21T18:00:00.000Z");
    ward.machine.set_text(key, "LastSuccessTime", "令和8年11月21日 18:00");
    const auto patches = read_patches(ward.context);
    BOOST_TEST(!patches.lists_updated_at.has_value());
    BOOST_TEST(
        why(patches.from, "lists_updated_at")
        == key + " LastSuccessTime: the text is not a moment");
}

// ------------------------------------------------------------------ sizes and numbers

BOOST_AUTO_TEST_CASE(a_number_that_is_far_too_large_is_unknown)
{
    const std::string key = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion)";
    Ward ward;
    ward.machine.set_value(key, "UBR", {ValueType::qword, "\xff\xff\xff\xff\xff\xff\xff\xff"s});
    ward.machine.set_value(
        key, "InstallDate", {ValueType::qword, "\xff\xff\xff\xff\xff\xff\xff\xff"s});
    const auto os = read_os(ward.context);
    BOOST_TEST(why(os.from, "revision") == "UBR is too large to be a revision");
    BOOST_TEST(why(os.from, "installed_at") == "InstallDate is no moment between 1990 and 2100");
    BOOST_TEST(os.build.value() == 19'045U);
}

BOOST_AUTO_TEST_CASE(a_list_without_end_is_unknown_not_cut_in_silence)
{
    Ward ward;
    const std::string list = R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall)";
    // With the three that are there already.
    for (int i = 3; i < 5'000; ++i)
        ward.machine.set_text(list + "\\P" + std::to_string(i), "DisplayName", "Program");
    BOOST_TEST(why(read_software(ward.context).from, "software").empty());
    ward.machine.set_text(list + "\\One more", "DisplayName", "Program");
    const auto section = read_software(ward.context);
    BOOST_TEST(why(section.from, "software") == "read " + list + ": too many names");
    // Those of the other view are told nevertheless.
    BOOST_TEST(!named(section.software, "DICOM Viewer").version.empty());
}

BOOST_AUTO_TEST_CASE(names_that_are_no_text_are_counted)
{
    Ward ward;
    const std::string list = R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\Broken)";
    ward.machine.set_value(list, "DisplayName", {ValueType::text, "\x00\xDC"s});
    const auto software = read_software(ward.context);
    BOOST_TEST(software.software.size() == 3U);
    BOOST_TEST(why(software.from, "software").starts_with("1 values of the registry"));

    const std::string run = R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run)";
    ward.machine.set_value(run, "Odd", {ValueType::text, "abc"s});
    ward.machine.set_value(run, "Number", {ValueType::dword, "\1\0\0\0"s});
    const auto services = read_services(ward.context);
    BOOST_TEST(why(services.from, "autoruns").starts_with("2 values of the registry"));
    BOOST_TEST(services.autoruns.size() == 4U);
}

BOOST_AUTO_TEST_CASE(settings_of_a_wrong_type_are_not_taken_for_off_or_never)
{
    Ward ward;
    auto& machine = ward.machine;
    const std::string desktop = R"(HKU\S-1-5-21-1-2-3-1104\Control Panel\Desktop)";
    machine.set_number(desktop, "ScreenSaverIsSecure", 1); // It is a text.
    machine.set_text(
        R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)", "fDenyTSConnections", "1");
    machine.set_text(
        R"(HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters)", "SMB1", "0");
    machine.set_text(
        R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer)", "NoDriveTypeAutoRun",
        "ff");
    machine.set_text(
        R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy)"
        R"(\PublicProfile)",
        "EnableFirewall", "1");
    machine.set_value(
        R"(HKLM\SYSTEM\CurrentControlSet\Control\SecureBoot\State)", "UEFISecureBootEnabled",
        {ValueType::binary, "\1"s});
    const auto security = read_security(ward.context);
    BOOST_TEST(!security.screen_lock_s.has_value());
    BOOST_TEST(!security.remote_desktop.has_value());
    BOOST_TEST(!security.smb1.has_value());
    BOOST_TEST(!security.autorun.has_value());
    BOOST_TEST(!named(security.firewall, "public").enabled.has_value());
    BOOST_TEST(named(security.firewall, "private").enabled.value());
    BOOST_TEST(!security.secure_boot.has_value());
    for (const char* fact :
         {"screen_lock_s", "remote_desktop", "smb1", "autorun", "firewall", "secure_boot"})
        BOOST_TEST(!why(security.from, fact).empty(), fact);
    BOOST_TEST(why(security.from, "remote_desktop").ends_with("is REG_SZ, not a number"));

    machine.set_text(desktop, "ScreenSaverIsSecure", "1");
    machine.set_text(desktop, "ScreenSaveTimeOut", "a while");
    BOOST_TEST(!read_security(ward.context).screen_lock_s.has_value());
    machine.set_text(desktop, "ScreenSaverIsSecure", "0");
    BOOST_TEST(read_security(ward.context).screen_lock_s.value() == 0U);
}

// ------------------------------------------------------------------ tables and files

BOOST_AUTO_TEST_CASE(tables_of_the_firmware_that_end_too_early_are_unknown)
{
    Ward ward;
    ward.machine.add_facts("[system]\nsmbios_hex = '0112'\n");
    const auto hardware = read_hardware(ward.context);
    BOOST_TEST(hardware.vendor.empty());
    for (const char* fact : {"vendor", "model", "serial", "uuid", "chassis"})
        BOOST_TEST(why(hardware.from, fact) == "the firmware's tables are not understood", fact);
    BOOST_TEST(hardware.cpu == "Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz"); // From the registry.
}

BOOST_AUTO_TEST_CASE(a_task_that_is_no_task_is_counted)
{
    Ward ward;
    ward.machine.add_facts(
        "[[file]]\npath = 'C:\\Windows\\System32\\Tasks\\Doctype'\n"
        "text = '<!DOCTYPE x [<!ENTITY a \"b\">]><Task/>'\n"
        "[[file]]\npath = 'C:\\Windows\\System32\\Tasks\\Link'\ntext = '<Task/>'\nlink = true\n");
    const auto section = read_services(ward.context);
    BOOST_TEST(section.tasks.size() == 1U);
    // Beside the broken one that the recording has.
    BOOST_TEST(why(section.from, "tasks").starts_with("3 files below"));
}

BOOST_AUTO_TEST_CASE(usb_ids_that_are_none_are_left_out)
{
    for (const char* odd :
         {R"(USB\VID_07G1&PID_5583\1)", R"(USB\VID_0781&PID_55)", R"(USB\ROOT_HUB30\4&1)", "",
          R"(USB)", R"(PCI\VEN_8086&DEV_A36D\3&1)"})
    {
        Ward ward;
        ward.machine.add_facts("[[device]]\ninstance_id = '"s + odd + "'\nsetup_class = 'USB'\n");
        BOOST_TEST(read_usb(ward.context).devices.size() == 2U, odd);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes::windows
