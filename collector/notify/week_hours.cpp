#include "collector/notify/week_hours.hpp"

#include "common/base/utf8.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace mimamori::collector::notify {

namespace {

using std::chrono::days;
using std::chrono::minutes;

/// In the order of std::chrono::weekday::c_encoding.
constexpr std::array<std::string_view, 7> day_names{"sun", "mon", "tue", "wed",
                                                    "thu", "fri", "sat"};

std::optional<minutes> time_of_day(std::string_view text)
{
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
        return {};
    const int hour = (text[0] - '0') * 10 + (text[1] - '0');
    const int minute = (text[3] - '0') * 10 + (text[4] - '0');
    if (hour > 23 || minute > 59)
        return {};
    return minutes{hour * 60 + minute};
}

bool is_on(const WeekHours& hours, Date day)
{
    const std::string_view name = day_names[std::chrono::weekday{day}.c_encoding()];
    return hours.days.empty()
           || std::find(hours.days.begin(), hours.days.end(), name) != hours.days.end();
}

struct Span
{
    Timestamp begin;
    Timestamp end;
};

/// The hours that begin on a day of the wall clock, if they do.
std::optional<Span> hours_of_day(const WeekHours& hours, Date day, minutes utc_offset)
{
    if (!is_on(hours, day))
        return {};
    const minutes from = time_of_day(hours.from).value_or(minutes{0});
    minutes to = time_of_day(hours.to).value_or(minutes{0});
    if (to <= from)
        to += days{1};
    return Span{Timestamp{day} + from - utc_offset, Timestamp{day} + to - utc_offset};
}

Date wall_day(Timestamp moment, minutes utc_offset)
{
    return std::chrono::floor<days>(moment + utc_offset);
}

} // namespace

Result<void> check(const WeekHours& hours)
{
    for (const std::string& day : hours.days)
    {
        if (std::find(day_names.begin(), day_names.end(), day) == day_names.end())
            return Error{
                Errc::invalid_input, "days: \"mon\" to \"sun\", not \"" + for_log(day) + '"'};
    }
    if (!time_of_day(hours.from))
        return Error{Errc::invalid_input, "from: a time such as \"08:30\""};
    if (!time_of_day(hours.to))
        return Error{Errc::invalid_input, "to: a time such as \"17:15\""};
    return {};
}

std::optional<Timestamp> end_of_hours(const WeekHours& hours, Timestamp now, minutes utc_offset)
{
    const Date today = wall_day(now, utc_offset);
    std::optional<Timestamp> end;
    for (const Date day : {today - days{1}, today})
    {
        const auto span = hours_of_day(hours, day, utc_offset);
        if (span && span->begin <= now && now < span->end)
            end = end ? std::max(*end, span->end) : span->end;
    }
    return end;
}

Timestamp next_begin(const WeekHours& hours, Timestamp after, minutes utc_offset)
{
    const Date today = wall_day(after, utc_offset);
    for (int ahead = 0; ahead <= 7; ++ahead)
    {
        const auto span = hours_of_day(hours, today + days{ahead}, utc_offset);
        if (span && span->begin > after)
            return span->begin;
    }
    return after + days{7}; // Hours that were checked begin within a week.
}

Timestamp last_begin(const WeekHours& hours, Timestamp now, minutes utc_offset)
{
    const Date today = wall_day(now, utc_offset);
    for (int back = 0; back <= 7; ++back)
    {
        const auto span = hours_of_day(hours, today - days{back}, utc_offset);
        if (span && span->begin <= now)
            return span->begin;
    }
    return now - days{7};
}

Timestamp last_begin_of_month(const WeekHours& hours, Timestamp now, minutes utc_offset)
{
    const std::chrono::year_month_day today{wall_day(now, utc_offset)};
    auto month = today.year() / today.month();
    for (int back = 0; back <= 1; ++back, month -= std::chrono::months{1})
    {
        const Date first = std::chrono::sys_days{month / std::chrono::day{1}};
        // A week holds each day that the hours can name.
        for (int day = 0; day < 7; ++day)
        {
            const auto span = hours_of_day(hours, first + days{day}, utc_offset);
            if (!span)
                continue;
            if (span->begin <= now)
                return span->begin;
            break;
        }
    }
    return now - days{62};
}

} // namespace mimamori::collector::notify
