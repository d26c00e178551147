#include "installer/policy/policy_template.hpp"

#include "agent/app/given_settings.hpp"
#include "common/base/markup.hpp"
#include "common/settings/registry.hpp"

#include <fmt/format.h>

#include "installer/policy/language.hpp"
#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace mimamori::installer::policy {
namespace {

using namespace mimamori::settings;
using Words = std::map<std::string, std::string>;

/// What the editor itself allows for one text.
constexpr std::size_t text_characters_max = 1023;

/// The one element of a policy, and its counterpart in the presentation.
constexpr std::string_view element = "value";

constexpr std::string_view schema =
    "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
    "xmlns=\"http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions\" "
    "revision=\"1.0\" schemaVersion=\"1.0\"";

constexpr std::string_view head =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
    "<!-- Made from the agent's settings table by mimamori-policy-template. -->\n";

/// "collector.address" as an id: "collector_address".
std::string id_of(const Entry& entry)
{
    std::string id = entry.key;
    std::replace(id.begin(), id.end(), '.', '_');
    return id;
}

bool is_flag(const Entry& entry)
{
    return std::holds_alternative<Flag>(entry.shape);
}

/// Characters of UTF-16 that certainly fit: three bytes of UTF-8 each, unless a condition keeps the
/// text to ASCII.
std::size_t characters_max(const Text& text)
{
    return std::min(text_characters_max, text.condition ? text.bytes_max : text.bytes_max / 3);
}

/// The element of a policy, by the kind of its setting.
struct ElementXml
{
    const Entry& entry;

    std::string operator()(const Flag&) const
    {
        return "      <enabledValue><decimal value=\"1\" /></enabledValue>\n"
               "      <disabledValue><decimal value=\"0\" /></disabledValue>\n";
    }

    std::string operator()(const Whole& whole) const { return number(whole.min, whole.max); }

    std::string operator()(const Duration& duration) const
    {
        const auto unit = registry_unit(duration);
        return number(duration.min / unit, duration.max / unit);
    }

    std::string operator()(const Text& text) const { return one_text(characters_max(text)); }

    std::string operator()(const Path&) const { return one_text(text_characters_max); }

    std::string operator()(const Texts& texts) const
    {
        return elements(fmt::format(
            "multiText id=\"{}\" valueName=\"{}\" maxStrings=\"{}\" maxLength=\"{}\" "
            "required=\"true\" /",
            element, entry.key, texts.count_max, characters_max(texts.each)));
    }

    std::string operator()(const Names& names) const
    {
        std::string items;
        for (const auto& name : names.names)
            items += fmt::format(
                "          <item displayName=\"$(string.{}_{})\"><value><string>{}</string>"
                "</value></item>\n",
                id_of(entry), name, markup_escaped(name));
        return fmt::format(
            "      <elements>\n"
            "        <enum id=\"{}\" valueName=\"{}\" required=\"true\">\n{}"
            "        </enum>\n"
            "      </elements>\n",
            element, entry.key, items);
    }

    static std::string elements(std::string_view tag)
    {
        return fmt::format("      <elements>\n        <{}>\n      </elements>\n", tag);
    }

    std::string number(std::int64_t min, std::int64_t max) const
    {
        return elements(fmt::format(
            "decimal id=\"{}\" valueName=\"{}\" minValue=\"{}\" maxValue=\"{}\" "
            "required=\"true\" /",
            element, entry.key, min, max));
    }

