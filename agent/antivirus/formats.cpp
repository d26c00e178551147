#include "agent/antivirus/formats.hpp"

#include "common/base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

namespace mimamori::agent::antivirus {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int first_year = 1990;
constexpr int last_year = 2100;

bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (is_space(text.front()) || text.front() == '"'))
        text.remove_prefix(1);
    while (!text.empty() && (is_space(text.back()) || text.back() == '"'))
        text.remove_suffix(1);
    return text;
}

Error not_a(std::string_view what)
{
    return {Errc::invalid_input, "the value is not " + std::string{what}};
}

std::optional<std::uint64_t> number_of(std::string_view digits)
{
    std::uint64_t value = 0;
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || failure != std::errc{} || end != digits.data() + digits.size())
        return std::nullopt;
    return value;
}

std::string_view leading_digits(std::string_view text)
{
    return text.substr(
        0, static_cast<std::size_t>(
               std::find_if_not(text.begin(), text.end(), is_ascii_digit) - text.begin()));
}

struct Civil
{
    int year{0};
    unsigned month{0};
    unsigned day{0};
    unsigned hour{0};
    unsigned minute{0};
    unsigned second{0};
};

Result<Timestamp> moment_of(const Civil& civil)
{
    const std::chrono::year_month_day day{
        std::chrono::year{civil.year}, std::chrono::month{civil.month},
        std::chrono::day{civil.day}};
    // 60 is a leap second.
    if (!day.ok() || civil.hour > 23 || civil.minute > 59 || civil.second > 60)
        return not_a("a date that exists");
    if (civil.year < first_year || civil.year > last_year)
        return not_a("a date between 1990 and 2100");
    return Timestamp{
        Date{day} + std::chrono::hours{civil.hour} + std::chrono::minutes{civil.minute}
        + seconds{civil.second}};
}

Result<Timestamp> from_unix(std::uint64_t since_1970_s)
{
    constexpr std::uint64_t never = 0xFFFFFFFF;
    if (since_1970_s == 0 || since_1970_s == never)
        return Error{Errc::not_found, "the value means never"};
    // Far above any year we take, and far below an overflow.
    constexpr std::uint64_t seconds_max = 100'000'000'000;
    if (since_1970_s > seconds_max)
        return not_a("a date between 1990 and 2100");
    const Timestamp at{seconds{static_cast<std::int64_t>(since_1970_s)}};
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(at)};
    if (int{day.year()} < first_year || int{day.year()} > last_year)
        return not_a("a date between 1990 and 2100");
    return at;
}

Result<Timestamp> from_filetime(std::string_view raw)
{
    std::uint64_t ticks = 0;
    constexpr std::size_t binary_bytes = 8;
    const auto text = trimmed(raw);
    if (const auto number = number_of(text))
    {
        ticks = *number;
    }
    else if (raw.size() == binary_bytes)
    {
        for (std::size_t i = binary_bytes; i > 0; --i)
            ticks = ticks << 8U | static_cast<std::uint8_t>(raw[i - 1]);
    }
    else
    {
        return not_a("a FILETIME");
    }
    constexpr std::uint64_t ticks_per_s = 10'000'000;
    constexpr std::uint64_t from_1601_to_1970_s = 11'644'473'600;
    const std::uint64_t since_1601_s = ticks / ticks_per_s;
    if (ticks == 0)
        return Error{Errc::not_found, "the value means never"};
    if (since_1601_s <= from_1601_to_1970_s)
        return not_a("a date between 1990 and 2100");
    return from_unix(since_1601_s - from_1601_to_1970_s);
}

Result<Timestamp> from_symantec(std::string_view raw)
{
    if (raw.size() < 3)
        return not_a("a Symantec date");
    const auto byte = [&](std::size_t i) {
        return static_cast<unsigned>(static_cast<std::uint8_t>(raw[i]));
    };
    return moment_of({static_cast<int>(1970 + byte(0)), byte(1) + 1, byte(2)});
}

