#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <boost/describe/class.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::notify {

/// Hours that return each week, on the wall clocks of the site: "mon" to "fri", from "18:00" to
/// "08:30". When they end before they begin, they end on the next day; equal times are a whole day.
struct WeekHours
{
    std::vector<std::string> days; ///< "mon", "tue", "wed", "thu", "fri", "sat", "sun"; empty: all.
    std::string from{"00:00"};
    std::string to{"00:00"};

    friend bool operator==(const WeekHours&, const WeekHours&) = default;
};
BOOST_DESCRIBE_STRUCT(WeekHours, (), (days, from, to))

/// Errors: invalid_input for a day or a time that does not exist.
Result<void> check(const WeekHours& hours);

/// When the hours that `now` lies in end; nothing outside of them. What follows without a gap is
/// not looked at. `hours` were checked.
std::optional<Timestamp> end_of_hours(
    const WeekHours& hours, Timestamp now, std::chrono::minutes utc_offset);

/// When the hours begin next, later than `after`.
Timestamp next_begin(const WeekHours& hours, Timestamp after, std::chrono::minutes utc_offset);

/// When they began last, at `now` or before.
Timestamp last_begin(const WeekHours& hours, Timestamp now, std::chrono::minutes utc_offset);

/// The same, but of the first time in each month: the one in the month of `now`, or in the month
/// before when it is still to come.
Timestamp last_begin_of_month(
    const WeekHours& hours, Timestamp now, std::chrono::minutes utc_offset);

} // namespace mimamori::collector::notify
