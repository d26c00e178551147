#include "collector/knowledge/windows_builds.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace mimamori::collector::knowledge {
namespace {

using namespace std::chrono_literals;

constexpr Date today{2026y / 11 / 22};
constexpr auto client = WindowsPlatform::client;
constexpr auto server = WindowsPlatform::server;

const WindowsBuilds& table()
{
    static const WindowsBuilds builds =
        WindowsBuilds::parse(embedded_knowledge("windows_builds")).value();
    return builds;
}

} // namespace

BOOST_AUTO_TEST_SUITE(windows_builds)

BOOST_AUTO_TEST_CASE(second_tuesdays_are_counted_after_one_day_and_up_to_another)
{
    BOOST_TEST(patch_tuesdays(Date{2026y / 8 / 11}, Date{2026y / 11 / 22}) == 3);
    BOOST_TEST(patch_tuesdays(Date{2026y / 8 / 11}, Date{2026y / 9 / 7}) == 0);
    BOOST_TEST(patch_tuesdays(Date{2026y / 8 / 11}, Date{2026y / 9 / 8}) == 1);
    BOOST_TEST(patch_tuesdays(Date{2026y / 8 / 10}, Date{2026y / 8 / 11}) == 1);
    BOOST_TEST(patch_tuesdays(Date{2026y / 12 / 9}, Date{2027y / 1 / 31}) == 1);
    BOOST_TEST(patch_tuesdays(Date{2026y / 8 / 11}, Date{2025y / 1 / 1}) == 0);
}

BOOST_AUTO_TEST_CASE(every_newest_release_is_zero_listed_months_behind)
{
    for (const WindowsLine& line : table().table().lines)
    {
        BOOST_TEST_CONTEXT(line.name << " " << line.build)
        {
            const WindowsUpdate* newest = nullptr;
            for (const WindowsUpdate& update : line.updates)
            {
                if (update.type == "B")
                    newest = &update;
            }
            if (newest == nullptr)
                continue;
            const auto verdict =
                table().months_behind(line.platform, line.build, newest->ubr, today);
            BOOST_TEST((verdict.level == PatchLevel::known));
            BOOST_TEST(verdict.months_listed == 0);
            BOOST_TEST((verdict.patch_day == newest->day));
            BOOST_TEST((verdict.data_date == Date{2026y / 8 / 22}));
        }
    }
}

BOOST_AUTO_TEST_CASE(one_release_less_is_one_month_more)
{
    // 22H2: 2026-07-14 and 2026-08-11 are the newest two; September to November are expected.
    const auto& lines = table().table().lines;
    const auto line = std::find_if(lines.begin(), lines.end(), [](const WindowsLine& candidate) {
        return candidate.platform == client && candidate.build == 19045;
    });
    BOOST_REQUIRE((line != lines.end()));
    std::vector<const WindowsUpdate*> releases;
    for (const WindowsUpdate& update : line->updates)
    {
        if (update.type == "B")
            releases.push_back(&update);
    }
    for (std::size_t behind = 0; behind < 12; ++behind)
    {
        const auto* release = releases[releases.size() - 1 - behind];
        const auto verdict = table().months_behind(client, 19045, release->ubr, today);
        BOOST_TEST(verdict.months_listed == static_cast<int>(behind));
        BOOST_TEST(verdict.months_behind == static_cast<int>(behind) + 3);
        // A revision between two releases has the older one.
        const auto between = table().months_behind(client, 19045, release->ubr - 1, today);
        BOOST_TEST(between.months_listed == static_cast<int>(behind) + 1);
    }
}

BOOST_AUTO_TEST_CASE(while_the_table_is_up_to_date_nothing_is_added)
{
    const auto verdict = table().months_behind(server, 26100, 33158, Date{2026y / 8 / 22});
    BOOST_TEST(verdict.months_listed == 1);
    BOOST_TEST(verdict.months_behind == 1);
    BOOST_TEST(!verdict.table_is_behind);
    BOOST_TEST(verdict.newest_kb == "KB5120233");
    BOOST_TEST((verdict.patch_day == Date{2026y / 7 / 14}));
}

