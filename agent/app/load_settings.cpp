#include "agent/app/load_settings.hpp"

#include "agent/app/places.hpp"
#include "common/settings/toml.hpp"

namespace mimamori::agent::app {
namespace {

/// MSI properties are typed by people: an address may be written as browsers show it.
settings::Layer installer_layer(const GivenKey& installer)
{
    constexpr std::string_view scheme = "https://";
    auto layer = settings::registry_layer(
        settings_table().entries(), installer.values, settings::Source::installer, installer.place);
    for (auto& given : layer.given)
    {
        auto* text = std::get_if<std::string>(&given.value);
        if (given.key != "collector.address" || !text || !text->starts_with(scheme))
            continue;
        text->erase(0, scheme.size());
        if (text->ends_with('/'))
            text->pop_back();
    }
    // A property that was not given is written as an empty text.
    std::erase_if(layer.given, [](const settings::Given& given) {
        const auto* text = std::get_if<std::string>(&given.value);
        return text && text->empty();
    });
    return layer;
}

} // namespace

Result<Loaded> load_settings(const SettingsRequest& request, GivenSettings given)
{
    Loaded loaded;
    std::vector<settings::Layer> layers;
    layers.push_back(installer_layer(given.installer));

    const auto& places = default_places();
    const auto path = request.file.empty() ? places.settings_file : request.file;
    if (request.file.empty())
    {
        if (auto done = secure(places); !done)
            return std::move(done).error().in("settings");
    }
    auto file = settings::read_toml_file(path);
    if (file)
    {
        loaded.file = path;
        layers.push_back(std::move(*file));
    }
    else if (!request.file.empty() || file.error().code != Errc::not_found)
        return std::move(file).error();

    layers.push_back(settings::registry_layer(
        settings_table().entries(), given.policy.values, settings::Source::policy,
        given.policy.place));
    layers.push_back(request.command_line);

    auto read = settings::load(settings_table(), layers);
    if (!read)
        return std::move(read).error();
    loaded.shown = settings::in_force(settings_table(), *read);
    loaded.settings = std::move(read->values);
    loaded.passed_over = std::move(read->passed_over);
    loaded.given = std::move(given);
    return loaded;
}

Result<Loaded> load_settings(const SettingsRequest& request)
{
    auto given = read_given_settings();
    if (!given)
        return std::move(given).error().in("settings");
    return load_settings(request, std::move(*given));
}

} // namespace mimamori::agent::app
