#include "common/settings/kinds.hpp"

#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace mimamori::settings {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

struct Unit
{
    std::string_view name;
    std::int64_t ms;
};

// Longest first: a duration is written in the largest unit that fits.
constexpr Unit units[] = {
    {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}};

constexpr std::size_t path_bytes_max = 4096;

bool has_control_characters(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

} // namespace

std::optional<bool> Flag::read(const Value& value)
{
    const auto* flag = std::get_if<bool>(&value);
    return flag ? std::optional{*flag} : std::nullopt;
}

Value Flag::write(bool flag)
{
    return flag;
}

std::string Flag::allowed()
{
    return "true or false";
}

std::optional<std::int64_t> Whole::read(const Value& value) const
{
    const auto* number = std::get_if<std::int64_t>(&value);
    if (!number || *number < min || *number > max)
        return std::nullopt;
    return *number;
}

Value Whole::write(std::int64_t number)
{
    return number;
}

std::string Whole::allowed() const
{
    return fmt::format("a whole number from {} to {}", min, max);
}

bool Text::allows(std::string_view text) const
{
    return text.size() >= bytes_min && text.size() <= bytes_max && !has_control_characters(text)
           && is_utf8(text) && (!condition || (text.empty() && bytes_min == 0) || condition(text));
}

std::optional<std::string> Text::read(const Value& value) const
{
    const auto* text = std::get_if<std::string>(&value);
    return text && allows(*text) ? std::optional{*text} : std::nullopt;
}

Value Text::write(const std::string& text)
{
    return text;
}

std::string Text::allowed() const
{
    if (condition)
        return fmt::format(
            "{}{}, at most {} bytes", bytes_min == 0 ? "empty, or " : "", condition_words,
            bytes_max);
    if (bytes_min > 0)
        return fmt::format("a text of {} to {} bytes", bytes_min, bytes_max);
    return fmt::format("a text of at most {} bytes", bytes_max);
}

std::optional<std::vector<std::string>> Texts::read(const Value& value) const
{
    const auto* texts = std::get_if<std::vector<std::string>>(&value);
    if (!texts || texts->size() > count_max)
        return std::nullopt;
    const bool good = std::all_of(texts->begin(), texts->end(), [this](const std::string& text) {
        return each.allows(text);
    });
    return good ? std::optional{*texts} : std::nullopt;
}

Value Texts::write(const std::vector<std::string>& texts)
{
    return texts;
}

std::string Texts::allowed() const
{
    return fmt::format("a list of at most {}, each {}", count_max, each.allowed());
}

std::optional<milliseconds> parse_duration(std::string_view text)
{
    std::int64_t count = 0;
    const auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failure != std::errc{} || count < 0)
        return std::nullopt;
    const std::string_view name = text.substr(static_cast<std::size_t>(rest - text.data()));
    for (const auto& unit : units)
    {
        if (name == unit.name && count <= milliseconds::max().count() / unit.ms)
            return milliseconds{count * unit.ms};
    }
    return std::nullopt;
}

std::optional<milliseconds> Duration::read(const Value& value) const
{
    const auto* text = std::get_if<std::string>(&value);
    const auto duration = text ? parse_duration(*text) : std::nullopt;
    if (!duration || *duration < min || *duration > max || *duration % resolution != 0ms)
        return std::nullopt;
    return duration;
}

std::string duration_text(milliseconds duration)
{
    if (duration == 0ms)
        return "0s";
    const auto* unit = std::find_if(std::begin(units), std::end(units), [&](const Unit& u) {
        return duration.count() % u.ms == 0;
    });
    return fmt::format("{}{}", duration.count() / unit->ms, unit->name);
}

Value Duration::write(milliseconds duration)
{
    return duration_text(duration);
}

std::string Duration::allowed() const
{
    return fmt::format(
        "a time{} from {} to {}",
        resolution > 1ms ? " in units of " + duration_text(resolution) : "", duration_text(min),
        duration_text(max));
}

std::optional<std::filesystem::path> Path::read(const Value& value) const
{
    const auto* text = std::get_if<std::string>(&value);
    if (!text || text->size() > path_bytes_max || has_control_characters(*text))
        return std::nullopt;
    if (text->empty())
        return may_be_empty ? std::optional{std::filesystem::path{}} : std::nullopt;
    const std::filesystem::path path{std::u8string{text->begin(), text->end()}};
    return path.is_absolute() ? std::optional{path} : std::nullopt;
}

Value Path::write(const std::filesystem::path& path)
{
    const auto utf8 = path.u8string();
    return std::string{utf8.begin(), utf8.end()};
}

std::string Path::allowed() const
{
    return may_be_empty ? "a full path, or \"\" for none" : "a full path";
}

} // namespace mimamori::settings
