#include "collector/rules/usual_hours.hpp"

#include "collector/rules/closed_days.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>

namespace mimamori::collector::rules {

namespace {

using std::chrono::hours;

constexpr std::size_t digits_an_hour = 2;

/// A day of the week may be closed two weeks running, as 29 April and 6 May 2026; never three.
constexpr int looked_ahead = 3 * UsualHours::hours_a_week;

} // namespace

UsualHours UsualHours::from_text(std::string_view text)
{
    UsualHours read;
    if (text.size() != hours_a_week * digits_an_hour)
        return read;
    for (std::size_t hour = 0; hour < hours_a_week; ++hour)
    {
        const char* begin = text.data() + hour * digits_an_hour;
        const auto [end, failed] =
            std::from_chars(begin, begin + digits_an_hour, read.weeks_[hour], 16);
        if (failed != std::errc{} || end != begin + digits_an_hour || read.weeks_[hour] == 0)
            return {};
    }
    return read;
}

std::string UsualHours::to_text() const
{
    std::string text;
    text.reserve(hours_a_week * digits_an_hour);
    for (const std::uint8_t weeks : weeks_)
        fmt::format_to(std::back_inserter(text), "{:02x}", weeks);
    return text;
}

void UsualHours::observed(int hour, bool heard)
{
    std::uint8_t& weeks = weeks_[static_cast<std::size_t>(hour)];
    unsigned value = weeks;
    if (weeks_known(hour) == weeks_most)
        value = (value & 0x3fU) | 0x40U; // The oldest goes, the end stays where it is.
    weeks = static_cast<std::uint8_t>(value << 1U | (heard ? 1U : 0U));
}

int UsualHours::weeks_known(int hour) const
{
    return std::bit_width(weeks_[static_cast<std::size_t>(hour)]) - 1;
}

int UsualHours::weeks_heard(int hour) const
{
    return std::popcount(weeks_[static_cast<std::size_t>(hour)]) - 1;
}

bool UsualHours::is_usual(int hour) const
{
    return weeks_known(hour) < weeks_least || weeks_heard(hour) * 2 >= weeks_known(hour);
}

bool UsualHours::is_certain(int hour) const
{
    return weeks_known(hour) < weeks_least || weeks_heard(hour) == weeks_known(hour);
}

int hour_of_week(Timestamp at, std::chrono::minutes utc_offset)
{
    const auto local = at + utc_offset;
    const auto day = std::chrono::floor<std::chrono::days>(local);
    // Whose people stay at home on a Monday as on a Sunday is not missed on it either.
    const std::chrono::weekday weekday = is_closed_day(at, utc_offset)
                                             ? std::chrono::Sunday
                                             : std::chrono::weekday{std::chrono::sys_days{day}};
    const auto hour = std::chrono::floor<hours>(local - day).count();
    return static_cast<int>(weekday.iso_encoding() - 1) * 24 + static_cast<int>(hour);
}

Timestamp silent_from(
    const UsualHours& hours_heard,
    Timestamp heard_at,
    std::chrono::milliseconds limit,
    std::chrono::minutes utc_offset)
{
    const Timestamp at_once = heard_at + limit;
    const auto certain = [&](Timestamp at) {
        return hours_heard.is_certain(hour_of_week(at, utc_offset));
    };
    if (certain(heard_at) && certain(at_once) && certain(at_once + hours{1}))
        return at_once;
    const Timestamp first =
        Timestamp{std::chrono::ceil<hours>((heard_at + utc_offset).time_since_epoch())}
        - utc_offset;
    for (int later = 0; later < looked_ahead; ++later)
    {
        const Timestamp begin = first + hours{later};
        if (hours_heard.is_usual(hour_of_week(begin, utc_offset)))
            return std::max(at_once, begin + hours{1});
    }
    return at_once; // Never usual: then it has no hours that could excuse it.
}

} // namespace mimamori::collector::rules
