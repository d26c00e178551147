#include "agent/report/clock_watch.hpp"
#include "agent/report/schedule.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace mimamori::agent::report {
namespace {

using namespace std::chrono_literals;
using Time = ReportSchedule::Time;
using Wait = ReportSchedule::Wait;

const Time begin{1000h};

double seconds(Time until, Time from)
{
    return std::chrono::duration<double>(until - from).count();
}

/// A schedule that is past its start.
ReportSchedule running(std::uint64_t seed = 1)
{
    ReportSchedule schedule{{}, begin - 1h, seed};
    schedule.delivered(begin, 0s);
    return schedule;
}

BOOST_AUTO_TEST_SUITE(report_schedule)

BOOST_DATA_TEST_CASE(the_first_report_comes_within_the_spread, boost::unit_test::data::xrange(20))
{
    ReportSchedule schedule{{}, begin, static_cast<std::uint64_t>(sample)};
    BOOST_TEST(seconds(schedule.next(), begin) >= 0);
    BOOST_TEST(seconds(schedule.next(), begin) <= 5);
    const Time first = schedule.next();
    schedule.ask_now(begin); // Agents that start together have all something to say at once.
    BOOST_TEST((schedule.next() == first));
}

BOOST_AUTO_TEST_CASE(a_heartbeat_follows_the_last_report)
{
    auto schedule = running();
    BOOST_TEST(seconds(schedule.next(), begin) == 60);
    schedule.set_heartbeat(20s);
    BOOST_TEST(seconds(schedule.next(), begin) == 20);
    schedule.delivered(begin + 20s, 0s);
    BOOST_TEST(seconds(schedule.next(), begin) == 40);
}

BOOST_AUTO_TEST_CASE(the_heartbeat_keeps_within_bounds_whatever_is_ordered)
{
    auto schedule = running();
    schedule.set_heartbeat(4999ms);
    BOOST_TEST((schedule.heartbeat() == 5s));
    schedule.set_heartbeat(5001ms);
    BOOST_TEST((schedule.heartbeat() == 5001ms));
    schedule.set_heartbeat(25h);
    BOOST_TEST((schedule.heartbeat() == 24h));
}

BOOST_AUTO_TEST_CASE(something_urgent_is_gathered_for_half_a_second)
{
    auto schedule = running();
    schedule.ask_soon(begin + 10s);
    schedule.ask_soon(begin + 10s + 300ms);
    BOOST_TEST(seconds(schedule.next(), begin) == 10.5);
    schedule.ask_now(begin + 10s + 100ms);
    BOOST_TEST(seconds(schedule.next(), begin) == 10.1);
}

BOOST_DATA_TEST_CASE(waits_grow_between_a_half_and_the_whole, boost::unit_test::data::xrange(20))
{
    auto schedule = running(static_cast<std::uint64_t>(sample));
    for (const double ceiling : {2., 4., 8., 16., 32., 64., 128., 256., 300., 300.})
    {
        schedule.failed(begin, 0s);
        BOOST_TEST(seconds(schedule.next(), begin) >= ceiling / 2);
        BOOST_TEST(seconds(schedule.next(), begin) <= ceiling);
    }
    schedule.delivered(begin, 0s);
    schedule.failed(begin, 0s);
    BOOST_TEST(seconds(schedule.next(), begin) <= 2); // From the beginning.
}

BOOST_DATA_TEST_CASE(an_ordered_wait_is_never_cut_short, boost::unit_test::data::xrange(20))
{
    auto schedule = running(static_cast<std::uint64_t>(sample));
    schedule.delivered(begin, 600s);
    schedule.ask_now(begin + 1s);
    schedule.set_heartbeat(5s);
    BOOST_TEST(seconds(schedule.next(), begin) >= 600);
    BOOST_TEST(seconds(schedule.next(), begin) <= 750);
    schedule.failed(begin, 120s);
    schedule.ask_soon(begin + 1s);
    BOOST_TEST(seconds(schedule.next(), begin) >= 120);
    BOOST_TEST(seconds(schedule.next(), begin) <= 150);
}

BOOST_AUTO_TEST_CASE(an_ordered_wait_has_a_limit)
{
    auto schedule = running();
    schedule.delivered(begin, 4'000'000'000s);
    BOOST_TEST(seconds(schedule.next(), begin) <= 30 * 3600);
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_not_let_in_comes_back_slowly)
{
    auto schedule = running();
    schedule.unwanted(begin);
    BOOST_TEST(seconds(schedule.next(), begin) >= 60);
    schedule.unwanted(begin);
    BOOST_TEST(seconds(schedule.next(), begin) >= 120);
    BOOST_TEST(seconds(schedule.next(), begin) <= 300);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(clock_watch)

constexpr Timestamp noon = from_ms(1'790'000'000'000);

BOOST_AUTO_TEST_CASE(a_clock_that_runs_is_no_jump)
{
    ClockWatch watch{noon - 1h};
    BOOST_TEST(!watch.look(noon, 10s).has_value());
    BOOST_TEST(!watch.look(noon + 8h, 10s + 8h).has_value()); // Nor is a night asleep.
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_is_told_once_with_the_amount)
{
    ClockWatch watch{std::nullopt};
    BOOST_TEST(!watch.look(noon, 10s).has_value());
    BOOST_TEST(!watch.look(noon + 59'999ms, 10s).has_value());
    const auto jump = watch.look(noon + 60s, 10s);
    BOOST_TEST_REQUIRE(jump.has_value());
    BOOST_TEST((jump->kind == wire::EventKind::time_jumped));
    BOOST_TEST(jump->text == "the clock was set: +60 s");
    BOOST_TEST(!watch.look(noon + 70s, 20s).has_value());
    const auto back = watch.look(noon - 3600s, 20s);
    BOOST_TEST_REQUIRE(back.has_value());
    BOOST_TEST(back->text == "the clock was set: -3670 s");
}

BOOST_AUTO_TEST_CASE(a_clock_behind_the_last_run_is_told)
{
    ClockWatch behind{noon + 60s};
    BOOST_TEST(behind.look(noon, 10s).has_value());
    ClockWatch nearly{noon + 59s};
    BOOST_TEST(!nearly.look(noon, 10s).has_value());
    ClockWatch first{std::nullopt};
    BOOST_TEST(!first.look(noon, 10s).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::report
