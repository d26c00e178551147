#include "tests/fleetsim/figures.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

namespace mimamori::fleetsim {
namespace {

using namespace std::chrono_literals;

Latencies one_to(int last)
{
    Latencies times;
    for (int i = last; i > 0; --i)
        times.add(Microseconds{i});
    return times;
}

/// A run with nothing wrong.
Figures good_run()
{
    Figures figures;
    figures.window_s = 10;
    figures.due = 200;
    figures.answered = 200;
    figures.latency = one_to(200);
    figures.lag = one_to(200);
    figures.stored = Comparison{200, 200, 10, 10, 16, {}, 0};
    return figures;
}

bool says(const std::vector<std::string>& reasons, std::string_view part)
{
    return reasons.size() == 1 && reasons.front().find(part) != std::string::npos;
}

BOOST_AUTO_TEST_SUITE(fleetsim_figures)

BOOST_AUTO_TEST_CASE(a_percentile_is_the_smallest_time_that_so_many_do_not_exceed)
{
    const Latencies times = one_to(100);
    BOOST_TEST(times.percentile(50)->count() == 50);
    BOOST_TEST(times.percentile(90)->count() == 90);
    BOOST_TEST(times.percentile(99)->count() == 99);
    BOOST_TEST(times.max()->count() == 100);
    BOOST_TEST(one_to(101).percentile(50)->count() == 51);
}

BOOST_AUTO_TEST_CASE(a_percentile_of_too_few_times_is_none)
{
    BOOST_TEST(!one_to(99).percentile(99));
    BOOST_TEST(one_to(100).percentile(99).has_value());
    BOOST_TEST(!one_to(1).percentile(50));
    BOOST_TEST(one_to(2).percentile(50)->count() == 1);
    BOOST_TEST(!Latencies{}.percentile(50));
    BOOST_TEST(!Latencies{}.max());
}

BOOST_AUTO_TEST_CASE(times_that_come_later_count_too)
{
    Latencies times = one_to(100);
    BOOST_TEST(times.percentile(99)->count() == 99);
    for (int i = 0; i < 100; ++i)
        times.add(1'000us);
    BOOST_TEST(times.percentile(99)->count() == 1'000);
    BOOST_TEST(times.percentile(50)->count() == 100);
}

BOOST_AUTO_TEST_CASE(a_good_run_is_valid)
{
    BOOST_TEST(why_invalid(good_run(), {}).empty());
}

BOOST_AUTO_TEST_CASE(too_few_answers_prove_nothing)
{
    Figures figures = good_run();
    Expectations expected;
    expected.samples_min = 200;
    BOOST_TEST(why_invalid(figures, expected).empty());
    expected.samples_min = 201;
    BOOST_TEST(says(why_invalid(figures, expected), "too few"));
}

BOOST_AUTO_TEST_CASE(one_failure_makes_a_run_invalid_unless_failures_are_expected)
{
    Figures figures = good_run();
    figures.failures.add("status 503");
    BOOST_TEST(says(why_invalid(figures, {}), "1 failures"));
    Expectations through_crashes;
    through_crashes.failures_allowed = true;
    BOOST_TEST(why_invalid(figures, through_crashes).empty());
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_never_answered_makes_a_run_invalid)
{
    Figures figures = good_run();
    figures.waiting_at_end = 1;
    Expectations through_crashes;
    through_crashes.failures_allowed = true;
    BOOST_TEST(says(why_invalid(figures, through_crashes), "still wait"));
}

BOOST_AUTO_TEST_CASE(nearly_all_reports_that_were_due_must_be_answered)
{
    Figures figures = good_run();
    figures.answered = 198;
    BOOST_TEST(why_invalid(figures, {}).empty());
    figures.answered = 197;
    BOOST_TEST(says(why_invalid(figures, {}), "197 of 200"));
}

BOOST_AUTO_TEST_CASE(a_generator_that_is_late_itself_measures_itself)
{
    Figures figures = good_run();
    for (int i = 0; i < 3; ++i)
        figures.lag.add(100ms);
    BOOST_TEST(why_invalid(figures, {}).empty());
    for (int i = 0; i < 3; ++i)
        figures.lag.add(101ms);
    BOOST_TEST(says(why_invalid(figures, {}), "late itself"));
    Expectations no_schedule;
    no_schedule.schedule_kept = false;
    BOOST_TEST(why_invalid(figures, no_schedule).empty());
}

BOOST_AUTO_TEST_CASE(rows_that_differ_or_were_not_looked_at_make_a_run_invalid)
{
    Figures figures = good_run();
    figures.stored->differences_total = 1;
    BOOST_TEST(says(why_invalid(figures, {}), "differs"));
    figures.stored.reset();
    BOOST_TEST(says(why_invalid(figures, {}), "not compared"));
    Expectations without_rows;
    without_rows.rows_needed = false;
    BOOST_TEST(why_invalid(figures, without_rows).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::fleetsim
