#include "collector/ctl/alert_wishes.hpp"

#include <algorithm>
#include <array>

namespace mimamori::collector::ctl {

namespace {

constexpr std::array<std::string_view, 7> week{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

Error not_hours(std::string_view text)
{
    return {
        Errc::invalid_input,
        "not hours such as \"mon-fri 18:00-08:30\" or \"daily 22:00-06:00\": " + std::string{text}};
}

/// Adds "mon", or all from "mon" to "fri"; false for what is none.
bool add_days(std::vector<std::string>& days, std::string_view text)
{
    const std::size_t dash = text.find('-');
    const auto first = std::find(week.begin(), week.end(), text.substr(0, dash));
    const auto last = dash == std::string_view::npos
                          ? first
                          : std::find(week.begin(), week.end(), text.substr(dash + 1));
    if (first == week.end() || last == week.end())
        return false;
    for (auto day = first;; day = day + 1 == week.end() ? week.begin() : day + 1)
    {
        days.emplace_back(*day);
        if (day == last)
            return true;
    }
}

} // namespace

Result<notify::WeekHours> parse_hours(std::string_view text)
{
    const std::size_t blank = text.find(' ');
    if (blank == std::string_view::npos || text.size() != blank + 12 || text[blank + 6] != '-')
        return not_hours(text);
    notify::WeekHours hours;
    hours.from = text.substr(blank + 1, 5);
    hours.to = text.substr(blank + 7);
    std::string_view days = text.substr(0, blank);
    while (!days.empty() && days != "daily")
    {
        const std::string_view one = days.substr(0, days.find(','));
        if (!add_days(hours.days, one))
            return not_hours(text);
        days.remove_prefix(std::min(days.size(), one.size() + 1));
    }
    if (auto good = notify::check(hours); !good)
        return not_hours(text);
    return hours;
}

Result<std::vector<notify::WeekHours>> parse_all_hours(const std::vector<std::string>& texts)
{
    std::vector<notify::WeekHours> all;
    for (const std::string& text : texts)
    {
        auto one = parse_hours(text);
        if (!one)
            return std::move(one).error();
        all.push_back(std::move(*one));
    }
    return all;
}

Result<Timestamp> parse_moment(std::string_view text, std::chrono::minutes utc_offset)
{
    if (const auto exact = parse_rfc3339(text))
        return *exact;
    std::string full{text};
    if (full.size() == 10)
        full += " 00:00";
    if (full.size() == 16 && full[10] == ' ')
    {
        full[10] = 'T';
        if (const auto wall = parse_rfc3339(full + ":00Z"))
            return *wall - utc_offset;
    }
    return Error{
        Errc::invalid_input,
        "not a moment such as \"2026-12-01\" or \"2026-12-01 18:00\": " + std::string{text}};
}

} // namespace mimamori::collector::ctl
