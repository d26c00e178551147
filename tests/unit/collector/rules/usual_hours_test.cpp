#include "collector/rules/closed_days.hpp"
#include "collector/rules/device_silent.hpp"
#include "collector/rules/usual_hours.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

#include <set>
#include <string>

namespace mimamori::collector::rules {
namespace {

using namespace test;
using std::chrono::hours;

constexpr std::chrono::minutes japan{9 * 60};

/// A moment of the week of Monday 2026-03-09 in Japan.
Timestamp at(int day, hours hour, std::chrono::minutes minute = 0min)
{
    return parse_rfc3339("2026-03-09T00:00:00Z").value() - japan + days{day} + hour + minute;
}

/// A PC that is on from 8 to 18 o'clock from Monday to Friday, as seen for so many weeks.
UsualHours office(int weeks)
{
    UsualHours learned;
    for (int week = 0; week < weeks; ++week)
    {
        for (int hour = 0; hour < UsualHours::hours_a_week; ++hour)
            learned.observed(hour, hour / 24 < 5 && hour % 24 >= 8 && hour % 24 < 18);
    }
    return learned;
}

BOOST_AUTO_TEST_SUITE(usual_hours)

BOOST_AUTO_TEST_CASE(the_hour_of_the_week_is_that_of_the_sites_clocks)
{
    BOOST_TEST(hour_of_week(at(0, 0h), japan) == 0);
    BOOST_TEST(hour_of_week(at(0, 0h) - 1ms, japan) == 167);
    BOOST_TEST(hour_of_week(at(0, 23h, 59min), japan) == 23);
    BOOST_TEST(hour_of_week(at(6, 23h, 59min), japan) == 167);
    BOOST_TEST(hour_of_week(at(0, 0h), 0min) == 159); // Sunday afternoon in Greenwich.
}

BOOST_AUTO_TEST_CASE(an_hour_says_nothing_before_two_weeks_are_known)
{
    UsualHours learned;
    BOOST_TEST(learned.is_usual(3));
    BOOST_TEST(learned.is_certain(3));
    learned.observed(3, false);
    BOOST_TEST(learned.weeks_known(3) == 1);
    BOOST_TEST(learned.is_usual(3));
    BOOST_TEST(learned.is_certain(3));
    learned.observed(3, false);
    BOOST_TEST(!learned.is_usual(3));
    BOOST_TEST(!learned.is_certain(3));
    BOOST_TEST(learned.is_usual(4));
}

BOOST_AUTO_TEST_CASE(every_other_week_is_usual_and_every_week_is_certain)
{
    UsualHours learned;
    for (const bool heard : {true, false, true, false})
        learned.observed(0, heard);
    BOOST_TEST(learned.weeks_heard(0) == 2);
    BOOST_TEST(learned.is_usual(0));
    BOOST_TEST(!learned.is_certain(0));
    learned.observed(0, false);
    BOOST_TEST(!learned.is_usual(0)); // Two of five.
}

BOOST_AUTO_TEST_CASE(only_the_last_seven_weeks_count)
{
    UsualHours learned;
    for (int week = 0; week < 7; ++week)
        learned.observed(5, false);
    BOOST_TEST(learned.weeks_known(5) == 7);
    for (int week = 1; week <= 7; ++week)
    {
        learned.observed(5, true);
        BOOST_TEST(learned.weeks_known(5) == 7);
        BOOST_TEST(learned.weeks_heard(5) == week);
    }
    BOOST_TEST(learned.is_certain(5));
    learned.observed(5, false);
    BOOST_TEST(learned.weeks_heard(5) == 6);
}

BOOST_AUTO_TEST_CASE(it_survives_its_text_and_other_texts_say_nothing)
{
    const UsualHours learned = office(3);
    BOOST_TEST((UsualHours::from_text(learned.to_text()) == learned));
    for (std::string text : {"", "00", "zz", "+1"})
    {
        text.resize(text.size() == 2 ? 336 : 0, '1');
        BOOST_TEST((UsualHours::from_text(text) == UsualHours{}));
    }
}

BOOST_AUTO_TEST_CASE(the_closed_days_of_two_years_are_those_of_the_law)
{
    // As the Cabinet Office lists them, without Sundays and without the turn of the year.
    const std::set<std::string> listed{
        "2026-01-12", "2026-02-11", "2026-02-23", "2026-03-20", "2026-04-29", "2026-05-04",
        "2026-05-05", "2026-05-06", "2026-07-20", "2026-08-11", "2026-09-21", "2026-09-22",
        "2026-09-23", "2026-10-12", "2026-11-03", "2026-11-23", "2027-01-11", "2027-02-11",
        "2027-02-23", "2027-03-22", "2027-04-29", "2027-05-03", "2027-05-04", "2027-05-05",
        "2027-07-19", "2027-08-11", "2027-09-20", "2027-09-23", "2027-10-11", "2027-11-03",
        "2027-11-23"};
    std::set<std::string> found;
    for (Date day = *parse_iso_date("2026-01-04"); day < *parse_iso_date("2027-12-29");
         day += days{1})
    {
        const std::string text = to_iso_date(day);
        const bool turn_of_year = text >= "2026-12-29" && text <= "2027-01-03";
        if (turn_of_year)
            BOOST_TEST(is_closed_day(day), text);
        else if (is_closed_day(day) && std::chrono::weekday{day} != std::chrono::Sunday)
            found.insert(text);
    }
    BOOST_TEST(found == listed, boost::test_tools::per_element());
    BOOST_TEST(!is_closed_day(*parse_iso_date("2027-12-28")));
    BOOST_TEST(is_closed_day(*parse_iso_date("2027-12-29")));
    BOOST_TEST(!is_closed_day(*parse_iso_date("2026-01-04")));
}

BOOST_AUTO_TEST_CASE(a_closed_day_is_a_sunday_where_the_clocks_are_japans)
{
    const Timestamp monday = parse_rfc3339("2026-11-23T00:00:00Z").value() - japan;
    BOOST_TEST(hour_of_week(monday + 9h, japan) == 6 * 24 + 9);
    BOOST_TEST(hour_of_week(monday + 24h - 1ms, japan) == 6 * 24 + 23);
    BOOST_TEST(hour_of_week(monday - 1ms, japan) == 6 * 24 + 23);
    BOOST_TEST(hour_of_week(monday + 24h, japan) == 24);
    BOOST_TEST(hour_of_week(monday + 9h, 8h) == 8);
    // Who left on Friday is missed on Tuesday.
    const Timestamp friday = monday - days{3} + 17h + 59min;
    BOOST_TEST((silent_from(office(2), friday, 10min, japan) == monday + days{1} + 9h));
    BOOST_TEST((silent_from(office(2), friday - days{7}, 10min, japan) == monday - days{7} + 9h));
}

struct Left
{
    const char* when;
    Timestamp heard;
    Timestamp silent;

