#include "collector/rules/closed_days.hpp"

#include <algorithm>

namespace mimamori::collector::rules {

namespace {

using std::chrono::days;
using std::chrono::Monday;
using std::chrono::Sunday;
using std::chrono::weekday;
using std::chrono::year_month_day;

struct DayOfYear
{
    unsigned month;
    unsigned day;
};

constexpr DayOfYear fixed[] = {
    {1, 1}, {2, 11}, {2, 23}, {4, 29}, {5, 3}, {5, 4}, {5, 5}, {8, 11}, {11, 3}, {11, 23},
};

/// Always a Monday.
struct MondayOfMonth
{
    unsigned month;
    unsigned which;
};

constexpr MondayOfMonth mondays[] = {{1, 2}, {7, 3}, {9, 3}, {10, 2}};

/// 暦要項 of the National Astronomical Observatory of Japan, announced in February of the year
/// before.
constexpr year_month_day equinoxes[] = {
    std::chrono::year{2026} / 3 / 20,
    std::chrono::year{2026} / 9 / 23,
    std::chrono::year{2027} / 3 / 21,
    std::chrono::year{2027} / 9 / 23,
};

/// Article 2: the holidays that have a name.
bool is_named(Date date)
{
    const year_month_day day{date};
    const auto month = static_cast<unsigned>(day.month());
    const auto in_month = static_cast<unsigned>(day.day());
    const auto same = [&](const DayOfYear& one) {
        return one.month == month && one.day == in_month;
    };
    const auto is_that_monday = [&](const MondayOfMonth& one) {
        return one.month == month && weekday{date} == Monday && (in_month - 1) / 7 + 1 == one.which;
    };
    return std::any_of(std::begin(fixed), std::end(fixed), same)
           || std::any_of(std::begin(mondays), std::end(mondays), is_that_monday)
           || std::find(std::begin(equinoxes), std::end(equinoxes), day) != std::end(equinoxes);
}

/// Article 3, 2: after one on a Sunday, the next day that has no name of its own.
bool is_substitute(Date date)
{
    if (is_named(date))
        return false;
    for (Date before = date - days{1}; is_named(before); before -= days{1})
    {
        if (weekday{before} == Sunday)
            return true;
    }
    return false;
}

} // namespace

bool is_closed_day(Date day)
{
    const year_month_day date{day};
    const auto month = static_cast<unsigned>(date.month());
    const auto in_month = static_cast<unsigned>(date.day());
    const bool turn_of_year = (month == 12 && in_month >= 29) || (month == 1 && in_month <= 3);
    // Article 3, 3: a day between two of them.
    const bool between = is_named(day - days{1}) && is_named(day + days{1});
    return turn_of_year || is_named(day) || is_substitute(day) || between;
}

bool is_closed_day(Timestamp at, std::chrono::minutes utc_offset)
{
    return utc_offset == japan_offset
           && is_closed_day(std::chrono::floor<std::chrono::days>(at + utc_offset));
}

} // namespace mimamori::collector::rules
