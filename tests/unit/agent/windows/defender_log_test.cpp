#include "tests/unit/agent/windows/ward.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace mimamori::agent::probes::windows {
namespace {

using namespace test;

/// An event of Defender with the members that we read; an empty one is left out.
std::string defender_event(
    std::string_view id,
    std::string_view at,
    std::string_view find,
    std::string_view path,
    std::string_view action = {},
    std::string_view threat = "Virus:DOS/EICAR_Test_File")
{
    const auto data = [](std::string_view name, std::string_view value) {
        return value.empty()
                   ? std::string{}
                   : "<Data Name=\"" + std::string{name} + "\">" + std::string{value} + "</Data>";
    };
    return "[[event]]\nchannel = 'Microsoft-Windows-Windows Defender/Operational'\nxml = '''"
           "<Event><System><EventID>"
           + std::string{id}
           + "</EventID><EventRecordID>7</EventRecordID><TimeCreated SystemTime=\""
           + std::string{at} + "\"/></System><EventData>" + data("Detection ID", find)
           + data("Threat Name", threat) + data("Path", path) + data("Action Name", action)
           + "</EventData></Event>'''\n";
}

/// "threat in path: action" with the time in front, the newest first.
std::vector<std::string> found(const wire::AntivirusSection& section)
{
    std::vector<std::string> lines;
    for (const auto& one : section.detections)
        lines.push_back(
            to_rfc3339(one.at).substr(0, 19) + ' ' + one.threat + " in " + one.path + ": "
            + one.action);
    return lines;
}

BOOST_AUTO_TEST_SUITE(windows_defender_log)

BOOST_AUTO_TEST_CASE(a_find_and_what_became_of_it_are_one)
{
    Ward ward;
    ward.machine.add_facts(
        defender_event(
            "1117", "2026-11-21T01:00:20Z", "{1}", R"(file:_C:\tmp\eicar.com)", "Quarantine")
        + defender_event("1116", "2026-11-21T01:00:00Z", "{1}", R"(file:_C:\tmp\eicar.com)")
        + defender_event(
            "1119", "2026-11-22T09:00:00Z", "{2}", R"(file:_E:\a.exe; file:_E:\b.exe)", "Remove",
            "Trojan:Win32/Wacatac")
        + defender_event("1006", "2026-11-20T01:00:00Z", "", R"(C:\scan.doc)"));
    const auto facts = ward.facts();
    const std::vector<std::string> expected{
        R"(2026-11-22T09:00:00 Trojan:Win32/Wacatac in E:\a.exe; E:\b.exe: Remove (failed))",
        R"(2026-11-21T01:00:00 Virus:DOS/EICAR_Test_File in C:\tmp\eicar.com: Quarantine)",
        R"(2026-11-20T01:00:00 Virus:DOS/EICAR_Test_File in C:\scan.doc: )"};
    BOOST_TEST(found(*facts.antivirus) == expected, boost::test_tools::per_element());
    BOOST_TEST(facts.antivirus->detections[1].id == "{1}");
    BOOST_TEST_REQUIRE(facts.antivirus->detection_logs.size() == 1);
    BOOST_TEST(facts.antivirus->detection_logs[0] == "defender");
}

BOOST_AUTO_TEST_CASE(what_is_broken_old_or_of_tomorrow_is_no_find)
{
    Ward ward;
    ward.machine.add_facts(
        defender_event("1116", "2026-11-15T09:59:59Z", "{1}", "C:\\old.exe")
        + defender_event("1116", "2026-11-23T10:00:00Z", "{2}", "C:\\tomorrow.exe")
        + defender_event("1116", "2026-11-22T08:00:00Z", "{3}", "C:\\nameless.exe", {}, "")
        + "[[event]]\nchannel = 'Microsoft-Windows-Windows Defender/Operational'\n"
          "xml = '<Event>'\n");
    const auto facts = ward.facts();
    BOOST_TEST(facts.antivirus->detections.empty());
    BOOST_TEST(
        why(facts.antivirus->from, "detections")
        == "2 events of Defender's log are not understood");
}

BOOST_AUTO_TEST_CASE(a_flood_of_finds_is_cut_and_said_to_be)
{
    Ward ward;
    for (int i = 0; i < 60; ++i)
    {
        const std::string second = (i < 10 ? "0" : "") + std::to_string(i);
        ward.machine.add_facts(defender_event(
            "1116", "2026-11-22T08:00:" + second + "Z", "{" + std::to_string(i) + "}", "C:\\x"));
    }
    const auto facts = ward.facts();
    BOOST_TEST(facts.antivirus->detections.size() == 50U);
    BOOST_TEST(!why(facts.antivirus->from, "detections").empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes::windows
