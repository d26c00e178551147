#include "agent/app/given_settings.hpp"
#include "agent/app/settings.hpp"
#include "common/platform/file.hpp"
#include "common/settings/registry.hpp"
#include "common/settings/toml.hpp"

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "installer/policy/policy_template.hpp"
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace mimamori::installer::policy {
namespace {

using agent::app::Settings;
using agent::app::settings_table;
using boost::property_tree::ptree;

const std::filesystem::path folder = MIMAMORI_SOURCE_DIR "/installer/policy";
const char* const languages[] = {"en-US", "ja-JP"};

ptree xml_of(const std::string& name)
{
    const auto text = platform::read_file(folder / name);
    BOOST_TEST_REQUIRE(text.has_value());
    std::istringstream in{*text};
    ptree tree;
    boost::property_tree::read_xml(in, tree, boost::property_tree::xml_parser::no_comments);
    return tree;
}

ptree policies()
{
    return xml_of("mimamori-agent.admx").get_child("policyDefinitions.policies");
}

ptree resources(const std::string& language)
{
    return xml_of(language + "/mimamori-agent.adml")
        .get_child("policyDefinitionResources.resources");
}

std::string attribute(const ptree& node, const std::string& name)
{
    return node.get<std::string>("<xmlattr>." + name, "");
}

/// What `$(kind.id)` names, everywhere in the ADMX.
std::set<std::string> named(const std::string& kind)
{
    const auto text = platform::read_file(folder / "mimamori-agent.admx").value();
    const std::regex reference{"\\$\\(" + kind + "\\.([A-Za-z0-9_]+)\\)"};
    std::set<std::string> all;
    for (std::sregex_iterator at{text.begin(), text.end(), reference}, end; at != end; ++at)
        all.insert((*at)[1]);
    return all;
}

/// The ids of one table of a language; each stands once and says something.
std::map<std::string, ptree> ids_in(const std::string& language, const std::string& table)
{
    std::map<std::string, ptree> all;
    const ptree all_of = resources(language);
    for (const auto& [tag, node] : all_of.get_child(table))
    {
        const bool is_new = all.emplace(attribute(node, "id"), node).second;
        BOOST_TEST(is_new, language << ": " << attribute(node, "id") << " stands twice");
    }
    return all;
}

std::set<std::string> keys_of(const std::map<std::string, ptree>& all)
{
    std::set<std::string> keys;
    for (const auto& [key, node] : all)
        keys.insert(key);
    return keys;
}

/// The one element of a policy: its tag and itself; a flag has none.
std::optional<std::pair<std::string, ptree>> element_of(const ptree& policy)
{
    const auto elements = policy.get_child_optional("elements");
    if (!elements)
        return std::nullopt;
    BOOST_TEST(elements->size() == 1U);
    return std::pair{elements->front().first, elements->front().second};
}

std::string value_name_of(const ptree& policy)
{
    const auto element = element_of(policy);
    return attribute(element ? element->second : policy, "valueName");
}

/// What the agent makes of one value of the policy.
mimamori::settings::Loaded<Settings> read_back(
    const std::string& name, mimamori::settings::RegistryValue value)
{
    mimamori::settings::RegistryValues values{{name, std::move(value)}};
    // The two go together: the inventory must not be more often than the heartbeat.
    if (name == "report.heartbeat")
        values["report.inventory"] = std::uint64_t{86'400};
    if (name == "report.inventory")
        values["report.heartbeat"] = std::uint64_t{60};
    const auto layer = mimamori::settings::registry_layer(
        settings_table().entries(), values, mimamori::settings::Source::policy, "HKLM");
    auto loaded = mimamori::settings::load(settings_table(), {layer});
    BOOST_TEST_REQUIRE(loaded.has_value(), loaded.error().message);
    return std::move(*loaded);
}

bool takes(const std::string& name, mimamori::settings::RegistryValue value)
{
    const auto loaded = read_back(name, std::move(value));
    return loaded.passed_over.empty()
           && loaded.origins.at(name).source == mimamori::settings::Source::policy;
}

BOOST_AUTO_TEST_SUITE(policy_template)

BOOST_AUTO_TEST_CASE(the_template_is_the_one_that_the_settings_table_makes)
{
    const auto words = mimamori::settings::read_toml_file(folder / "words.toml");
    BOOST_TEST_REQUIRE(words.has_value());
    const Settings defaults;
    const auto files = make_template({settings_table().entries(), &defaults}, *words);
    BOOST_TEST_REQUIRE(files.has_value(), files.error().message);
    BOOST_TEST(files->size() == 3U);
    for (const auto& file : *files)
    {
        const auto committed = platform::read_file(folder / file.name);
        BOOST_TEST_REQUIRE(committed.has_value(), file.name);
        BOOST_TEST(
            (*committed == file.text), file.name
                                           << ": make it anew with mimamori-policy-template, see "
                                              "installer/policy/CMakeLists.txt");
    }
}

BOOST_AUTO_TEST_CASE(a_setting_without_words_and_words_without_a_setting_are_refused)
{
    auto words = mimamori::settings::read_toml_file(folder / "words.toml").value();
    const Settings defaults;
    const Described described{settings_table().entries(), &defaults};
    const auto dropped = words.given.back();
    words.given.pop_back();
    const auto less = make_template(described, words);
    BOOST_TEST_REQUIRE(less.has_error());
    BOOST_TEST(less.error().message.find("there is no " + dropped.key) != std::string::npos);
    words.given.push_back(dropped);
    words.given.push_back({"report.hartbeat.ja", std::string{"x"}, "words:1"});
    BOOST_TEST(make_template(described, words).has_error());
}

BOOST_AUTO_TEST_CASE(every_setting_has_one_policy_below_the_agents_key)
{
    std::set<std::string> names;
    for (const auto& [tag, policy] : policies())
    {
        BOOST_TEST(attribute(policy, "class") == "Machine");
        BOOST_TEST(attribute(policy, "key") == agent::app::policy_key);
        BOOST_TEST(names.insert(value_name_of(policy)).second, value_name_of(policy));
    }
    std::set<std::string> settings;
    for (const auto& entry : settings_table().entries())
        settings.insert(entry.key);
    BOOST_TEST((names == settings));
}

BOOST_DATA_TEST_CASE(every_string_and_presentation_is_there_and_none_besides, languages, language)
{
    const auto strings = ids_in(language, "stringTable");
    BOOST_TEST((keys_of(strings) == named("string")));
    for (const auto& [id, node] : strings)
        BOOST_TEST(!node.data().empty(), id);
    BOOST_TEST((keys_of(ids_in(language, "presentationTable")) == named("presentation")));
}

BOOST_DATA_TEST_CASE(every_element_has_its_control, languages, language)
{
    const std::map<std::string, std::string> controls{
        {"decimal", "decimalTextBox"},
        {"text", "textBox"},
        {"enum", "dropdownList"},
        {"multiText", "multiTextBox"}};
    const auto presentations = ids_in(language, "presentationTable");
    for (const auto& [tag, policy] : policies())
    {
        const auto element = element_of(policy);
        if (!element)
        {
            BOOST_TEST(attribute(policy, "presentation").empty());
            continue;
        }
        const auto& presentation = presentations.at(attribute(policy, "name"));
        std::vector<std::pair<std::string, std::string>> found;
        for (const auto& [control, node] : presentation)
        {
            if (control != "<xmlattr>")
                found.emplace_back(control, attribute(node, "refId"));
        }
        BOOST_TEST_REQUIRE(found.size() == 1U);
        BOOST_TEST(found[0].first == controls.at(element->first));
        BOOST_TEST(found[0].second == attribute(element->second, "id"));
    }
}

BOOST_AUTO_TEST_CASE(what_the_editor_allows_the_agent_takes_and_nothing_beyond)
{
    std::size_t tried = 0;
    for (const auto& [tag, policy] : policies())
    {
        const auto name = value_name_of(policy);
        const auto element = element_of(policy);
        if (!element)
        {
            BOOST_TEST(
                takes(name, policy.get<std::uint64_t>("enabledValue.decimal.<xmlattr>.value")));
            BOOST_TEST(
                takes(name, policy.get<std::uint64_t>("disabledValue.decimal.<xmlattr>.value")));
            ++tried;
        }
        else if (element->first == "decimal")
        {
            const auto min = std::stoull(attribute(element->second, "minValue"));
            const auto max = std::stoull(attribute(element->second, "maxValue"));
            BOOST_TEST(takes(name, std::uint64_t{min}), name << " = " << min);
            BOOST_TEST(!takes(name, std::uint64_t{max + 1}), name << " = " << max + 1);
            if (min > 0)
                BOOST_TEST(!takes(name, std::uint64_t{min - 1}), name << " = " << min - 1);
            BOOST_TEST(takes(name, std::uint64_t{max}), name << " = " << max);
            BOOST_TEST(max <= 0xffff'ffffU, name << " does not fit a REG_DWORD");
            ++tried;
        }
        else if (element->first == "enum")
        {
            for (const auto& [item, node] : element->second)
            {
                if (item == "item")
                    BOOST_TEST(takes(name, node.get<std::string>("value.string")), name);
            }
            BOOST_TEST(!takes(name, "another"));
            ++tried;
        }
    }
    BOOST_TEST(tried >= 12U);
}

BOOST_AUTO_TEST_CASE(the_longest_text_of_the_editor_fits_whatever_its_letters)
{
    const auto site = [] {
        for (const auto& [tag, policy] : policies())
        {
            if (value_name_of(policy) == "agent.site")
                return element_of(policy)->second;
        }
        return ptree{};
    }();
    std::string longest;
    for (int i = 0; i < std::stoi(attribute(site, "maxLength")); ++i)
        longest += "棟";
    BOOST_TEST(takes("agent.site", longest));
    BOOST_TEST(!takes("agent.site", longest + "棟"));
}

BOOST_AUTO_TEST_CASE(both_flags_and_numbers_arrive_as_what_they_say)
{
    BOOST_TEST(!read_back("watch.usb", std::uint64_t{0}).values.usb_watch);
    BOOST_TEST(read_back("watch.usb", std::uint64_t{1}).values.usb_watch);
    BOOST_TEST(
        (read_back("report.heartbeat", std::uint64_t{90}).values.heartbeat
         == std::chrono::seconds{90}));
    BOOST_TEST(
        (read_back("limits.probe_cpu", std::uint64_t{2500}).values.probe_cpu
         == std::chrono::milliseconds{2500}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::installer::policy