/// Takes the digits of the leading run that holds only digits and separators of dates.
std::string leading_date_digits(std::string_view text, std::size_t digits_max)
{
    constexpr std::string_view separators = "-/.: T,";
    std::string digits;
    for (const char c : text)
    {
        if (is_ascii_digit(c))
            digits += c;
        else if (separators.find(c) == std::string_view::npos)
            break;
        if (digits.size() == digits_max)
            break;
    }
    return digits;
}

unsigned two(std::string_view digits, std::size_t at)
{
    return static_cast<unsigned>(digits[at] - '0') * 10
           + static_cast<unsigned>(digits[at + 1] - '0');
}

Result<Timestamp> from_ymd(std::string_view text, std::size_t digits_needed)
{
    const std::string digits = leading_date_digits(text, digits_needed);
    if (digits == "0")
        return Error{Errc::not_found, "the value means not used"};
    if (digits.size() < digits_needed)
        return not_a("a date in the expected form");
    Civil civil{
        static_cast<int>(two(digits, 0) * 100 + two(digits, 2)), two(digits, 4), two(digits, 6)};
    if (digits_needed >= 10)
        civil.hour = two(digits, 8);
    if (digits_needed >= 12)
        civil.minute = two(digits, 10);
    if (digits_needed >= 14)
        civil.second = two(digits, 12);
    return moment_of(civil);
}

Result<Timestamp> from_dmyhms(std::string_view text)
{
    constexpr std::size_t digits_needed = 14;
    const std::string digits = leading_date_digits(text, digits_needed);
    if (digits.size() < digits_needed)
        return not_a("a date in the expected form");
    return moment_of(
        {static_cast<int>(two(digits, 4) * 100 + two(digits, 6)), two(digits, 2), two(digits, 0),
         two(digits, 8), two(digits, 10), two(digits, 12)});
}

Result<Timestamp> from_yymmddhh(std::string_view text)
{
    constexpr std::size_t digits_needed = 8;
    text.remove_prefix(static_cast<std::size_t>(
        std::find_if(text.begin(), text.end(), is_ascii_digit) - text.begin()));
    const std::string_view digits = leading_digits(text);
    if (digits.size() != digits_needed)
        return not_a("a date in the expected form");
    return moment_of(
        {static_cast<int>(2000 + two(digits, 0)), two(digits, 2), two(digits, 4), two(digits, 6)});
}

/// "Sun Nov 22 05:10:37 2026": what asctime(3) writes, day of the month padded with a space.
Result<Timestamp> from_asctime(std::string_view text)
{
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    constexpr std::size_t length = 24;
    const Error refused = not_a("a date in the expected form");
    if (text.size() < length)
        return refused;
    const auto month = std::find(months.begin(), months.end(), text.substr(4, 3));
    const bool shape = is_ascii_letter(text[0]) && is_ascii_letter(text[1])
                       && is_ascii_letter(text[2]) && text[3] == ' ' && text[7] == ' '
                       && text[10] == ' ' && text[13] == ':' && text[16] == ':' && text[19] == ' ';
    if (!shape || month == months.end())
        return refused;
    const auto day = number_of(trimmed(text.substr(8, 2)));
    const auto hour = number_of(text.substr(11, 2));
    const auto minute = number_of(text.substr(14, 2));
    const auto second = number_of(text.substr(17, 2));
    const auto year = number_of(text.substr(20, 4));
    if (!day || !hour || !minute || !second || !year)
        return refused;
    return moment_of(
        {static_cast<int>(*year), static_cast<unsigned>(month - months.begin()) + 1,
         static_cast<unsigned>(*day), static_cast<unsigned>(*hour), static_cast<unsigned>(*minute),
         static_cast<unsigned>(*second)});
}

Result<Timestamp> from_days_left(std::string_view text, Timestamp now)
{
    constexpr std::uint64_t days_max = 36'500;
    const auto days = number_of(trimmed(text));
    if (!days || *days > days_max)
        return not_a("a number of days");
    return Timestamp{
        std::chrono::floor<std::chrono::days>(now)
        + std::chrono::days{static_cast<std::int64_t>(*days)}};
}

bool is_version_character(char c)
{
    constexpr std::string_view marks = ".+~:_-";
    return is_ascii_digit(c) || is_ascii_letter(c) || marks.find(c) != std::string_view::npos;
}

