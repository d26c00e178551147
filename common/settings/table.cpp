#include "common/settings/table.hpp"

#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>

namespace mimamori::settings::detail {
namespace {

constexpr std::size_t problems_shown_max = 50;

bool is_word(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

/// How many letters must change to make one of the other (Levenshtein).
std::size_t distance(std::string_view one, std::string_view other)
{
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= one.size(); ++i)
    {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= other.size(); ++j)
        {
            const std::size_t changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, changed}));
        }
    }
    return row.back();
}

std::string unknown_key(const std::vector<Entry>& entries, const Given& given)
{
    constexpr std::size_t key_bytes_max = 100; // Longer ones are no slip of the finger.
    constexpr std::size_t distance_max = 3;
    std::string line = fmt::format("{}: {}: no such setting", given.place, for_log(given.key));
    const Entry* nearest = nullptr;
    std::size_t nearest_distance = distance_max + 1;
    for (const auto& entry : entries)
    {
        // The right name in the wrong section is found, too.
        const std::size_t apart = given.key.size() > key_bytes_max ? nearest_distance
                                  : given.key == entry.name()      ? 0
                                                                   : distance(given.key, entry.key);
        if (apart < nearest_distance)
        {
            nearest = &entry;
            nearest_distance = apart;
        }
    }
    if (nearest)
        line += "; did you mean " + nearest->key + '?';
    return line;
}

std::string not_allowed(const Entry& entry, const Given& given)
{
    const bool is_secret = entry.secrecy == Secrecy::secret;
    return fmt::format(
        "{}: {}: {} is not allowed; allowed: {}", given.place, given.key,
        is_secret ? "what it says" : describe(given.value), entry.allowed);
}

} // namespace

void check_table(const std::vector<Entry>& entries, const void* defaults, void* scratch)
{
    std::set<std::string> sections;
    std::set<std::string> keys;
    std::string section;
    for (const auto& entry : entries)
    {
        const auto refuse = [&entry](const std::string& why) {
            throw std::logic_error{entry.key + ": " + why};
        };
        const auto dot = entry.key.find('.');
        if (dot == std::string::npos || !is_word(entry.section()) || !is_word(entry.name()))
            refuse("a key is section.name in lower case");
        if (!keys.insert(entry.key).second)
            refuse("stands twice in the table");
        if (entry.section() != section && !sections.insert(entry.section()).second)
            refuse("its section is in two places");
        section = entry.section();
        if (entry.help.empty() || entry.help.back() != '.')
            refuse("the help must be a sentence");
        if (entry.allowed.empty())
            refuse("does not say what is allowed");
        if (entry.presence == Presence::optional && !entry.assign(scratch, entry.value(defaults)))
            refuse("its own default is not allowed");
    }
}

std::vector<std::string> assign_all(
    const std::vector<Entry>& entries,
    const std::vector<Layer>& layers,
    void* settings,
    Origins& origins,
    std::vector<PassedOver>& passed_over)
{
    std::vector<std::string> problems;
    std::map<std::string, const Entry*, std::less<>> by_key;
    std::set<std::string, std::less<>> sections;
    for (const auto& entry : entries)
    {
        by_key.emplace(entry.key, &entry);
        sections.insert(entry.section());
        origins[entry.key] = {};
    }

    for (const auto& layer : layers)
    {
        const auto complain = [&](const std::string& key, std::string text) {
            if (layer.mistakes == Mistakes::refuse)
                problems.push_back(std::move(text));
            else
                passed_over.push_back({key, std::move(text)});
        };
        for (const auto& given : layer.given)
        {
            const auto found = by_key.find(given.key);
            if (found == by_key.end())
            {
                const bool is_empty_section = std::holds_alternative<EmptySection>(given.value);
                if (!is_empty_section || !sections.contains(given.key))
                    complain(given.key, unknown_key(entries, given));
                continue;
            }
            const Entry& entry = *found->second;
            const bool is_allowed = entry.assign(settings, given.value);
            if (!is_allowed)
                complain(given.key, not_allowed(entry, given));
            if (is_allowed || layer.mistakes == Mistakes::refuse)
                origins[given.key] = {layer.source, given.place};
        }
    }

    for (const auto& entry : entries)
    {
        if (entry.presence == Presence::required && origins[entry.key].source == Source::built_in)
            problems.push_back(fmt::format(
                "{}: {}: is missing and has no default; allowed: {}",
                layers.empty() ? "settings" : layers.back().name, entry.key, entry.allowed));
    }
    return problems;
}

std::vector<Layer> without_breakers(
    const std::vector<Layer>& layers,
    const std::vector<Problem>& broken,
    std::vector<PassedOver>& passed_over)
{
    std::map<std::string, const Problem*, std::less<>> by_section;
    for (const auto& problem : broken)
        by_section.emplace(problem.key.substr(0, problem.key.find('.')), &problem);
    std::vector<Layer> fewer = layers;
    for (auto& layer : fewer)
    {
        if (layer.mistakes == Mistakes::refuse)
            continue;
        const auto breaks = [&](const Given& given) {
            const auto found = by_section.find(given.key.substr(0, given.key.find('.')));
            if (found == by_section.end())
                return false;
            const Problem& problem = *found->second;
            passed_over.push_back(
                {given.key, fmt::format(
                                "{}: does not go with the rest: {} {}", given.place, problem.key,
                                problem.text)});
            return true;
        };
        std::erase_if(layer.given, breaks);
    }
    return fewer;
}

std::string shown_value(const Entry& entry, const void* settings)
{
    std::string text = toml_text(entry.value(settings));
    return entry.secrecy == Secrecy::open || text == "\"\"" ? text : "(not shown)";
}

std::string sentence(const Problem& problem, const Origins& origins)
{
    const auto found = origins.find(problem.key);
    const bool is_built_in = found == origins.end() || found->second.place.empty();
    return fmt::format(
        "{}: {}: {}", is_built_in ? "default" : found->second.place, problem.key, problem.text);
}

Error error_of(const std::vector<std::string>& problems)
{
    std::string message;
    for (std::size_t i = 0; i < problems.size() && i < problems_shown_max; ++i)
        message += (i == 0 ? "" : "\n") + problems[i];
    if (problems.size() > problems_shown_max)
        message += fmt::format("\nand {} more", problems.size() - problems_shown_max);
    return Error{Errc::invalid_input, std::move(message)};
}

} // namespace mimamori::settings::detail
