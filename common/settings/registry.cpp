#include "common/settings/registry.hpp"

#include <algorithm>
#include <limits>

namespace mimamori::settings {
namespace {

using namespace std::chrono_literals;

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

/// A number, as the setting's kind takes it.
Value value_of(std::uint64_t number, const Shape& shape)
{
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return Other{"a number that large"};
    const auto whole = static_cast<std::int64_t>(number);
    if (std::holds_alternative<Flag>(shape) && whole <= 1)
        return whole == 1;
    const auto* duration = std::get_if<Duration>(&shape);
    if (!duration)
        return whole;
    const auto unit = registry_unit(*duration);
    if (whole > std::chrono::milliseconds::max() / unit)
        return Other{"a time that long"};
    return duration_text(whole * unit);
}

Value value_of(const RegistryValue& value, const Shape& shape)
{
    if (const auto* number = std::get_if<std::uint64_t>(&value))
        return value_of(*number, shape);
    if (const auto* text = std::get_if<std::string>(&value))
        return *text;
    if (const auto* texts = std::get_if<std::vector<std::string>>(&value))
        return *texts;
    return std::get<Other>(value);
}

} // namespace

std::chrono::milliseconds registry_unit(const Duration& duration)
{
    return duration.resolution % 1s == 0ms ? 1s : 1ms;
}

Layer registry_layer(
    const std::vector<Entry>& entries,
    const RegistryValues& values,
    Source source,
    const std::string& place)
{
    Layer layer{source, place, {}, Mistakes::pass_over};
    for (const auto& [name, value] : values)
    {
        if (name.empty())
            continue; // The key's default value belongs to nobody.
        const std::string key = lower(name);
        const auto entry = std::find_if(
            entries.begin(), entries.end(), [&](const Entry& one) { return one.key == key; });
        // A name that is no setting is told by whoever loads.
        const Shape shape = entry == entries.end() ? Shape{Text{}} : entry->shape;
        layer.given.push_back({key, value_of(value, shape), place + '\\' + name});
    }
    return layer;
}

} // namespace mimamori::settings
