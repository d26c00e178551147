#include "collector/app/watched_clock.hpp"
#include "collector/judge/site_events.hpp"
#include "tests/unit/collector/judge/event_site.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <thread>
#include <vector>

namespace mimamori::collector::app {
namespace {

using namespace std::chrono_literals;
using judge::test::begin;
using judge::test::Lines;
using std::chrono::days;
using std::chrono::milliseconds;

milliseconds passed{0}; ///< What the steady clock of the tests says.

milliseconds time_passed()
{
    return passed;
}

struct Clocks
{
    tests::ManualClock civil{begin};
    WatchedClock watched{civil, time_passed};
    std::vector<milliseconds> told;

    Clocks()
    {
        watched.tell([this](milliseconds by, Timestamp now) {
            BOOST_TEST((now == civil.now()));
            told.push_back(by);
        });
    }

    /// Time passes by both clocks, the civil one is set besides.
    std::vector<milliseconds> look(milliseconds time, milliseconds set = 0ms)
    {
        told.clear();
        passed += time;
        civil.advance(time + set);
        BOOST_TEST((watched.now() == civil.now()));
        return told;
    }
};

using Told = std::vector<milliseconds>;

BOOST_AUTO_TEST_SUITE(watched_clock)

BOOST_FIXTURE_TEST_CASE(a_jump_is_told_once_with_its_size_and_time_that_passes_is_none, Clocks)
{
    BOOST_TEST((look(0ms) == Told{}));
    for (int i = 0; i < 100; ++i)
        BOOST_TEST((look(2min) == Told{}));
    BOOST_TEST((look(1s, 60s - 1ms) == Told{}));
    BOOST_TEST((look(1s, 60s) == Told{60s}));
    BOOST_TEST((look(1s) == Told{}));
    BOOST_TEST((look(1s, -60s + 1ms) == Told{}));
    BOOST_TEST((look(1s, -60s) == Told{-60s}));
    BOOST_TEST((look(1s, 1h) == Told{1h}));
    BOOST_TEST((look(1s, days{-1}) == Told{days{-1}}));
    BOOST_TEST((look(1s) == Told{}));
}

BOOST_FIXTURE_TEST_CASE(slow_corrections_never_add_up_to_a_jump, Clocks)
{
    for (int i = 0; i < 100; ++i)
        BOOST_TEST((look(1min, 30s) == Told{}));
}

BOOST_FIXTURE_TEST_CASE(a_program_that_stood_still_passed_over_that_time, Clocks)
{
    BOOST_TEST((look(3min - 1ms) == Told{}));
    BOOST_TEST((look(3min) == Told{3min}));
    BOOST_TEST((look(1s) == Told{}));
    BOOST_TEST((look(8h, 30s) == Told{8h}));
    BOOST_TEST((look(8h, 2h) == Told{2h})); // Set as well: that is what is known of it.
    BOOST_TEST((look(8h, -2h) == Told{-2h}));
}

BOOST_FIXTURE_TEST_CASE(nobody_is_told_who_no_longer_wants_to_be, Clocks)
{
    watched.tell({});
    BOOST_TEST((look(1s, 1h) == Told{}));
}

BOOST_FIXTURE_TEST_CASE(all_threads_see_the_new_time_after_it_was_told, Clocks)
{
    std::atomic<int> times{0};
    std::atomic<int> early{0};
    WatchedClock shared{civil, time_passed};
    shared.tell([&](milliseconds, Timestamp) { ++times; });
    civil.advance(1h);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            static_cast<void>(shared.now());
            early += times == 0;
        });
    for (std::thread& thread : threads)
        thread.join();
    BOOST_TEST(times == 1);
    BOOST_TEST(early == 0);
}

/// A site whose collector's clock is watched as in the program.
struct JumpingSite : judge::test::EventSite
{
    WatchedClock watched{clock, time_passed};
    std::vector<DeviceId> pcs;

    JumpingSite()
    {
        watched.tell([this](milliseconds by, Timestamp now) {
            liveness.clock_went(by, now);
            for (auto& [device, moment] : due) // As Judge::decided_for_all.
                moment = std::min(moment, now);
        });
        pcs = add_devices("pc", "root", 20);
        run(5min, pcs);
    }

