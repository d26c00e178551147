#include "agent/antivirus/source_reader.hpp"
#include "agent/antivirus/text_sources.hpp"
#include "common/base/ascii.hpp"

#include <algorithm>
#include <utility>

// The methods that only Windows answers. What they decide is tested everywhere, on recorded facts.

namespace mimamori::agent::antivirus {
namespace {

constexpr std::size_t programs_max = 2'000;
constexpr std::size_t matches_max = 64;
constexpr std::size_t keys_max = 256;

/// The one key outside of the vendors' places: the list of installed programs, of which only the
/// version of a program with a given name is read.
constexpr std::string_view uninstall_key =
    R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall)";

/// Whether the instance is one of those that the source asks for.
bool is_meant(const Source& source, const WmiInstance& instance)
{
    if (source.where.empty())
        return true;
    const auto text = instance.find(source.where);
    return text != instance.end()
           && std::any_of(
               source.contains.begin(), source.contains.end(),
               [&](const std::string& part) { return contains_ignoring_case(text->second, part); });
}

} // namespace

Result<std::vector<RawValue>> SourceReader::read_registry(const Source& source)
{
    std::vector<RegistryView> views{source.view};
    if (source.view == RegistryView::both)
        views = {RegistryView::wow, RegistryView::native};
    for (const RegistryView view : views)
    {
        auto values = read_view(source, view);
        if (values || values.error().code != Errc::not_found)
            return values;
    }
    return detail::not_there(label(source));
}

Result<std::vector<std::string>> SourceReader::matching_keys(
    const std::string& key, RegistryView view) const
{
    const auto star = key.find('*');
    if (star == std::string::npos)
        return std::vector{key};
    const std::string parent = key.substr(0, star - 1);
    const std::string rest = key.substr(star + 1);
    const auto names = machine_.facts().registry_keys(view, parent, matches_max);
    if (!names)
        return names.error();
    std::vector<std::string> all;
    for (const std::string& name : *names)
    {
        const auto deeper = matching_keys(parent + '\\' + name + rest, view);
        if (!deeper)
            continue;
        for (const std::string& one : *deeper)
        {
            if (all.size() < keys_max)
                all.push_back(one);
        }
    }
    return all;
}

Result<RawValue> SourceReader::joined_value(
    const Source& source, RegistryView view, const std::string& key)
{
    std::vector<std::string> names = source.values;
    if (names.empty())
        names.push_back(source.value);
    std::string text;
    for (const std::string& name : names)
    {
        auto value = machine_.facts().registry_value(view, key, name);
        if (!value)
            return value.error();
        text += (text.empty() ? "" : ".") + value->text;
    }
    if (source.find.empty() && source.separator.empty())
        return RawValue{std::move(text), std::nullopt, {}}; // Binary values stay whole.
    auto piece = extract(text, source);
    if (!piece)
        return piece.error().in(label(source));
    return RawValue{std::move(*piece), std::nullopt, {}};
}

Result<std::vector<RawValue>> SourceReader::read_view(const Source& source, RegistryView view)
{
    const auto keys = matching_keys(source.key, view);
    if (!keys)
        return keys.error();
    std::vector<RawValue> values;
    for (const std::string& key : *keys)
    {
        if (source.method == Method::registry_key_name)
        {
            values.push_back({key.substr(key.rfind('\\') + 1), std::nullopt, {}});
            continue;
        }
        auto value = joined_value(source, view, key);
        if (value)
            values.push_back(std::move(*value));
        else if (value.error().code != Errc::not_found)
            return value.error();
    }
    if (values.empty())
        return detail::not_there(label(source));
    return values;
}

Result<std::vector<RawValue>> SourceReader::read_wmi(const Source& source)
{
    std::vector<std::string> properties{source.value};
    if (!source.where.empty())
        properties.push_back(source.where);
    const auto found =
        machine_.facts().wmi_instances(source.wmi_namespace, source.wmi_class, properties);
    if (!found)
        return found.error();
    std::vector<RawValue> values;
    for (const WmiInstance& instance : *found)
    {
        const auto text = instance.find(source.value);
        if (text == instance.end() || !is_meant(source, instance))
            continue;
        auto piece = extract(text->second, source);
        if (piece)
            values.push_back({std::move(*piece), std::nullopt, {}});
    }
    if (values.empty())
        return detail::not_there(label(source));
    return values;
}

Result<std::vector<RawValue>> SourceReader::read_uninstall(const Source& source)
{
    for (const RegistryView view : {RegistryView::native, RegistryView::wow})
    {
        const std::string parent{uninstall_key};
        const auto names = machine_.facts().registry_keys(view, parent, programs_max);
        if (!names && names.error().code != Errc::not_found)
            return names.error();
        if (!names)
            continue;
        for (const std::string& name : *names)
        {
            const std::string key = parent + '\\' + name;
            const auto title = machine_.facts().registry_value(view, key, "DisplayName");
            if (!title || !equal_ignoring_case(title->text, source.name))
                continue;
            auto version = machine_.facts().registry_value(view, key, "DisplayVersion");
            return std::vector{
                RawValue{version ? std::move(version->text) : std::string{}, std::nullopt, {}}};
        }
    }
    return detail::not_there(label(source));
}

} // namespace mimamori::agent::antivirus
