#include "agent/probes/dpkg.hpp"

#include "agent/probes/deb822.hpp"
#include "agent/probes/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mimamori::agent::probes {

std::optional<DpkgPackage> installed_package(std::string_view stanza)
{
    DpkgPackage package;
    std::string_view status;
    const std::array<std::pair<std::string_view, std::string_view*>, 6> wanted{{
        {"Package:", &package.name},
        {"Status:", &status},
        {"Maintainer:", &package.maintainer},
        {"Architecture:", &package.architecture},
        {"Origin:", &package.origin},
        {"Version:", &package.version},
    }};
    while (const auto line = next_line(stanza))
    {
        if (line->empty() || line->front() == ' ')
            continue;
        for (const auto& [name, value] : wanted)
        {
            if (line->starts_with(name))
            {
                *value = trimmed(line->substr(name.size()));
                break;
            }
        }
    }
    next_word(status); // what is wanted
    next_word(status); // whether it is in order
    const std::string_view state = next_word(status);
    constexpr std::array<std::string_view, 6> states{"installed",        "half-configured",
                                                     "unpacked",         "triggers-pending",
                                                     "triggers-awaited", "half-installed"};
    const bool there = std::find(states.begin(), states.end(), state) != states.end();
    if (!there || package.name.empty() || package.version.empty())
        return std::nullopt;
    return package;
}

std::string_view maintainer_name(std::string_view maintainer)
{
    return trimmed(maintainer.substr(0, maintainer.find('<')));
}

std::optional<std::string> newest_change(std::string_view dpkg_log)
{
    // The last line wins: the log only grows, and a clock set back does not make a change older.
    while (!dpkg_log.empty())
    {
        const auto before = dpkg_log.find_last_of('\n', dpkg_log.size() - 2);
        const bool first = before == std::string_view::npos || dpkg_log.size() < 2;
        std::string_view line = first ? dpkg_log : dpkg_log.substr(before + 1);
        dpkg_log.remove_suffix(line.size());
        const auto day = next_word(line);
        const auto time = next_word(line);
        const auto action = next_word(line);
        if ((action == "install" || action == "upgrade") && day.size() == 10 && time.size() == 8)
            return fmt::format("{} {}", day, time);
    }
    return std::nullopt;
}

} // namespace mimamori::agent::probes
