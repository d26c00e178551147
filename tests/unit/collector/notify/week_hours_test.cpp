#include "collector/notify/week_hours.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::collector::notify {
namespace {

using namespace std::chrono_literals;

Timestamp at(const char* text)
{
    return parse_rfc3339(text).value();
}

const WeekHours nights{{"mon", "fri"}, "18:00", "08:30"};
const WeekHours days{{}, "08:30", "17:15"};
const WeekHours sundays{{"sun"}, "00:00", "00:00"};

struct HoursCase
{
    const char* name;
    WeekHours hours;
    const char* now; ///< On the wall clock.
    const char* end; ///< Empty: outside.

    friend std::ostream& operator<<(std::ostream& out, const HoursCase& c) { return out << c.name; }
};

// 2026-11-23 is a Monday.
const HoursCase cases[] = {
    {"just before they begin", nights, "2026-11-23T17:59:59.999+09:00", ""},
    {"when they begin", nights, "2026-11-23T18:00:00+09:00", "2026-11-24T08:30:00+09:00"},
    {"after midnight", nights, "2026-11-24T00:00:00+09:00", "2026-11-24T08:30:00+09:00"},
    {"just before they end", nights, "2026-11-24T08:29:59.999+09:00", "2026-11-24T08:30:00+09:00"},
    {"when they end", nights, "2026-11-24T08:30:00+09:00", ""},
    {"on the evening of another day", nights, "2026-11-24T20:00:00+09:00", ""},
    {"on Saturday morning after Friday", nights, "2026-11-28T03:00:00+09:00",
     "2026-11-28T08:30:00+09:00"},
    {"within a day", days, "2026-11-25T12:00:00+09:00", "2026-11-25T17:15:00+09:00"},
    {"before the day", days, "2026-11-25T08:29:59+09:00", ""},
    {"a whole day begins", sundays, "2026-11-29T00:00:00+09:00", "2026-11-30T00:00:00+09:00"},
    {"a whole day is over", sundays, "2026-11-30T00:00:00+09:00", ""},
};

BOOST_AUTO_TEST_SUITE(week_hours)

BOOST_DATA_TEST_CASE(
    hours_last_from_their_begin_to_their_end, boost::unit_test::data::make(cases), c)
{
    const auto end = end_of_hours(c.hours, at(c.now), 9h);
    if (*c.end == '\0')
        BOOST_TEST(!end.has_value());
    else
    {
        BOOST_TEST_REQUIRE(end.has_value());
        BOOST_TEST((*end == at(c.end)), to_rfc3339(*end));
    }
}

BOOST_AUTO_TEST_CASE(the_next_begin_is_later_and_the_last_is_not)
{
    const Timestamp begin = at("2026-11-23T18:00:00+09:00");
    BOOST_TEST((next_begin(nights, begin - 1ms, 9h) == begin));
    BOOST_TEST((next_begin(nights, begin, 9h) == at("2026-11-27T18:00:00+09:00")));
    BOOST_TEST((last_begin(nights, begin, 9h) == begin));
    BOOST_TEST((last_begin(nights, begin - 1ms, 9h) == at("2026-11-20T18:00:00+09:00")));
    // Once a week, on the same day.
    const Timestamp sunday = at("2026-11-29T00:00:00+09:00");
    BOOST_TEST((next_begin(sundays, sunday, 9h) == sunday + 7 * 24h));
    BOOST_TEST((last_begin(sundays, sunday - 1ms, 9h) == sunday - 7 * 24h));
}

BOOST_AUTO_TEST_CASE(the_first_time_of_a_month_is_the_first_named_day_in_it)
{
    const WeekHours mondays{{"mon"}, "08:00", "00:00"};
    const Timestamp november = at("2026-11-02T08:00:00+09:00");
    const Timestamp december = at("2026-12-07T08:00:00+09:00");
    BOOST_TEST((last_begin_of_month(mondays, november, 9h) == november));
    BOOST_TEST((last_begin_of_month(mondays, at("2026-11-30T09:00:00+09:00"), 9h) == november));
    BOOST_TEST((last_begin_of_month(mondays, december - 1ms, 9h) == november));
    BOOST_TEST((last_begin_of_month(mondays, december, 9h) == december));
    const WeekHours daily{{}, "00:00", "00:00"};
    const Timestamp january = at("2027-01-01T00:00:00+09:00");
    BOOST_TEST((last_begin_of_month(daily, january, 9h) == january));
    BOOST_TEST((last_begin_of_month(daily, january - 1ms, 9h) == at("2026-12-01T00:00:00+09:00")));
}

BOOST_AUTO_TEST_CASE(what_is_no_day_or_time_is_refused)
{
    BOOST_TEST(check(nights).has_value());
    for (const WeekHours& wrong :
         {WeekHours{{"Mon"}, "08:00", "09:00"}, WeekHours{{"holiday"}, "08:00", "09:00"},
          WeekHours{{}, "24:00", "09:00"}, WeekHours{{}, "08:60", "09:00"},
          WeekHours{{}, "8:00", "09:00"}, WeekHours{{}, "08:00", ""},
          WeekHours{{}, "08:00", "09-00"}, WeekHours{{}, "-1:00", "09:00"}})
        BOOST_TEST(check(wrong).has_error());
    BOOST_TEST(check(WeekHours{{}, "23:59", "00:00"}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::notify
