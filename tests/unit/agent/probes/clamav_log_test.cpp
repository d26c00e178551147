#include "agent/probes/clamav_log.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace mimamori::agent::probes {
namespace {

namespace fs = std::filesystem;

const Timestamp now = parse_rfc3339("2026-11-23T03:00:00Z").value();

/// A machine in Japan with a log of clamd.
struct Scanned
{
    Scanned()
    {
        ::setenv("TZ", "Asia/Tokyo", 1);
        ::tzset();
        section.products.emplace_back().id = "clamav";
    }

    ~Scanned()
    {
        ::unsetenv("TZ");
        ::tzset();
    }

    Scanned(const Scanned&) = delete;
    Scanned& operator=(const Scanned&) = delete;

    void write(std::string_view path, std::string_view content)
    {
        const fs::path file = folder.path() / path.substr(1);
        fs::create_directories(file.parent_path());
        std::ofstream{file, std::ios::binary} << content;
    }

    std::vector<std::string> look()
    {
        antivirus::LinuxMemory memory;
        read_clamav_detections(section, antivirus::LinuxFacts{folder.path(), memory}, now);
        std::vector<std::string> lines;
        for (const auto& one : section.detections)
            lines.push_back(
                to_rfc3339(one.at).substr(0, 19) + ' ' + one.threat + " in " + one.path);
        return lines;
    }

    tests::TempFolder folder;
    wire::AntivirusSection section;
};

BOOST_FIXTURE_TEST_SUITE(clamav_log, Scanned)

// Lines as clamd 1.4.6 wrote them, 2026-11-23.
BOOST_AUTO_TEST_CASE(what_the_daemon_found_is_told_with_its_time_in_utc)
{
    write(
        "/var/log/clamav/clamav.log",
        "Mon Nov 23 11:52:17 2026 -> Self checking every 600 seconds.\n"
        "Mon Nov 23 11:52:22 2026 -> /tmp/cl/a: b.com: Eicar-Test.UNOFFICIAL FOUND\n"
        "Mon Nov 23 11:52:23 2026 -> instream(local): Eicar-Test.UNOFFICIAL FOUND\n"
        "Mon Nov 23 11:52:24 2026 -> /srv/clean.doc: OK\n");
    const std::vector<std::string> expected{
        "2026-11-23T02:52:23 Eicar-Test.UNOFFICIAL in instream(local)",
        "2026-11-23T02:52:22 Eicar-Test.UNOFFICIAL in /tmp/cl/a: b.com"};
    BOOST_TEST(look() == expected, boost::test_tools::per_element());
    BOOST_TEST_REQUIRE(section.detection_logs.size() == 1);
    BOOST_TEST(section.detection_logs[0] == "clamav");
    BOOST_TEST(section.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(old_future_and_broken_lines_are_no_finds)
{
    write(
        "/var/log/clamav/clamav.log", "Mon Nov 16 11:59:59 2026 -> /old: A FOUND\n"
                                      "Mon Nov 23 12:00:01 2026 -> /tomorrow: A FOUND\n"
                                      "/without/time: A FOUND\n"
                                      "Mon Xxx 23 11:00:00 2026 -> /broken: A FOUND\n"
                                      "Mon Nov 23 11:00:00 2026 -> nameless FOUND\n"
                                      " FOUND\n -> : FOUND\n"
                                      "Mon Nov 23 11:00:00 2026 -> /cut off: A FOU");
    BOOST_TEST(look().empty());
    BOOST_TEST(section.detection_logs.size() == 1U);
}

BOOST_AUTO_TEST_CASE(of_a_huge_log_the_end_is_read)
{
    std::string log = "Mon Nov 23 11:00:00 2026 -> /first: A FOUND\n";
    while (log.size() < 200'000)
        log += "Mon Nov 23 11:00:00 2026 -> /srv/clean.doc: OK\n";
    log += "Mon Nov 23 11:30:00 2026 -> /last: B FOUND\n";
    write("/var/log/clamav/clamav.log", log);
    const std::vector<std::string> expected{"2026-11-23T02:30:00 B in /last"};
    BOOST_TEST(look() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(without_a_log_nobody_says_that_nothing_was_found)
{
    BOOST_TEST(look().empty());
    BOOST_TEST(section.detection_logs.empty());
    section.products.clear();
    write("/var/log/clamav/clamav.log", "Mon Nov 23 11:00:00 2026 -> /a: A FOUND\n");
    BOOST_TEST(look().empty()); // A log of a product that has gone.
}

BOOST_AUTO_TEST_CASE(a_pipe_in_the_place_of_the_log_is_told_and_holds_nobody)
{
    fs::create_directories(folder.path() / "var/log/clamav");
    BOOST_REQUIRE(::mkfifo((folder.path() / "var/log/clamav/clamav.log").c_str(), 0600) == 0);
    BOOST_TEST(look().empty());
    BOOST_TEST_REQUIRE(section.from.unknown.size() == 1);
    BOOST_TEST(section.from.unknown[0].fact == "detections");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