    /// Minutes that pass by all clocks, in which these devices are heard.
    Lines run(std::chrono::minutes time, const std::vector<DeviceId>& heard_ones)
    {
        Lines all;
        for (std::chrono::minutes gone{0}; gone < time; ++gone)
        {
            passed += 1min;
            for (auto& one : pass(1min, heard_ones))
                all.push_back(std::move(one));
            static_cast<void>(watched.now());
        }
        return all;
    }

    /// The clock is set, or the machine slept, and everything is looked at before anybody reports.
    Lines jump(milliseconds by)
    {
        clock.advance(by);
        static_cast<void>(watched.now());
        judge_all();
        look_at_sites();
        return told();
    }

    std::size_t silent()
    {
        std::size_t count = 0;
        for (const DeviceId& device : pcs)
            count += findings(device, "device_silent").size();
        return count;
    }

    std::vector<DeviceId> all_but_first() const { return {pcs.begin() + 1, pcs.end()}; }
};

const milliseconds jumps[] = {1h, days{1}, days{40}, -1h, days{-1}, days{-40}};

BOOST_AUTO_TEST_CASE(no_jump_makes_devices_silent_that_go_on_reporting)
{
    for (const milliseconds by : jumps)
    {
        BOOST_TEST_CONTEXT(by.count() / 3'600'000 << " h")
        {
            JumpingSite site;
            BOOST_TEST(site.jump(by) == Lines{});
            BOOST_TEST(site.silent() == 0U);
            BOOST_TEST(site.run(30min, site.pcs) == Lines{});
            BOOST_TEST(site.silent() == 0U);
            BOOST_TEST(site.events().empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(who_falls_silent_after_a_jump_is_told_as_soon_as_ever)
{
    for (const milliseconds by : jumps)
    {
        BOOST_TEST_CONTEXT(by.count() / 3'600'000 << " h")
        {
            JumpingSite site;
            site.jump(by);
            site.run(1min, site.pcs);
            site.run(8min, site.all_but_first());
            BOOST_TEST(site.silent() == 0U);
            const Lines told = site.run(10min, site.all_but_first());
            BOOST_TEST(site.silent() == 1U);
            BOOST_TEST(told.size() == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(who_was_silent_before_a_jump_stays_so_and_is_not_told_again)
{
    for (const milliseconds by : jumps)
    {
        BOOST_TEST_CONTEXT(by.count() / 3'600'000 << " h")
        {
            JumpingSite site;
            BOOST_TEST(site.run(20min, site.all_but_first()).size() == 1U);
            BOOST_TEST_REQUIRE(site.silent() == 1U);
            const std::string id = site.finding(site.pcs.front(), "device_silent").id;
            BOOST_TEST(site.jump(by) == Lines{});
            // Who is silent for longer than a long weekend is told as more urgent.
            const std::size_t told = by >= days{4} ? 1 : 0;
            BOOST_TEST(site.run(30min, site.all_but_first()).size() == told);
            BOOST_TEST(site.finding(site.pcs.front(), "device_silent").id == id);
            site.run(2min, site.pcs);
            BOOST_TEST(site.silent() == 0U); // It is back.
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_machine_that_stood_still_makes_nobody_silent, JumpingSite)
{
    passed += 8h; // Both clocks went on, and nobody ran.
    BOOST_TEST(jump(8h) == Lines{});
    BOOST_TEST(silent() == 0U);
    BOOST_TEST(run(30min, pcs) == Lines{});
    BOOST_TEST(events().empty());
}

BOOST_AUTO_TEST_CASE(a_house_that_really_falls_silent_after_a_jump_is_one_event)
{
    for (const milliseconds by : jumps)
    {
        BOOST_TEST_CONTEXT(by.count() / 3'600'000 << " h")
        {
            JumpingSite site;
            site.jump(by);
            site.run(1min, site.pcs);
            const Lines told = site.run(20min, {});
            BOOST_TEST(told.size() == 1U);
            BOOST_TEST(site.events().size() == 1U);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::app
