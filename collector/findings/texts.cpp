#include "collector/findings/texts.hpp"

#include "common/base/utf8.hpp"
#include "common/wire/json_reader.hpp"

#include <fmt/format.h>

#include "embed/finding_texts.hpp"
#include <charconv>
#include <optional>
#include <utility>

namespace mimamori::collector::findings {

namespace {

struct Catalogue
{
    std::vector<TextEntry> texts;
};
BOOST_DESCRIBE_STRUCT(Catalogue, (), (texts))

constexpr std::string_view forms[] = {"", "day", "moment", "ago", "left", "span"};

struct Place
{
    std::string_view name;
    std::string_view form;
};

/// Cuts `text` into plain parts and places; calls one of the two for each, in order.
template <class OnPlain, class OnPlace>
void cut(std::string_view text, OnPlain on_plain, OnPlace on_place)
{
    while (!text.empty())
    {
        const std::size_t begin = text.find('{');
        const std::size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
        if (end == std::string_view::npos)
        {
            on_plain(text);
            return;
        }
        on_plain(text.substr(0, begin));
        const std::string_view inside = text.substr(begin + 1, end - begin - 1);
        const std::size_t colon = inside.find(':');
        Place place{inside.substr(0, colon), {}};
        if (colon != std::string_view::npos)
            place.form = inside.substr(colon + 1);
        on_place(place);
        text.remove_prefix(end + 1);
    }
}

/// A moment from evidence: a time, or a day's beginning where the wall clocks are.
std::optional<Timestamp> moment_of(const std::string& value, const Reader& reader)
{
    if (auto moment = parse_rfc3339(value))
        return moment;
    if (const auto day = parse_iso_date(value))
        return Timestamp{*day} - reader.utc_offset;
    return {};
}

std::string day_text(Timestamp moment, const Reader& reader)
{
    const auto day = std::chrono::floor<std::chrono::days>(moment + reader.utc_offset);
    if (reader.language == Language::en)
        return to_iso_date(day);
    const std::chrono::year_month_day date{day};
    return fmt::format(
        "{}/{}/{}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()));
}

std::string moment_text(Timestamp moment, const Reader& reader)
{
    const auto local = moment + reader.utc_offset;
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const auto minutes = std::chrono::floor<std::chrono::minutes>(local - day).count();
    return fmt::format("{} {}:{:02}", day_text(moment, reader), minutes / 60, minutes % 60);
}

std::string days_text(std::int64_t days, const Reader& reader, bool ago)
{
    if (reader.language == Language::en)
        return fmt::format("{} {} {}", days, days == 1 ? "day" : "days", ago ? "ago" : "left");
    return ago ? fmt::format("{}日前", days) : fmt::format("あと{}日", days);
}

/// Whole calendar days between `moment` and now, where the wall clocks are.
std::int64_t days_since(Timestamp moment, const Reader& reader)
{
    const auto day_of = [&reader](Timestamp at) {
        return std::chrono::floor<std::chrono::days>(at + reader.utc_offset);
    };
    return (day_of(reader.now) - day_of(moment)).count();
}

std::string span_text(std::int64_t seconds, const Reader& reader)
{
    struct Unit
    {
        std::int64_t seconds;
        const char* ja;
        const char* en;
    };

    static constexpr Unit units[] = {{86'400, "日", "day"}, {3'600, "時間", "hour"}};
    Unit unit{60, "分", "minute"};
    for (const Unit& larger : units)
    {
        if (seconds >= 2 * larger.seconds)
        {
            unit = larger;
            break;
        }
    }
    const std::int64_t count = seconds / unit.seconds;
    if (reader.language == Language::ja)
        return fmt::format("{}{}", count, unit.ja);
    return fmt::format("{} {}{}", count, unit.en, count == 1 ? "" : "s");
}

std::optional<std::string> value_text(
    const Place& place, const std::string& value, const Reader& reader)
{
    if (value.empty())
        return {};
    if (place.form.empty())
        return value;
    if (place.form == "span")
    {
        std::int64_t seconds = 0;
        const auto* end = value.data() + value.size();
        const auto [at, ec] = std::from_chars(value.data(), end, seconds);
        if (ec != std::errc{} || at != end)
            return {};
        return span_text(seconds, reader);
    }
    const auto moment = moment_of(value, reader);
    if (!moment)
        return {};
    if (place.form == "day")
        return day_text(*moment, reader);
    if (place.form == "moment")
        return moment_text(*moment, reader);
    if (place.form == "ago")
        return days_text(days_since(*moment, reader), reader, true);
    return days_text(-days_since(*moment, reader), reader, false);
}

Result<void> check(const TextEntry& entry)
{
    const auto refuse = [&entry](std::string_view why) {
        return Error{Errc::invalid_input, fmt::format("texts: {}: {}", entry.key, why)};
    };
    if (entry.key.empty())
        return refuse("key is missing");
    if (entry.what.empty() || entry.why.empty() || entry.next.empty())
        return refuse("what, why or next is missing");
    if (!places_of(entry.title.ja).empty() || !places_of(entry.title.en).empty())
        return refuse("the title has a place");
    std::vector<const Bilingual*> all{&entry.title, &entry.line};
    for (const auto* list : {&entry.what, &entry.why, &entry.next})
    {
        for (const Bilingual& text : *list)
            all.push_back(&text);
    }
    for (const Bilingual* text : all)
    {
        if (text->ja.empty() || text->en.empty())
            return refuse("a language is missing");
        bool known = true;
        for (const std::string& language : {text->ja, text->en})
        {
            const auto skip = [](std::string_view) {};
            cut(language, skip, [&known](const Place& place) {
                bool found = false;
                for (const std::string_view form : forms)
                    found = found || form == place.form;
                known = known && found && !place.name.empty();
            });
        }
        if (!known)
            return refuse("a place has no name or an unknown form");
    }
    return {};
}

} // namespace

std::vector<std::string> places_of(std::string_view text)
{
    std::vector<std::string> names;
    const auto skip = [](std::string_view) {};
    cut(text, skip, [&names](const Place& place) { names.emplace_back(place.name); });
    return names;
}

std::optional<std::string> fill(
    std::string_view text, const rules::Evidence& evidence, const Reader& reader)
{
    std::string out;
    bool is_whole = true;
    const auto plain = [&out](std::string_view part) { out += part; };
    cut(text, plain, [&](const Place& place) {
        const std::string* value = evidence.find(place.name);
        const auto shown = value ? value_text(place, *value, reader) : std::nullopt;
        is_whole = is_whole && shown;
        out += isolated(shown.value_or(""));
    });
    return is_whole ? std::optional{std::move(out)} : std::nullopt;
}

Result<Texts> Texts::parse(std::string_view json)
{
    auto catalogue = wire::from_json<Catalogue>(json);
    if (!catalogue)
        return Error{catalogue.error()}.in("texts");
    Texts texts;
    for (TextEntry& entry : catalogue->texts)
    {
        if (auto checked = check(entry); !checked)
            return checked.error();
        std::string key = entry.key;
        if (!texts.entries_.emplace(key, std::move(entry)).second)
            return Error{Errc::invalid_input, "texts: " + key + ": stands twice"};
    }
    return texts;
}

const Texts& Texts::embedded()
{
    // A catalogue that cannot be read is a bug that a test finds.
    static const Texts texts = parse(embedded::finding_texts::files().front().text()).value();
    return texts;
}

const TextEntry* Texts::find(std::string_view rule, std::string_view variant) const
{
    if (!variant.empty())
    {
        const auto found = entries_.find(fmt::format("{}:{}", rule, variant));
        if (found != entries_.end())
            return &found->second;
    }
    const auto found = entries_.find(rule);
    return found == entries_.end() ? nullptr : &found->second;
}

Bilingual Texts::title_of(std::string_view rule, std::string_view variant) const
{
    const TextEntry* entry = find(rule, variant);
    return entry ? entry->title : Bilingual{std::string{rule}, std::string{rule}};
}

FindingText Texts::text_of(
    std::string_view rule, const rules::Evidence& evidence, const Reader& reader) const
{
    const std::string* variant = evidence.find("case");
    const TextEntry* entry = find(rule, variant ? std::string_view{*variant} : std::string_view{});
    if (!entry)
        return {std::string{rule}, std::string{rule}, {}, {}, {}};
    const auto in_language = [&reader](const Bilingual& text) -> const std::string& {
        return reader.language == Language::ja ? text.ja : text.en;
    };
    const auto show_all = [&](const std::vector<Bilingual>& list) {
        std::vector<std::string> lines;
        for (const Bilingual& text : list)
        {
            if (auto filled = fill(in_language(text), evidence, reader))
                lines.push_back(std::move(*filled));
        }
        return lines;
    };
    FindingText shown;
    shown.title = in_language(entry->title);
    shown.line = fill(in_language(entry->line), evidence, reader).value_or(shown.title);
    shown.what = show_all(entry->what);
    if (shown.what.empty())
        shown.what.push_back(shown.title);
    shown.why = show_all(entry->why);
    shown.next = show_all(entry->next);
    return shown;
}

} // namespace mimamori::collector::findings
