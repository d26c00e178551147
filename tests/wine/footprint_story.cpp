// What the agent costs a Windows PC: memory at rest, and what a thousand reports leave behind.

#include "common/wire/sections.hpp"
#include "tests/wine/wine_site.hpp"

#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <cstdint>
#include <sstream>
#include <thread>
#include <vector>

namespace mimamori {
namespace {

using tests::wait_until;
using namespace std::chrono_literals;

constexpr auto patience = 180s;

/// One line of wine_cycles: what the process cost after so many reports.
struct Cost
{
    std::uint64_t reports{0};
    std::uint64_t handles{0};
    std::uint64_t threads{0};
    std::uint64_t resident_bytes{0};
};

std::vector<Cost> costs_in(const std::string& text)
{
    std::vector<Cost> costs;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
    {
        std::istringstream words{line};
        std::string name;
        Cost cost;
        words >> name >> cost.reports >> name >> cost.handles >> name >> cost.threads >> name
            >> cost.resident_bytes;
        if (words)
            costs.push_back(cost);
    }
    return costs;
}

BOOST_AUTO_TEST_CASE(a_service_at_rest_holds_at_most_ten_mebibytes)
{
    constexpr std::uint64_t private_kib_max = 10 * 1024;
    tests::SiteOptions as_shipped;
    as_shipped.inventory = "900s"; // Else it would never rest.
    tests::Site site{as_shipped};
    site.start_collector();
    tests::WinePc pc{site};
    const auto enrolled = pc.enrol();
    BOOST_TEST_REQUIRE(enrolled.exit_code == 0, enrolled.text);
    pc.start_service();
    // The whole first look at the machine has been told, and the agent has come to rest since.
    const std::string device = pc.device_id();
    const auto is_told = [&] {
        return site.device(device).at("facts").as_object().size() >= wire::section_count - 1;
    };
    wait_until("the sections of the first look", is_told, patience);
    const auto before = site.metric("mimamori_reports_stored_total");
    wait_until(
        "reports at rest",
        [&] { return site.metric("mimamori_reports_stored_total") >= before + 3; }, patience);
    std::this_thread::sleep_for(5s); // WMI's thread goes when nobody asks for two seconds.
    const auto memory = pc.prefix().memory_of("mimamori-agent.exe");
    BOOST_TEST_MESSAGE(fmt::format(
        "private {} KiB, resident {} KiB, {} threads", memory.private_kib, memory.resident_kib,
        memory.threads));
    BOOST_TEST(memory.private_kib > 1000U); // It was measured.
    BOOST_TEST(memory.private_kib <= private_kib_max);
    pc.stop_service();
}

BOOST_AUTO_TEST_CASE(a_thousand_reports_leave_no_handle_and_no_thread)
{
    tests::Site site;
    site.start_collector();
    tests::WinePc pc{site};
    const auto enrolled = pc.enrol();
    BOOST_TEST_REQUIRE(enrolled.exit_code == 0, enrolled.text);
    // With a whole look at the machine after every fifty.
    const auto before = site.metric("mimamori_reports_stored_total");
    const auto said = pc.prefix().run({tests::windows_build().cycles, "1000", "50"}, 10min);
    BOOST_TEST_REQUIRE(said.exit_code == 0, said.text);
    BOOST_TEST(site.metric("mimamori_reports_stored_total") - before >= 1000U);
    const auto costs = costs_in(said.text);
    BOOST_TEST_REQUIRE(costs.size() == 10U, said.text);
    // What is made once is there after the first two hundred.
    const Cost& settled = costs.at(1);
    const Cost& last = costs.back();
    BOOST_TEST(last.reports == 1000U);
    BOOST_TEST_MESSAGE(said.text);
    // Wine opens one or another once, now and then after that; one lost in a hundred reports would
    // be eight.
    constexpr std::uint64_t handles_opened_once = 3;
    BOOST_TEST(last.handles <= settled.handles + handles_opened_once, said.text);
    BOOST_TEST(last.threads <= settled.threads, said.text);
    constexpr std::uint64_t growth_bytes_max = 1024U * 1024;
    BOOST_TEST(last.resident_bytes <= settled.resident_bytes + growth_bytes_max, said.text);
}

} // namespace
} // namespace mimamori