BOOST_AUTO_TEST_CASE(client_and_server_lines_of_one_build_do_not_mix)
{
    // 33296 is the newest of the server; a client with it would be newer than all we know.
    BOOST_TEST(table().months_behind(server, 26100, 33296, today).months_listed == 0);
    BOOST_TEST(
        (table().months_behind(client, 26100, 33296, today).level == PatchLevel::newer_than_data));
    // The client's August is far behind on a server.
    BOOST_TEST(table().months_behind(server, 26100, 9168, today).months_listed == 8);
}

BOOST_AUTO_TEST_CASE(a_higher_revision_than_any_in_the_table_is_newer_than_our_data)
{
    const auto verdict = table().months_behind(client, 19045, 99999, today);
    BOOST_TEST((verdict.level == PatchLevel::newer_than_data));
    BOOST_TEST(verdict.months_behind == 0);
    BOOST_TEST(verdict.table_is_behind);
    BOOST_TEST((verdict.patch_day == verdict.newest_listed));
}

BOOST_AUTO_TEST_CASE(a_hotpatched_device_is_as_new_as_its_hotpatch)
{
    const auto hotpatched = table().months_behind(client, 26100, 9106, today);
    const auto august = table().months_behind(client, 26100, 9168, today);
    BOOST_TEST(hotpatched.months_listed == august.months_listed);
    BOOST_TEST((hotpatched.patch_day == Date{2026y / 8 / 11}));
    // One revision below the hotpatch is an ordinary, older state.
    const auto below = table().months_behind(client, 26100, 9105, today);
    BOOST_TEST(below.months_listed == august.months_listed + 1);
}

BOOST_AUTO_TEST_CASE(a_line_that_has_ended_expects_no_more_releases)
{
    const auto verdict = table().months_behind(client, 19041, 1415, today);
    BOOST_TEST(verdict.months_behind == verdict.months_listed);
    BOOST_TEST(!verdict.table_is_behind);
}

BOOST_AUTO_TEST_CASE(a_month_that_rests_on_one_report_is_marked)
{
    BOOST_TEST(table().months_behind(client, 26100, 9168, today).reported_once);
    BOOST_TEST(!table().months_behind(server, 26100, 33158, today).reported_once);
}

BOOST_AUTO_TEST_CASE(unknown_builds_and_lines_without_releases_are_unknown)
{
    const auto build = table().months_behind(client, 31337, 1, today);
    BOOST_TEST((build.level == PatchLevel::unknown));
    BOOST_TEST(build.why == "build 31337 is not in the table of 2026-08-22");
    const auto young = table().months_behind(client, 26300, 9457, today);
    BOOST_TEST((young.level == PatchLevel::unknown));
    BOOST_TEST(young.why == "the table has no security release of build 26300 yet");
}

BOOST_AUTO_TEST_CASE(windows_before_10_is_judged_by_its_installed_updates)
{
    const std::vector<std::string> kbs{"KB5034169", "KB0000001"};
    const auto seven = table().months_behind_by_kb("Windows 7 Professional", kbs);
    BOOST_TEST((seven.level == PatchLevel::known));
    BOOST_TEST(seven.months_behind == 0);
    BOOST_TEST(seven.line == "Windows 7");
    const auto r2 = table().months_behind_by_kb("Windows Server 2012 R2 Standard", kbs);
    BOOST_TEST(r2.line == "Windows Server 2012 R2");
    BOOST_TEST(r2.why == "none of the installed updates is in the table");
    BOOST_TEST((table().months_behind_by_kb("Windows 10 Pro", kbs).level == PatchLevel::unknown));
}

BOOST_AUTO_TEST_CASE(a_release_without_a_day_is_refused)
{
    const auto parsed = WindowsBuilds::parse(
        R"({"name":"windows_builds","version":1,"data_date":"2026-01-01","expires":"2027-01-01",
            "lines":[{"platform":"client","build":7,"serviced_until":"2027-01-01",
                      "updates":[{"ubr":1,"type":"B"}]}]})");
    BOOST_REQUIRE(!parsed);
    BOOST_TEST(parsed.error().message == "windows_builds: build 7: release 1 has no day");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace mimamori::collector::knowledge
