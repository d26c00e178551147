#include "common/base/time.hpp"

namespace mimamori {
namespace {

/// Reads exactly `width` digits from the front of `text`, or nothing.
std::optional<int> take_digits(std::string_view& text, std::size_t width)
{
    if (text.size() < width)
        return std::nullopt;
    int value = 0;
    for (const char c : text.substr(0, width))
    {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(width);
    return value;
}

/// Appends `number`, which is not negative, with leading zeros. Each report's receipt has a time,
/// so this is worth writing.
void append_digits(std::string& text, std::int64_t number, std::size_t width)
{
    text.append(width, '0');
    for (std::size_t at = text.size(); number > 0 && width > 0; --width, number /= 10)
        text[--at] = static_cast<char>('0' + number % 10);
}

bool take(std::string_view& text, char expected)
{
    if (text.empty() || text.front() != expected)
        return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Date> take_date(std::string_view& text)
{
    const auto year = take_digits(text, 4);
    if (!year || !take(text, '-'))
        return std::nullopt;
    const auto month = take_digits(text, 2);
    if (!month || !take(text, '-'))
        return std::nullopt;
    const auto day = take_digits(text, 2);
    if (!day)
        return std::nullopt;
    const std::chrono::year_month_day date{
        std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
        std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok())
        return std::nullopt;
    return Date{date};
}

/// Fraction digits beyond milliseconds are cut, not rounded.
std::optional<int> take_fraction_ms(std::string_view& text)
{
    if (!take(text, '.'))
        return 0;
    int ms = 0;
    int digits = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1))
        if (++digits <= 3)
            ms = ms * 10 + (text.front() - '0');
    if (digits == 0 || digits > 9)
        return std::nullopt;
    for (int missing = digits; missing < 3; ++missing)
        ms *= 10;
    return ms;
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text)
{
    if (take(text, 'Z') || take(text, 'z'))
        return std::chrono::minutes{0};
    const bool east = take(text, '+');
    if (!east && !take(text, '-'))
        return std::nullopt;
    const auto hours = take_digits(text, 2);
    if (!hours || !take(text, ':'))
        return std::nullopt;
    const auto minutes = take_digits(text, 2);
    if (!minutes || *hours > 23 || *minutes > 59)
        return std::nullopt;
    const std::chrono::minutes offset{*hours * 60 + *minutes};
    return east ? offset : -offset;
}

} // namespace

std::string to_rfc3339(Timestamp moment)
{
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::hh_mm_ss time{moment - day};
    std::string text = to_iso_date(day);
    text += 'T';
    append_digits(text, time.hours().count(), 2);
    text += ':';
    append_digits(text, time.minutes().count(), 2);
    text += ':';
    append_digits(text, time.seconds().count(), 2);
    text += '.';
    append_digits(text, time.subseconds().count(), 3);
    text += 'Z';
    return text;
}

std::optional<Timestamp> parse_rfc3339(std::string_view text)
{
    const auto day = take_date(text);
    if (!day || *day < Date{std::chrono::year{1601} / 1 / 1})
        return std::nullopt;
    if (!take(text, 'T') && !take(text, 't') && !take(text, ' '))
        return std::nullopt;
    const auto hours = take_digits(text, 2);
    if (!hours || !take(text, ':'))
        return std::nullopt;
    const auto minutes = take_digits(text, 2);
    if (!minutes || !take(text, ':'))
        return std::nullopt;
    const auto seconds = take_digits(text, 2);
    if (!seconds || *hours > 23 || *minutes > 59 || *seconds > 60)
        return std::nullopt;
    const auto ms = take_fraction_ms(text);
    if (!ms)
        return std::nullopt;
    const auto offset = take_offset(text);
    if (!offset || !text.empty())
        return std::nullopt;
    return Timestamp{*day} + std::chrono::hours{*hours} + std::chrono::minutes{*minutes}
           + std::chrono::seconds{*seconds} + std::chrono::milliseconds{*ms} - *offset;
}

std::string to_iso_date(Date day)
{
    const std::chrono::year_month_day date{day};
    const int year = static_cast<int>(date.year());
    std::string text;
    text.reserve(24); // A time is often put behind it.
    if (year >= 0 && year <= 9'999)
        append_digits(text, year, 4);
    else
        text = std::to_string(year);
    text += '-';
    append_digits(text, static_cast<unsigned>(date.month()), 2);
    text += '-';
    append_digits(text, static_cast<unsigned>(date.day()), 2);
    return text;
}

std::optional<Date> parse_iso_date(std::string_view text)
{
    const auto day = take_date(text);
    return text.empty() ? day : std::nullopt;
}

} // namespace mimamori
