#include "collector/rules/agent_stopped.hpp"
#include "collector/rules/clock_wrong.hpp"
#include "collector/rules/device_cloned.hpp"
#include "collector/rules/device_silent.hpp"
#include "collector/rules/log_gap.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <ostream>

namespace mimamori::collector::rules {
namespace {

using namespace test;

Case silent_for(std::chrono::milliseconds silence)
{
    Case made;
    made.device.sender.last_seen_at = now - silence;
    return made;
}

BOOST_AUTO_TEST_SUITE(device_silent)

struct SilenceCase
{
    std::chrono::milliseconds silence;
    bool goodbye;
    const char* expected;

    friend std::ostream& operator<<(std::ostream& out, const SilenceCase& c)
    {
        return out << c.silence.count() << (c.goodbye ? " after goodbye" : "");
    }
};

const SilenceCase silences[] = {
    {0ms, false, "good"},
    {10min - 1ms, false, "good"},
    {10min, false, "bad warning"},
    {days{4} - 1ms, false, "bad warning"},
    {days{4}, false, "bad action"},
    {days{4}, true, "good"},
    {days{14} - 1ms, true, "good"},
    {days{14}, true, "bad warning"},
    {days{400}, true, "bad warning"},
};

BOOST_DATA_TEST_CASE(silence_counts_from_the_last_report, boost::unit_test::data::make(silences), c)
{
    Case made = silent_for(c.silence);
    made.device.sender.listening_since = now - days{500};
    made.device.sender.said_goodbye = c.goodbye;
    BOOST_TEST(made.verdict(judge_device_silent) == c.expected);
}

BOOST_AUTO_TEST_CASE(ten_heartbeats_are_waited_for)
{
    Case made = silent_for(50min - 1ms);
    made.device.sender.heartbeat = 5min;
    BOOST_TEST(made.verdict(judge_device_silent) == "good");
    made.device.sender.last_seen_at = now - 50min;
    BOOST_TEST(made.verdict(judge_device_silent) == "bad warning");
}

BOOST_AUTO_TEST_CASE(a_collector_that_just_started_cannot_tell)
{
    Case made = silent_for(days{2});
    made.device.sender.listening_since = now - 10min + 1ms;
    const Judgement early = made.judge(judge_device_silent);
    BOOST_TEST(describe(early.verdict).starts_with("unknown: the collector listens since"));
    BOOST_TEST((early.look_again_at == now + 1ms));
    made.device.sender.listening_since = now - 10min;
    BOOST_TEST(made.verdict(judge_device_silent) == "bad warning");
}

BOOST_AUTO_TEST_CASE(the_finding_says_since_when_and_how_it_left)
{
    Case made = silent_for(days{20});
    BOOST_TEST(
        value_of(made.finding(judge_device_silent), "last_seen_at") == "2026-02-18T12:00:00.000Z");
    BOOST_TEST(value_of(made.finding(judge_device_silent), "case") == "(none)");
    made.device.sender.said_goodbye = true;
    made.device.sender.goodbye_reason = "shutdown";
    BOOST_TEST(value_of(made.finding(judge_device_silent), "case") == "goodbye");
    BOOST_TEST(value_of(made.finding(judge_device_silent), "goodbye_reason") == "shutdown");
}

BOOST_AUTO_TEST_CASE(a_device_whose_agents_were_revoked_is_not_missed)
{
    Case made = silent_for(days{20});
    made.device.sender.may_report = false;
    BOOST_TEST(
        made.verdict(judge_device_silent) == "not applicable: no agent of the device may report");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(agent_stopped)

/// Known of so many weeks: heard from Monday to Friday, from `from` to `to` o'clock.
UsualHours heard_from(int from, int to, int weeks)
{
    UsualHours heard;
    for (int week = 0; week < weeks; ++week)
    {
        for (int hour = 0; hour < UsualHours::hours_a_week; ++hour)
            heard.observed(hour, hour / 24 < 5 && hour % 24 >= from && hour % 24 < to);
    }
    return heard;
}

UsualHours heard_always(int weeks)
{
    UsualHours heard;
    for (int week = 0; week < weeks; ++week)
    {
        for (int hour = 0; hour < UsualHours::hours_a_week; ++hour)
            heard.observed(hour, true);
    }
    return heard;
}

/// Heard last an hour ago, at 11 o'clock of a Tuesday; a device that is never off.
Case seen_after(std::chrono::milliseconds after)
{
    Case made = silent_for(1h);
    made.device.sender.usual_hours = heard_always(2);
    made.device.sender.sighted_at = made.device.sender.last_seen_at + after;
    made.device.sender.sighted_by = "PC-2";
    return made;
}

BOOST_AUTO_TEST_CASE(a_silent_device_that_others_see_runs_without_its_agent)
{
    const Case made = seen_after(5min);
    BOOST_TEST(made.verdict(judge_agent_stopped) == "bad action");
    BOOST_TEST(made.verdict(judge_device_silent).starts_with("not applicable: "));
    const Finding finding = made.finding(judge_agent_stopped);
    BOOST_TEST(value_of(finding, "last_seen_at") == "2026-03-10T11:00:00.000Z");
    BOOST_TEST(value_of(finding, "sighted_at") == "2026-03-10T11:05:00.000Z");
    BOOST_TEST(value_of(finding, "sighted_by") == "PC-2");
}

BOOST_AUTO_TEST_CASE(what_others_saw_before_its_last_report_says_nothing)
{
    const Case made = seen_after(0ms);
    BOOST_TEST(made.verdict(judge_agent_stopped) == "good");
    BOOST_TEST(made.verdict(judge_device_silent) == "bad warning");
    BOOST_TEST(seen_after(1ms).verdict(judge_agent_stopped) == "bad action");
}

BOOST_AUTO_TEST_CASE(it_waits_as_long_as_for_silence)
{
    Case made = silent_for(10min - 1ms);
    made.device.sender.usual_hours = heard_always(2);
    made.device.sender.sighted_at = now - 1min;
    BOOST_TEST(made.verdict(judge_agent_stopped) == "good");
    made.device.sender.last_seen_at = now - 10min;
    BOOST_TEST(made.verdict(judge_agent_stopped) == "bad action");
    made.device.sender.listening_since = now - 10min + 1ms;
    BOOST_TEST(made.verdict(judge_agent_stopped) == "good");
    BOOST_TEST(made.verdict(judge_device_silent).starts_with("unknown: "));
}

BOOST_AUTO_TEST_CASE(what_may_only_sleep_is_a_warning_until_it_misses_a_whole_sure_hour)
{
    Case made = seen_after(5min);
    made.device.sender.usual_hours = heard_from(8, 18, 2);
    made.at = now - 50min - 1ms;
    BOOST_TEST(made.verdict(judge_agent_stopped) == "good");
    made.at = now - 50min;
    BOOST_TEST(made.verdict(judge_agent_stopped) == "bad warning");
    BOOST_TEST(value_of(made.finding(judge_agent_stopped), "case") == "perhaps_asleep");
    BOOST_TEST((made.judge(judge_agent_stopped).look_again_at == now));
    BOOST_TEST(made.verdict(judge_device_silent).starts_with("not applicable: "));
    made.at = now - 1ms;
    BOOST_TEST(made.verdict(judge_agent_stopped) == "bad warning");
    made.at = now; // From 11 to 12 o'clock it was always heard.
    BOOST_TEST(made.verdict(judge_agent_stopped) == "bad action");
    BOOST_TEST(value_of(made.finding(judge_agent_stopped), "case") == "(none)");
}

BOOST_AUTO_TEST_CASE(a_pc_that_sleeps_at_night_is_not_told_before_its_morning)
{
    Case made = seen_after(5min);
    made.device.sender.usual_hours = heard_from(8, 11, 2);
    made.at = now; // It is heard until 11 o'clock only.
    BOOST_TEST(made.verdict(judge_agent_stopped) == "good");
    BOOST_TEST(made.verdict(judge_device_silent) == "good");
    made.at = now + 21h - 1ms; // The next morning at nine.
    BOOST_TEST(made.verdict(judge_agent_stopped) == "good");
    made.at = now + 21h;
    BOOST_TEST(made.verdict(judge_agent_stopped) == "bad action");
}

BOOST_AUTO_TEST_CASE(whose_hours_nobody_knows_is_for_action_when_silence_is)
{
    for (const int weeks : {0, 1})
    {
        Case made = seen_after(5min);
        made.device.sender.usual_hours = heard_always(weeks);
        BOOST_TEST(made.verdict(judge_agent_stopped) == "bad warning");
        made.at = made.device.sender.last_seen_at + made.policy.silent_action - 1ms;
        BOOST_TEST(made.verdict(judge_agent_stopped) == "bad warning");
        made.at += 1ms;
        BOOST_TEST(made.verdict(judge_agent_stopped) == "bad action");
    }
}

BOOST_AUTO_TEST_CASE(who_said_goodbye_or_may_not_report_has_no_stopped_agent)
{
    Case made = seen_after(5min);
    made.device.sender.said_goodbye = true;
    BOOST_TEST(made.verdict(judge_agent_stopped) == "good");
    made = seen_after(5min);
    made.device.sender.may_report = false;
    BOOST_TEST(made.verdict(judge_agent_stopped).starts_with("not applicable: "));
}

BOOST_AUTO_TEST_CASE(where_the_rule_is_off_silence_is_told)
{
    Case made = seen_after(5min);
    made.policy.rules_off = {"agent_stopped"};
    BOOST_TEST(made.verdict(judge_device_silent) == "bad warning");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(clock_wrong)

struct OffsetCase
{
    std::chrono::milliseconds offset;
    const char* expected;

    friend std::ostream& operator<<(std::ostream& out, const OffsetCase& c)
    {
        return out << c.offset.count();
    }
};

const OffsetCase offsets[] = {
    {0ms, "good"},         {5min - 1ms, "good"},   {5min, "bad warning"},
    {-5min + 1ms, "good"}, {-5min, "bad warning"}, {60min - 1ms, "bad warning"},
    {60min, "bad action"}, {-60min, "bad action"},
};

BOOST_DATA_TEST_CASE(both_directions_count, boost::unit_test::data::make(offsets), c)
{
    Case made;
    made.device.sender.clock_offset = c.offset;
    BOOST_TEST(made.verdict(judge_clock_wrong) == c.expected);
}

BOOST_AUTO_TEST_CASE(the_finding_says_how_much_and_in_which_direction)
{
    Case made;
    made.device.sender.clock_offset = 7min + 59s;
    made.device.facts.security.emplace().time_source = "ntp.example";
    const Finding ahead = made.finding(judge_clock_wrong);
    BOOST_TEST(value_of(ahead, "case") == "ahead");
    BOOST_TEST(value_of(ahead, "offset_s") == "420");
    BOOST_TEST(value_of(ahead, "time_source") == "ntp.example");
    made.device.sender.clock_offset = -7min;
    BOOST_TEST(value_of(made.finding(judge_clock_wrong), "case") == "behind");
}

BOOST_AUTO_TEST_CASE(a_device_that_never_told_its_time_is_unknown)
{
    BOOST_TEST(
        Case{}.verdict(judge_clock_wrong) == "unknown: no report told the time of the device");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(log_gap)

BOOST_AUTO_TEST_CASE(a_record_without_incidents_is_good)
{
    BOOST_TEST(Case{}.verdict(judge_log_gap) == "good");
}

BOOST_AUTO_TEST_CASE(incidents_count_for_thirty_days)
{
    Case made;
    made.device.sender.incidents = {{"sequence_gap", now - days{30} + 1ms, 5, "1 to 5"}};
    BOOST_TEST(made.verdict(judge_log_gap) == "bad warning");
    made.device.sender.incidents.front().at = now - days{30};
    BOOST_TEST(made.verdict(judge_log_gap) == "good");
}

BOOST_AUTO_TEST_CASE(the_newest_incident_is_shown_and_all_are_counted)
{
    Case made;
    made.device.sender.incidents = {
        {"events_lost", now - days{3}, 5, "spool full"},
        {"stream_went_back", now - days{1}, 0, "seq 9 after 12"},
        {"sequence_gap", now - days{2}, 7, "20 to 26"},
    };
    const Finding finding = made.finding(judge_log_gap);
    BOOST_TEST(value_of(finding, "case") == "stream_went_back");
    BOOST_TEST(value_of(finding, "detail") == "seq 9 after 12");
    BOOST_TEST(value_of(finding, "incidents") == "3");
    BOOST_TEST(value_of(finding, "events") == "12");
    BOOST_TEST((finding.happened_at == now - days{1}));
}

BOOST_AUTO_TEST_CASE(of_incidents_at_one_moment_the_last_one_stored_is_shown)
{
    Case made;
    made.device.sender.incidents = {
        {"events_lost", now - 1h, 5, "spool full"}, {"sequence_gap", now - 1h, 7, "20 to 26"}};
    BOOST_TEST(value_of(made.finding(judge_log_gap), "case") == "sequence_gap");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(device_cloned)

BOOST_AUTO_TEST_CASE(two_holders_of_one_identity_need_action)
{
    BOOST_TEST(Case{}.verdict(judge_device_cloned) == "good");
    Case made;
    made.device.sender.conflict_since = now - 1h;
    made.device.sender.conflict_text = "two streams";
    const Finding finding = made.finding(judge_device_cloned);
    BOOST_TEST((finding.severity == Severity::action));
    BOOST_TEST(value_of(finding, "since") == "2026-03-10T11:00:00.000Z");
    BOOST_TEST(value_of(finding, "detail") == "two streams");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
