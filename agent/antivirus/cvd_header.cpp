#include "agent/antivirus/cvd_header.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>

namespace mimamori::agent::antivirus {
namespace {

Error refused(std::string_view why)
{
    return {Errc::invalid_input, "ClamAV header: " + std::string{why}};
}

template <class Number>
std::optional<Number> number_of(std::string_view digits)
{
    Number value{};
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || digits.front() == '-' || failure != std::errc{}
        || end != digits.data() + digits.size())
        return std::nullopt;
    return value;
}

/// The text up to `mark`, which is taken off `rest` together with the mark.
std::optional<std::string_view> take(std::string_view& rest, char mark)
{
    const auto at = rest.find(mark);
    if (at == std::string_view::npos)
        return std::nullopt;
    const std::string_view part = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    return part;
}

/// "+0930" in minutes.
std::optional<int> zone_minutes(std::string_view zone)
{
    if (zone.size() != 5 || (zone[0] != '+' && zone[0] != '-'))
        return std::nullopt;
    const auto hours = number_of<int>(zone.substr(1, 2));
    const auto minutes = number_of<int>(zone.substr(3, 2));
    if (!hours || !minutes || *hours > 14 || *minutes > 59)
        return std::nullopt;
    return (zone[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

bool is_year_we_take(Timestamp at)
{
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(at)};
    return day.year() >= std::chrono::year{1990} && day.year() <= std::chrono::year{2100};
}

std::string_view without_padding(std::string_view text)
{
    const auto last = text.find_last_not_of(std::string_view{" \0\n\r", 4});
    return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

} // namespace

Result<Timestamp> parse_cvd_time(std::string_view text)
{
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const Error bad = refused("the build time is not a time");
    while (text.starts_with(' '))
        text.remove_prefix(1);
    const auto day = take(text, ' ');
    const auto month = take(text, ' ');
    const auto year = take(text, ' ');
    const auto clock = take(text, ' ');
    if (!day || !month || !year || !clock || clock->size() != 5
        || ((*clock)[2] != '-' && (*clock)[2] != ':'))
        return bad;
    const auto name = std::find(months.begin(), months.end(), *month);
    const auto day_number = number_of<unsigned>(*day);
    const auto year_number = number_of<int>(*year);
    const auto hour = number_of<int>(clock->substr(0, 2));
    const auto minute = number_of<int>(clock->substr(3, 2));
    const auto zone = zone_minutes(text);
    if (name == months.end() || !day_number || !year_number || *year_number > 9999 || !hour
        || *hour > 23 || !minute || *minute > 59 || !zone)
        return bad;
    const std::chrono::year_month_day civil{
        std::chrono::year{*year_number},
        std::chrono::month{static_cast<unsigned>(name - months.begin()) + 1},
        std::chrono::day{*day_number}};
    if (!civil.ok())
        return bad;
    const Timestamp at{
        Date{civil} + std::chrono::hours{*hour} + std::chrono::minutes{*minute}
        - std::chrono::minutes{*zone}};
    if (!is_year_we_take(at))
        return refused("the build time is not between 1990 and 2100");
    return at;
}

Result<CvdHeader> parse_cvd_header(std::string_view bytes)
{
    constexpr std::string_view magic = "ClamAV-VDB:";
    if (bytes.size() < cvd_header_bytes)
        return refused("it ends after " + std::to_string(bytes.size()) + " of its 512 bytes");
    std::string_view rest = without_padding(bytes.substr(0, cvd_header_bytes));
    if (!rest.starts_with(magic))
        return refused("this is no ClamAV database");
    const bool printable =
        std::all_of(rest.begin(), rest.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (!printable)
        return refused("it holds bytes that are no text");
    rest.remove_prefix(magic.size());

    const auto time = take(rest, ':');
    const auto version = take(rest, ':');
    const auto signatures = take(rest, ':');
    const auto level = take(rest, ':');
    const auto digest = take(rest, ':');
    const auto signature = take(rest, ':');
    if (!time || !version || !signatures || !level || !digest || !signature)
        return refused("fields are missing");
    const std::string_view seconds_text = rest.find(':') == std::string_view::npos
                                              ? std::string_view{}
                                              : rest.substr(rest.find(':') + 1);

    CvdHeader header;
    const auto version_number = number_of<std::uint32_t>(*version);
    const auto signature_count = number_of<std::uint32_t>(*signatures);
    const auto level_number = number_of<std::uint32_t>(*level);
    if (!version_number || !signature_count || !level_number)
        return refused("version, signatures or level is no number");
    header.version = *version_number;
    header.signatures = *signature_count;
    header.functionality_level = *level_number;

    const auto built_at = parse_cvd_time(*time);
    if (!built_at)
        return built_at.error();
    header.built_at = *built_at;
    if (seconds_text.empty())
        return header;
    const auto since_1970_s = number_of<std::int64_t>(seconds_text);
    constexpr std::int64_t seconds_max = 4'200'000'000; // In the year 2103.
    if (!since_1970_s || *since_1970_s > seconds_max)
        return refused("the build time in seconds is no time");
    const Timestamp exact{std::chrono::seconds{*since_1970_s}};
    if (exact - *built_at > std::chrono::hours{24} || *built_at - exact > std::chrono::hours{24})
        return refused("its two build times contradict each other");
    header.built_at = exact;
    return header;
}

} // namespace mimamori::agent::antivirus
