#include "common/settings/document.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mimamori::settings {
namespace {

constexpr std::size_t columns_max = 100;

/// `text` as lines of at most 100 columns, each begun with `prefix`.
std::string wrapped(std::string_view text, std::string_view prefix)
{
    std::string out;
    std::string line{prefix};
    std::size_t words = 0;
    while (!text.empty())
    {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        if (words > 0 && line.size() + 1 + word.size() > columns_max)
        {
            out += line + '\n';
            line = prefix;
            words = 0;
        }
        line += (words++ == 0 ? "" : " ") + std::string{word};
    }
    return out + line + '\n';
}

bool is_required(const Entry& entry)
{
    return entry.presence == Presence::required;
}

} // namespace

std::string detail::sample_file(
    const std::string& program, const std::vector<Entry>& entries, const void* defaults)
{
    std::string out = fmt::format(
        "# Settings of {}. A line that is commented out shows the default.\n"
        "# Made from the program's own table; a test keeps it so.\n",
        program);
    std::string section;
    for (const auto& entry : entries)
    {
        if (entry.section() != section)
        {
            section = entry.section();
            out += fmt::format("\n[{}]\n", section);
        }
        out += '\n' + wrapped(entry.help, "# ") + wrapped("Allowed: " + entry.allowed, "# ");
        if (is_required(entry))
            out += "# Must be set.\n";
        out += fmt::format("#{} = {}\n", entry.name(), toml_text(entry.value(defaults)));
    }
    return out;
}

std::string detail::help_text(const std::vector<Entry>& entries, const void* defaults)
{
    std::string out;
    for (const auto& entry : entries)
    {
        out += fmt::format("  {}", entry.key);
        out += is_required(entry) ? " (must be set)\n"
                                  : fmt::format(" = {}\n", toml_text(entry.value(defaults)));
        out += wrapped(entry.help, "      ") + wrapped("Allowed: " + entry.allowed, "      ");
    }
    return out;
}

std::string shown_text(const std::vector<Shown>& all)
{
    std::size_t key_columns = 0;
    for (const auto& shown : all)
        key_columns = std::max(key_columns, shown.key.size());
    std::string out;
    for (const auto& shown : all)
    {
        out += fmt::format(
            "{:<{}} = {}  ({}{}{})\n", shown.key, key_columns, shown.text,
            name_of(shown.origin.source), shown.origin.place.empty() ? "" : ", ",
            shown.origin.place);
    }
    return out;
}

} // namespace mimamori::settings