Result<std::string> checked_version(std::string_view text)
{
    if (text.empty() || !is_ascii_digit(text.front()))
        return not_a("a version");
    const auto end = static_cast<std::size_t>(
        std::find_if_not(text.begin(), text.end(), is_version_character) - text.begin());
    if (end > version_bytes_max)
        return not_a("a version");
    return std::string{text.substr(0, end)};
}

Result<std::string> trend_pattern(std::string_view text)
{
    const auto packed = number_of(text);
    if (!packed || *packed > 0xFFFFFFFF)
        return not_a("a packed pattern number");
    return fmt::format("{}.{:03}.{:02}", *packed / 100'000, *packed % 100'000 / 100, *packed % 100);
}

} // namespace

Result<std::string> parse_version(Format format, std::string_view raw)
{
    std::string_view text = trimmed(raw);
    if (text.empty() || text == "0")
        return Error{Errc::not_found, "the value means not used"};
    switch (format)
    {
    case Format::version:
        return checked_version(text);
    case Format::upstream_version:
    {
        const auto epoch = text.find(':');
        if (epoch != std::string_view::npos)
            text.remove_prefix(epoch + 1);
        return checked_version(text.substr(0, text.find_first_of("+~-")));
    }
    case Format::trend_pattern:
        return trend_pattern(text);
    default:
        return Error{Errc::unsupported, "the format is none of a version"};
    }
}

Result<Moment> parse_moment(Format format, std::string_view raw, Timestamp now)
{
    const std::string_view text = trimmed(raw);
    const bool binary = format == Format::filetime || format == Format::symantec_bytes;
    if (raw.empty() || (!binary && text.empty()))
        return Error{Errc::not_found, "the value is empty"};
    Result<Timestamp> at = Error{Errc::unsupported, "the format is none of a date"};
    // clang-format off
    switch (format)
    {
    case Format::ymd:            at = from_ymd(text, 8); break;
    case Format::ymdh:           at = from_ymd(text, 10); break;
    case Format::ymdhm:          at = from_ymd(text, 12); break;
    case Format::ymdhms:         at = from_ymd(text, 14); break;
    case Format::yymmddhh:       at = from_yymmddhh(text); break;
    case Format::dmyhms:         at = from_dmyhms(text); break;
    case Format::filetime:       at = from_filetime(raw); break;
    case Format::symantec_bytes: at = from_symantec(raw); break;
    case Format::asctime_local:  at = from_asctime(text); break;
    case Format::days_left:      at = from_days_left(text, now); break;
    case Format::unix_s:
        if (const auto number = number_of(leading_digits(text)))
            at = from_unix(*number);
        else
            at = not_a("a number of seconds");
        break;
    default:
        break;
    }
    // clang-format on
    if (!at)
        return at.error();
    return Moment{*at, format == Format::asctime_local};
}

Result<bool> parse_state(const Source& source, std::string_view raw)
{
    std::string text{trimmed(raw)};
    if (source.mask != 0)
    {
        const auto number = number_of(text);
        if (!number)
            return not_a("a number");
        text = std::to_string(*number & source.mask);
    }
    const auto same = [&](const std::string& word) { return equal_ignoring_case(word, text); };
    if (std::any_of(source.on.begin(), source.on.end(), same))
        return true;
    if (std::any_of(source.off.begin(), source.off.end(), same))
        return false;
    if (source.on.empty() != source.off.empty())
        return source.on.empty();
    return not_a("one of the known states");
}

bool is_lower_version(std::string_view a, std::string_view b)
{
    while (!a.empty() && !b.empty())
    {
        std::string_view x = leading_digits(a);
        std::string_view y = leading_digits(b);
        if (!x.empty() && !y.empty())
        {
            a.remove_prefix(x.size());
            b.remove_prefix(y.size());
            x.remove_prefix(std::min(x.find_first_not_of('0'), x.size()));
            y.remove_prefix(std::min(y.find_first_not_of('0'), y.size()));
            if (x.size() != y.size())
                return x.size() < y.size();
            if (x != y)
                return x < y;
            continue;
        }
        if (a.front() != b.front())
            return a.front() < b.front();
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    return a.size() < b.size();
}

} // namespace mimamori::agent::antivirus
