#include "agent/windows/moments.hpp"

#include "common/base/ascii.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::agent::windows {
namespace {

constexpr int first_year = 1990;
constexpr int last_year = 2100;

Error refused(std::string_view why)
{
    return {Errc::invalid_input, std::string{why}};
}

Result<Date> day_of(int year, unsigned month, unsigned day)
{
    if (year < first_year || year > last_year)
        return refused("the year is not between 1990 and 2100");
    const std::chrono::year_month_day date{
        std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
    if (!date.ok())
        return refused("there is no such day");
    return Date{date};
}

struct TimeOfDay
{
    unsigned hour{0};
    unsigned minute{0};
    unsigned second{0};
};

Result<Timestamp> moment_of(const Result<Date>& day, const TimeOfDay& time)
{
    if (!day)
        return day.error();
    if (time.hour > 23 || time.minute > 59 || time.second > 60)
        return refused("there is no such time of day");
    return Timestamp{
        *day + std::chrono::hours{time.hour} + std::chrono::minutes{time.minute}
        + std::chrono::seconds{time.second}};
}

/// The number that the `size` characters at `at` write; nothing unless all are digits.
std::optional<unsigned> digits_at(std::string_view text, std::size_t at, std::size_t size)
{
    if (at + size > text.size())
        return std::nullopt;
    unsigned number = 0;
    for (const char c : text.substr(at, size))
    {
        if (!is_ascii_digit(c))
            return std::nullopt;
        number = number * 10 + static_cast<unsigned>(c - '0');
    }
    return number;
}

/// A piece of a written date: a number, or the text between two numbers.
struct Piece
{
    std::string text;
    std::optional<unsigned> number;
    std::size_t digits{0};
};

/// Full-width digits, letters and separators as ASCII; ideographic spaces as blanks.
std::string narrowed(std::string_view text)
{
    std::string narrow;
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        const auto byte = [&](std::size_t at) {
            return at < text.size() ? static_cast<std::uint8_t>(text[at]) : std::uint8_t{0};
        };
        // U+FF01…U+FF5E are EF BC 81…EF BD 9E: the ASCII characters 0x21…0x7E in their order.
        const bool first_half = byte(i) == 0xEF && byte(i + 1) == 0xBC && byte(i + 2) >= 0x81;
        const bool second_half =
            byte(i) == 0xEF && byte(i + 1) == 0xBD && byte(i + 2) >= 0x80 && byte(i + 2) <= 0x9E;
        if (first_half && byte(i + 2) <= 0xBF)
            narrow += static_cast<char>(0x21 + byte(i + 2) - 0x81);
        else if (second_half)
            narrow += static_cast<char>(0x60 + byte(i + 2) - 0x80);
        else if (byte(i) == 0xE3 && byte(i + 1) == 0x80 && byte(i + 2) == 0x80)
            narrow += ' ';
        else
        {
            narrow += text[i];
            continue;
        }
        i += 2;
    }
    return narrow;
}

std::vector<Piece> pieces_of(std::string_view text)
{
    constexpr std::size_t pieces_max = 16;
    constexpr std::size_t digits_max = 9;
    std::vector<Piece> pieces;
    while (!text.empty() && pieces.size() < pieces_max)
    {
        const bool digits = is_ascii_digit(text.front());
        const auto end = std::find_if(
            text.begin(), text.end(), [&](char c) { return is_ascii_digit(c) != digits; });
        Piece piece;
        piece.text.assign(text.begin(), end);
        text.remove_prefix(piece.text.size());
        if (digits && piece.text.size() <= digits_max)
            piece.number = digits_at(piece.text, 0, piece.text.size());
        piece.digits = digits ? piece.text.size() : 0;
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

struct Era
{
    std::string_view name;
    char letter;
    int year_zero;
};

// The year 1 of Reiwa is 2019, of Heisei 1989, of Showa 1926.
constexpr std::array<Era, 3> eras{{
    {"令和", 'r', 2018},
    {"平成", 'h', 1988},
    {"昭和", 's', 1925},
}};

/// The era that the text before the first number names; nothing: none.
const Era* era_of(std::string_view text)
{
    for (const Era& era : eras)
    {
        if (text.find(era.name) != std::string_view::npos)
            return &era;
        std::string letters;
        for (const char c : text)
        {
            if (is_ascii_letter(c))
                letters += ascii_lower(c);
        }
        if (letters.size() == 1 && letters.front() == era.letter)
            return &era;
    }
    return nullptr;
}

/// "元年" writes the first year of an era without a digit.
std::string with_first_year(std::string text)
{
    constexpr std::string_view first = "元年";
    if (const auto at = text.find(first); at != std::string::npos)
        text.replace(at, first.size(), "1年");
    return text;
}

bool is_date_separator(std::string_view text)
{
    constexpr std::array<std::string_view, 6> separators{"/", "-", ".", "年", "月", "日"};
    std::string bare;
    std::copy_if(
        text.begin(), text.end(), std::back_inserter(bare), [](char c) { return c != ' '; });
    return std::find(separators.begin(), separators.end(), bare) != separators.end();
}

Result<Date> day_with_year_last(unsigned first, unsigned second, unsigned year)
{
    const auto month_first = day_of(static_cast<int>(year), first, second);
    const auto day_first = day_of(static_cast<int>(year), second, first);
    if (month_first && day_first && *month_first != *day_first)
        return refused("day and month cannot be told apart");
    return month_first ? month_first : day_first;
}

Result<Date> day_of_numbers(const std::vector<Piece>& pieces, std::size_t at, const Era* era)
{
    const auto number = [&](std::size_t i) -> std::optional<unsigned> {
        return at + i < pieces.size() ? pieces[at + i].number : std::nullopt;
    };
    const auto separated = [&](std::size_t i) {
        return at + i < pieces.size() && is_date_separator(pieces[at + i].text);
    };
    if (!number(0))
        return refused("the text is not a date");
    if (!era && pieces[at].digits == 8)
        return day_of(
            static_cast<int>(*number(0) / 10'000), *number(0) / 100 % 100, *number(0) % 100);
    if (!separated(1) || !number(2) || !separated(3) || !number(4))
        return refused("the text is not a date");
    if (era != nullptr)
        return day_of(era->year_zero + static_cast<int>(*number(0)), *number(2), *number(4));
    if (pieces[at].digits == 4)
        return day_of(static_cast<int>(*number(0)), *number(2), *number(4));
    if (pieces[at + 4].digits == 4)
        return day_with_year_last(*number(0), *number(2), *number(4));
    return refused("the year has no four digits");
}

} // namespace

Result<Timestamp> moment_of_filetime(std::uint64_t ticks)
{
    constexpr std::uint64_t ticks_per_ms = 10'000;
    constexpr std::int64_t from_1601_to_1970_ms = 11'644'473'600'000;
    constexpr std::uint64_t never = 0x7FFF'FFFF'FFFF'FFFF;
    if (ticks == 0 || ticks == never || ticks == std::numeric_limits<std::uint64_t>::max())
        return Error{Errc::not_found, "it means never"};
    const auto at = from_ms(static_cast<std::int64_t>(ticks / ticks_per_ms) - from_1601_to_1970_ms);
    const auto days = std::chrono::floor<std::chrono::days>(at);
    // Far outside, the calendar of the library would overflow.
    const bool plausible = days >= Date{std::chrono::year{first_year} / 1 / 1}
                           && days <= Date{std::chrono::year{last_year} / 12 / 31};
    if (!plausible)
        return refused("the year is not between 1990 and 2100");
    return at;
}

Result<Timestamp> moment_of_filetime_bytes(std::string_view bytes)
{
    constexpr std::size_t size = 8;
    if (bytes.size() != size)
        return refused("a FILETIME has 8 bytes, this has " + std::to_string(bytes.size()));
    std::uint64_t ticks = 0;
    for (std::size_t i = size; i > 0; --i)
        ticks = ticks << 8U | static_cast<std::uint8_t>(bytes[i - 1]);
    return moment_of_filetime(ticks);
}

Result<Timestamp> moment_of_systemtime_bytes(std::string_view bytes)
{
    constexpr std::size_t size = 16;
    if (bytes.size() != size)
        return refused("a SYSTEMTIME has 16 bytes, this has " + std::to_string(bytes.size()));
    const auto word = [&](std::size_t i) {
        return static_cast<unsigned>(static_cast<std::uint8_t>(bytes[2 * i]))
               | static_cast<unsigned>(static_cast<std::uint8_t>(bytes[2 * i + 1])) << 8U;
    };
    if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; }))
        return Error{Errc::not_found, "it means never"};
    return moment_of(
        day_of(static_cast<int>(word(0)), word(1), word(3)), {word(4), word(5), word(6)});
}

Result<Timestamp> moment_of_cim(std::string_view text)
{
    const auto year = digits_at(text, 0, 4);
    const auto month = digits_at(text, 4, 2);
    const auto day = digits_at(text, 6, 2);
    const auto hour = digits_at(text, 8, 2);
    const auto minute = digits_at(text, 10, 2);
    const auto second = digits_at(text, 12, 2);
    const auto east_min = digits_at(text, 22, 3);
    const bool shaped =
        text.size() == 25 && text[14] == '.' && (text[21] == '+' || text[21] == '-');
    if (!year || !month || !day || !hour || !minute || !second || !east_min || !shaped)
        return refused("the text is not a moment of WMI");
    const auto local =
        moment_of(day_of(static_cast<int>(*year), *month, *day), {*hour, *minute, *second});
    if (!local)
        return local;
    const std::chrono::minutes east{*east_min};
    return text[21] == '+' ? *local - east : *local + east;
}

Result<Timestamp> moment_of_iso(std::string_view text)
{
    const auto year = digits_at(text, 0, 4);
    const auto month = digits_at(text, 5, 2);
    const auto day = digits_at(text, 8, 2);
    const auto hour = digits_at(text, 11, 2);
    const auto minute = digits_at(text, 14, 2);
    const auto second = digits_at(text, 17, 2);
    if (!year || !month || !day || !hour || !minute || !second)
        return refused("the text is not a moment");
    const bool separated = text[4] == '-' && text[7] == '-' && (text[10] == ' ' || text[10] == 'T')
                           && text[13] == ':' && text[16] == ':';
    if (!separated)
        return refused("the text is not a moment");
    return moment_of(day_of(static_cast<int>(*year), *month, *day), {*hour, *minute, *second});
}

Result<Date> parse_local_date(std::string_view text)
{
    constexpr std::size_t text_bytes_max = 128;
    if (text.size() > text_bytes_max)
        return refused("the text is too long for a date");
    const auto pieces = pieces_of(with_first_year(narrowed(text)));
    if (pieces.empty())
        return Error{Errc::not_found, "the text is empty"};
    if (pieces.front().digits > 0)
        return day_of_numbers(pieces, 0, nullptr);
    const Era* era = era_of(pieces.front().text);
    const bool blank = pieces.front().text.find_first_not_of(" \t") == std::string::npos;
    if (era == nullptr && !blank)
        return refused("the text is not a date");
    return day_of_numbers(pieces, 1, era);
}

} // namespace mimamori::agent::windows