    friend std::ostream& operator<<(std::ostream& out, const Left& left)
    {
        return out << left.when;
    }
};

BOOST_AUTO_TEST_CASE(silence_begins_when_a_usual_hour_is_missed)
{
    const Left all[] = {
        {"in the middle of its hours", at(1, 12h, 7min), at(1, 12h, 17min)},
        {"soon after its begin", at(1, 8h, 0min), at(1, 8h, 10min)},
        {"an hour before its end", at(1, 16h, 45min), at(1, 16h, 55min)},
        {"in its last hour", at(1, 17h, 40min), at(2, 9h)},
        {"at its end", at(1, 18h), at(2, 9h)},
        {"on Friday evening", at(4, 17h, 59min), at(7, 9h)},
        {"in the night of a Sunday", at(6, 3h), at(7, 9h)},
    };
    for (const Left& left : all)
    {
        const auto silent = silent_from(office(2), left.heard, 10min, japan);
        BOOST_TEST((silent == left.silent), left << ": " << to_rfc3339(silent));
        BOOST_TEST((silent_from(office(1), left.heard, 10min, japan) == left.heard + 10min), left);
        BOOST_TEST((silent_from(UsualHours{}, left.heard, 10min, japan) == left.heard + 10min));
    }
}

BOOST_AUTO_TEST_CASE(a_device_that_was_never_usual_has_no_excuse)
{
    UsualHours never;
    for (int hour = 0; hour < UsualHours::hours_a_week; ++hour)
    {
        never.observed(hour, false);
        never.observed(hour, false);
    }
    BOOST_TEST((silent_from(never, at(1, 12h), 10min, japan) == at(1, 12h, 10min)));
}

BOOST_AUTO_TEST_CASE(who_works_on_some_days_only_is_not_missed_while_all_of_them_are_closed)
{
    UsualHours some;
    for (int week = 0; week < 2; ++week)
    {
        for (int hour = 0; hour < UsualHours::hours_a_week; ++hour)
            some.observed(hour, hour / 24 >= 1 && hour / 24 < 4 && hour % 24 == 9);
    }
    // On Tuesdays, Wednesdays and Thursdays at nine; from 29 December to 3 January all is closed.
    const auto in_2026 = [](const char* day, hours hour) {
        return Timestamp{parse_iso_date(day).value()} + hour - japan;
    };
    BOOST_TEST((
        silent_from(some, in_2026("2026-12-24", 18h), 10min, japan) == in_2026("2027-01-05", 10h)));

    // On Wednesdays at nine only; 29 April and 6 May are closed ones.
    UsualHours wednesdays;
    for (int week = 0; week < 2; ++week)
    {
        for (int hour = 0; hour < UsualHours::hours_a_week; ++hour)
            wednesdays.observed(hour, hour == 2 * 24 + 9);
    }
    for (const char* heard : {"2026-04-23", "2026-04-29", "2026-05-06"})
    {
        const auto silent = silent_from(wednesdays, in_2026(heard, 9h), 10min, japan);
        BOOST_TEST((silent == in_2026("2026-05-13", 10h)), heard << ": " << to_rfc3339(silent));
    }
}

BOOST_AUTO_TEST_CASE(the_rule_waits_for_the_first_usual_hour)
{
    Case made;
    made.device.sender.last_seen_at = at(1, 17h, 40min);
    made.device.sender.usual_hours = office(2);
    made.device.sender.utc_offset = japan;
    made.at = at(2, 9h) - 1ms;
    BOOST_TEST(made.verdict(judge_device_silent) == "good");
    made.at = at(2, 9h);
    BOOST_TEST(made.verdict(judge_device_silent) == "bad warning");
    made.at = at(5, 17h, 40min) - 1ms; // Four days after it was heard.
    BOOST_TEST(made.verdict(judge_device_silent) == "bad warning");
    made.at = at(5, 17h, 40min);
    BOOST_TEST(made.verdict(judge_device_silent) == "bad action");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
