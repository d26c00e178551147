#include "collector/judge/judge_schedule.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::collector::judge {
namespace {

using namespace std::chrono_literals;

const Timestamp now = parse_rfc3339("2026-03-10T12:00:00Z").value();
const DeviceId a{"a"};
const DeviceId b{"b"};

BOOST_AUTO_TEST_SUITE(judge_schedule)

BOOST_AUTO_TEST_CASE(asking_twice_asks_once)
{
    JudgeSchedule schedule;
    schedule.soon(a, now);
    schedule.soon(a, now + 1ms);
    BOOST_TEST((schedule.take_due(now + 1s, 10) == std::vector<DeviceId>{a}));
    BOOST_TEST(schedule.take_due(now + 1s, 10).empty());
    BOOST_TEST(!schedule.next_due().has_value());
}

BOOST_AUTO_TEST_CASE(a_device_is_not_judged_twice_in_a_second)
{
    JudgeSchedule schedule;
    schedule.judged(a, {}, now);
    schedule.soon(a, now + 1ms);
    BOOST_TEST(schedule.take_due(now + 1s - 1ms, 10).empty());
    BOOST_TEST(schedule.take_due(now + 1s, 10).size() == 1);
    // A rule that asks for the past is no faster.
    schedule.judged(a, now - 1h, now);
    BOOST_TEST((schedule.next_due() == now + 1s));
}

BOOST_AUTO_TEST_CASE(it_is_judged_when_the_rules_say_and_at_latest_after_a_day)
{
    JudgeSchedule schedule;
    schedule.judged(a, now + 1h, now);
    BOOST_TEST((schedule.next_due() == now + 1h));
    schedule.take_due(now + 1h, 1);
    schedule.judged(a, now + 24h, now);
    BOOST_TEST((schedule.next_due() == now + 24h));
    schedule.take_due(now + 24h, 1);
    schedule.judged(a, {}, now);
    BOOST_TEST((schedule.next_due() == now + 24h));
}

BOOST_AUTO_TEST_CASE(what_was_asked_while_it_was_judged_is_not_lost)
{
    JudgeSchedule schedule;
    schedule.soon(a, now);
    schedule.take_due(now, 1);
    schedule.soon(a, now); // A report came in.
    schedule.judged(a, now + 1h, now);
    BOOST_TEST((schedule.next_due() == now));
}

BOOST_AUTO_TEST_CASE(a_clock_that_went_back_makes_nobody_wait)
{
    JudgeSchedule schedule;
    schedule.judged(a, {}, now + 240h);
    schedule.soon(a, now);
    BOOST_TEST(schedule.take_due(now, 1).size() == 1);
}

BOOST_AUTO_TEST_CASE(the_most_overdue_come_first)
{
    JudgeSchedule schedule;
    schedule.soon(b, now + 1ms);
    schedule.soon(a, now + 2ms);
    BOOST_TEST((schedule.take_due(now + 1s, 1) == std::vector<DeviceId>{b}));
    BOOST_TEST((schedule.take_due(now + 1s, 1) == std::vector<DeviceId>{a}));
}

BOOST_AUTO_TEST_CASE(of_the_same_moment_the_first_asked_for_comes_first)
{
    JudgeSchedule schedule;
    schedule.soon(b, now);
    schedule.soon(a, now);
    schedule.soon(b, now);
    BOOST_TEST((schedule.take_due(now, 9) == std::vector<DeviceId>{b, a}));
    schedule.soon(a, now + 1s);
    schedule.soon(b, now + 1s);
    BOOST_TEST((schedule.take_due(now + 1s, 9) == std::vector<DeviceId>{a, b}));
}

BOOST_AUTO_TEST_CASE(a_device_that_is_gone_is_forgotten)
{
    JudgeSchedule schedule;
    schedule.soon(a, now);
    schedule.forget(a);
    schedule.forget(b);
    BOOST_TEST(schedule.take_due(now + 1h, 1).empty());
    BOOST_TEST(schedule.size() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
