#include "tests/unit/agent/windows/ward.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <boost/test/unit_test.hpp>

namespace mimamori::agent::probes::windows {
namespace {

using namespace test;
using namespace std::string_literals;

/// Event 1006 of the partition manager, with the members that we read.
std::string disk_event(
    std::string_view at, std::string_view parent, std::string_view model, std::string_view capacity)
{
    return "[[event]]\nchannel = 'Microsoft-Windows-Partition/Diagnostic'\nxml = '''"
           "<Event><System><EventID>1006</EventID><TimeCreated SystemTime=\""
           + std::string{at}
           + "\"/></System><EventData><Data Name=\"DiskNumber\">1</Data>"
             "<Data Name=\"Capacity\">"
           + std::string{capacity}
           + "</Data><Data Name=\"Manufacturer\">SanDisk </Data>"
             "<Data Name=\"Model\">"
           + std::string{model} + "</Data><Data Name=\"ParentId\">" + std::string{parent}
           + "</Data></EventData></Event>'''\n";
}

constexpr std::string_view stick = R"(USB\VID_0781&amp;PID_5567\4C530000000000000001)";
constexpr std::string_view present = R"(USB\VID_0781&amp;PID_5583\4C530001230506112345)";

std::vector<std::string> told(Ward& ward)
{
    read_usb(ward.context);
    std::vector<std::string> lines;
    for (const auto& event : ward.memory.missed_events)
        lines.push_back(
            to_rfc3339(event.at).substr(0, 19) + ' '
            + boost::describe::enum_to_string(event.kind, "?") + ' ' + event.text);
    return lines;
}

BOOST_AUTO_TEST_SUITE(windows_usb_history)

BOOST_AUTO_TEST_CASE(a_stick_that_came_and_went_while_nobody_watched_is_told)
{
    Ward ward;
    ward.memory.away_since = now - std::chrono::hours{3};
    ward.machine.add_facts(
        disk_event("2026-11-22T08:20:00Z", stick, "Cruzer", "0") // The newest first.
        + disk_event("2026-11-22T08:00:00.1234567Z", stick, "Cruzer", "15376000000")
        + disk_event("2026-11-22T06:59:59Z", stick, "Cruzer", "15376000000")
        + disk_event(
            "2026-11-22T08:00:00Z", R"(PCI\VEN_8086&amp;DEV_A352\3)", "SSD", "256000000000")
        + disk_event("2026-11-22T08:00:00Z", stick, "Cruzer", "much")
        + "[[event]]\nchannel = 'Microsoft-Windows-Partition/Diagnostic'\nxml = '<Event>'\n");
    const std::vector<std::string> expected{
        "2026-11-22T08:00:00 usb_attached SanDisk Cruzer (0781:5567, serial "
        "4C530000000000000001), while the agent was not running",
        "2026-11-22T08:20:00 usb_removed SanDisk Cruzer (0781:5567, serial "
        "4C530000000000000001), while the agent was not running"};
    BOOST_TEST(told(ward) == expected, boost::test_tools::per_element());
    const auto& device = ward.memory.missed_events.front().usb.value();
    BOOST_TEST(device.vendor_id == "0781");
    BOOST_TEST(device.product_id == "5567");
    BOOST_TEST(device.serial == "4C530000000000000001");
    BOOST_TEST(device.device_class == "storage");

    // Only once: from now on the watch tells what happens.
    ward.memory.missed_events.clear();
    BOOST_TEST(told(ward).empty());
}

BOOST_AUTO_TEST_CASE(what_was_there_when_the_machine_started_did_not_come)
{
    // Booted at 22:41:07; Windows logs every disk that it finds then.
    const auto from = parse_rfc3339("2026-11-20T20:00:00Z").value();
    const auto first_start = disk_event("2026-11-20T22:41:20Z", present, "Ultra", "61505273856");
    {
        Ward ward;
        ward.memory.away_since = from;
        ward.machine.add_facts(first_start);
        BOOST_TEST(told(ward).empty());
    }
    {
        // Another one was there at the start and is gone: that is told.
        Ward ward;
        ward.memory.away_since = from;
        ward.machine.add_facts(disk_event("2026-11-20T22:41:20Z", stick, "Cruzer", "15376000000"));
        BOOST_TEST(told(ward).size() == 1U);
    }
    {
        // It came when the machine had been running for a while.
        Ward ward;
        ward.memory.away_since = from;
        ward.machine.add_facts(disk_event("2026-11-20T22:45:00Z", present, "Ultra", "61505273856"));
        BOOST_TEST(told(ward).size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_windows_without_that_log_says_so)
{
    Ward ward;
    BOOST_TEST(why(read_usb(ward.context).from, "history").empty()); // The first run of all.
    ward.memory.away_since = now - std::chrono::hours{3};
    for (int i = 0; i < 2; ++i) // The section stays the same.
        BOOST_TEST(
            why(read_usb(ward.context).from, "history")
            == "while the agent was not running: event log "
               "Microsoft-Windows-Partition/Diagnostic: not there");
    BOOST_TEST(ward.memory.missed_events.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes::windows