    std::string one_text(std::size_t characters) const
    {
        return elements(fmt::format(
            "text id=\"{}\" valueName=\"{}\" maxLength=\"{}\" required=\"true\" /", element,
            entry.key, characters));
    }
};

std::string policy_xml(const Entry& entry)
{
    const std::string id = id_of(entry);
    const std::string registry = fmt::format(
        "key=\"{}\"{}", agent::app::policy_key,
        is_flag(entry) ? fmt::format(" valueName=\"{}\"", entry.key) : "");
    return fmt::format(
        "    <policy name=\"{0}\" class=\"Machine\" displayName=\"$(string.{0})\"\n"
        "        explainText=\"$(string.{0}_help)\"{1}\n"
        "        {2}>\n"
        "      <parentCategory ref=\"agent\" />\n"
        "      <supportedOn ref=\"supported\" />\n"
        "{3}"
        "    </policy>\n",
        id, is_flag(entry) ? "" : fmt::format(" presentation=\"$(presentation.{})\"", id), registry,
        std::visit(ElementXml{entry}, entry.shape));
}

std::string admx(const Described& described)
{
    std::string policies;
    for (const auto& entry : described.entries)
        policies += policy_xml(entry);
    return fmt::format(
        "{}<policyDefinitions {}>\n"
        "  <policyNamespaces>\n"
        "    <target prefix=\"mimamori\" namespace=\"Mimamori.Policies.Agent\" />\n"
        "  </policyNamespaces>\n"
        "  <resources minRequiredRevision=\"1.0\" />\n"
        "  <supportedOn>\n"
        "    <definitions>\n"
        "      <definition name=\"supported\" displayName=\"$(string.supported)\" />\n"
        "    </definitions>\n"
        "  </supportedOn>\n"
        "  <categories>\n"
        "    <category name=\"agent\" displayName=\"$(string.product)\" />\n"
        "  </categories>\n"
        "  <policies>\n{}"
        "  </policies>\n"
        "</policyDefinitions>\n",
        head, schema, policies);
}

std::string string_xml(const std::string& id, std::string_view text)
{
    return fmt::format("      <string id=\"{}\">{}</string>\n", id, markup_escaped(text));
}

/// What the agent does without the policy, as the editor can show it; empty: nothing to show.
std::string default_text(const Entry& entry, const void* defaults)
{
    const Value value = entry.value(defaults);
    if (std::holds_alternative<Path>(entry.shape))
        return {}; // Differs from system to system.
    if (const auto* duration = std::get_if<Duration>(&entry.shape))
        return std::to_string(*duration->read(value) / registry_unit(*duration));
    if (const auto* text = std::get_if<std::string>(&value))
        return *text;
    return describe(value);
}

/// The unit of a number, for the label.
std::string_view unit_of(const Entry& entry, const Language& language)
{
    using namespace std::chrono_literals;
    const auto* duration = std::get_if<Duration>(&entry.shape);
    if (!duration)
        return {};
    return registry_unit(*duration) == 1s ? language.seconds : language.milliseconds;
}

std::string presentation_xml(
    const Entry& entry, const void* defaults, const Language& language, const std::string& title)
{
    const std::string unit{unit_of(entry, language)};
    const std::string label =
        markup_escaped(unit.empty() ? title : title + " (" + unit + ")") + ':';
    const std::string standard = default_text(entry, defaults);
    std::string control;
    if (std::holds_alternative<Whole>(entry.shape) || std::holds_alternative<Duration>(entry.shape))
        control = fmt::format(
            "<decimalTextBox refId=\"{}\" defaultValue=\"{}\">{}</decimalTextBox>", element,
            standard, label);
    else if (const auto* names = std::get_if<Names>(&entry.shape))
        control = fmt::format(
            "<dropdownList refId=\"{}\" noSort=\"true\" defaultItem=\"{}\">{}</dropdownList>",
            element,
            std::find(names->names.begin(), names->names.end(), standard) - names->names.begin(),
            label);
    else if (std::holds_alternative<Texts>(entry.shape))
        control = fmt::format("<multiTextBox refId=\"{}\" showAsDialog=\"false\" />", element);
    else
        control = fmt::format("<textBox refId=\"{}\"><label>{}</label></textBox>", element, label);
    return fmt::format(
        "      <presentation id=\"{}\">\n        {}\n      </presentation>\n", id_of(entry),
        control);
}

std::string help_of(const Entry& entry, const Language& language, const Words& words)
{
    const auto own = words.find(entry.key + ".help_" + std::string{language.suffix});
    return own == words.end() ? entry.help : own->second;
}

std::string explanation(
    const Entry& entry, const void* defaults, const Language& language, const Words& words)
{
    std::string standard = default_text(entry, defaults);
    if (is_flag(entry))
        standard = standard == "true" ? language.enabled : language.disabled;
    const std::string_view unit = unit_of(entry, language);
    return fmt::format(
        "{}\n\n{}{}\n{}{}{}\n{}", help_of(entry, language, words), language.allowed_is,
        language.allowed(entry.shape, entry.allowed),
        standard.empty()
            ? ""
            : fmt::format(
                "{}{}{}{}\n", language.default_is, standard, unit.empty() ? "" : " ", unit),
        language.name_is, entry.key, language.not_configured);
}

std::string adml(const Described& described, const Language& language, const Words& words)
{
    std::string strings =
        string_xml("product", language.product) + string_xml("supported", language.supported);
    std::string presentations;
    for (const auto& entry : described.entries)
    {
        const std::string id = id_of(entry);
        const std::string& title = words.at(entry.key + '.' + std::string{language.suffix});
        strings += string_xml(id, title);
        strings +=
            string_xml(id + "_help", explanation(entry, described.defaults, language, words));
        if (const auto* names = std::get_if<Names>(&entry.shape))
        {
            for (const auto& name : names->names)
                strings += string_xml(id + '_' + name, name);
        }
        if (!is_flag(entry))
            presentations += presentation_xml(entry, described.defaults, language, title);
    }
    return fmt::format(
        "{}<policyDefinitionResources {}>\n"
        "  <displayName>{}</displayName>\n"
        "  <description>{}</description>\n"
        "  <resources>\n"
        "    <stringTable>\n{}"
        "    </stringTable>\n"
        "    <presentationTable>\n{}"
        "    </presentationTable>\n"
        "  </resources>\n"
        "</policyDefinitionResources>\n",
        head, schema, markup_escaped(language.product), markup_escaped(language.description),
        strings, presentations);
}

Result<Words> words_of(const Described& described, const Layer& layer)
{
    Words words;
    for (const auto& given : layer.given)
    {
        const auto* text = std::get_if<std::string>(&given.value);
        if (!text || text->empty())
            return Error{Errc::invalid_input, given.place + ": " + given.key + ": expected a text"};
        words[given.key] = *text;
    }
    std::set<std::string> known;
    for (const auto& entry : described.entries)
    {
        for (const char* needed : {".en", ".ja", ".help_ja"})
        {
            if (!words.contains(entry.key + needed))
                return Error{
                    Errc::invalid_input, layer.name + ": there is no " + entry.key + needed};
            known.insert(entry.key + needed);
        }
        known.insert(entry.key + ".help_en");
    }
    for (const auto& [key, text] : words)
    {
        if (!known.contains(key))
            return Error{Errc::invalid_input, layer.name + ": no setting has " + key};
    }
    return words;
}

} // namespace

Result<std::vector<TemplateFile>> make_template(const Described& described, const Layer& layer)
{
    const auto words = words_of(described, layer);
    if (!words)
        return words.error();
    std::vector<TemplateFile> files{{"mimamori-agent.admx", admx(described)}};
    for (const auto* language : {&english(), &japanese()})
        files.push_back(
            {std::string{language->folder} + "/mimamori-agent.adml",
             adml(described, *language, *words)});
    return files;
}

} // namespace mimamori::installer::policy
