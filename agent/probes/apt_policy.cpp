#include "agent/probes/apt_policy.hpp"

#include "agent/probes/deb822.hpp"
#include "agent/probes/text.hpp"

#include <algorithm>

namespace mimamori::agent::probes {
namespace {

constexpr std::size_t pins_max = 1'000;

bool is_yes(std::string_view value)
{
    return value == "yes" || value == "true" || value == "1";
}

/// One condition of `Pin: release a=stable, o=Debian`.
bool fits_term(std::string_view term, const AptRelease& release)
{
    const auto equals = term.find('=');
    if (equals == std::string_view::npos)
        // A bare word names suite, codename or version.
        return matches_glob(term, release.suite) || matches_glob(term, release.codename)
               || matches_glob(term, release.version);
    const std::string_view pattern = trimmed(term.substr(equals + 1));
    switch (term.front())
    {
    case 'a':
        return matches_glob(pattern, release.suite);
    case 'n':
        return matches_glob(pattern, release.codename);
    case 'o':
        return matches_glob(pattern, release.origin);
    case 'l':
        return matches_glob(pattern, release.label);
    case 'v':
        return matches_glob(pattern, release.version);
    case 'c':
        return matches_glob(pattern, release.component);
    default:
        return false;
    }
}

bool fits_condition(const AptPin& pin, std::string_view version, const AptRelease& release)
{
    if (pin.kind == "version")
        return matches_glob(pin.condition, version);
    if (pin.kind == "origin")
        return matches_glob(unquoted(pin.condition), release.host);
    const auto terms = split(pin.condition, ',');
    return std::all_of(terms.begin(), terms.end(), [&](std::string_view term) {
        return fits_term(term, release);
    });
}

bool is_general(const AptPin& pin)
{
    return pin.packages.size() == 1 && pin.packages.front() == "*";
}

bool fits_package(const AptPin& pin, std::string_view package)
{
    return std::any_of(pin.packages.begin(), pin.packages.end(), [&](const std::string& pattern) {
        return matches_glob(pattern, package);
    });
}

} // namespace

AptRelease parse_release_file(std::string_view text)
{
    // In an InRelease file the fields are the second stanza; checksums follow the short fields.
    if (text.starts_with("-----BEGIN PGP SIGNED MESSAGE-----"))
    {
        const auto body = text.find("\n\n");
        text.remove_prefix(body == std::string_view::npos ? text.size() : body + 2);
    }
    AptRelease release;
    while (const auto line = next_line(text))
    {
        const auto colon = line->find(':');
        if (line->empty() || line->front() == ' ' || colon == std::string_view::npos)
            break;
        const std::string_view name = line->substr(0, colon);
        const std::string_view value = trimmed(line->substr(colon + 1));
        if (name == "Origin")
            release.origin = fact_text(value, 256);
        else if (name == "Label")
            release.label = fact_text(value, 256);
        else if (name == "Suite")
            release.suite = fact_text(value, 256);
        else if (name == "Codename")
            release.codename = fact_text(value, 256);
        else if (name == "Version")
            release.version = fact_text(value, 256);
        else if (name == "NotAutomatic")
            release.not_automatic = is_yes(value);
        else if (name == "ButAutomaticUpgrades")
            release.automatic_upgrades = is_yes(value);
    }
    return release;
}

bool is_security(const AptRelease& release)
{
    return release.suite.ends_with("-security") || release.codename.ends_with("-security")
           || to_lower(release.label).find("security") != std::string::npos
           || release.origin.starts_with("UbuntuESM");
}

std::vector<AptPin> parse_preferences(
    std::string_view text, std::vector<std::string>& not_understood)
{
    std::vector<AptPin> pins;
    // Comment lines may stand anywhere, also between the lines of a record.
    std::string plain;
    while (const auto line = next_line(text))
    {
        if (!line->starts_with('#') && !line->starts_with("Explanation:"))
            plain.append(*line) += '\n';
    }
    MemoryText source{plain};
    StanzaReader reader{source};
    for (auto stanza = reader.next(); stanza && *stanza && pins.size() < pins_max;
         stanza = reader.next())
    {
        AptPin pin;
        std::string_view packages = stanza_field(**stanza, "Package");
        const std::string whole = fact_text(packages, 256);
        for (auto name = next_word(packages); !name.empty(); name = next_word(packages))
            pin.packages.emplace_back(name);
        std::string_view condition = stanza_field(**stanza, "Pin");
        pin.kind = next_word(condition);
        pin.condition = trimmed(condition);
        const auto priority = to_number<int>(stanza_field(**stanza, "Pin-Priority"));
        const bool known_kind =
            pin.kind == "version" || pin.kind == "release" || pin.kind == "origin";
        const bool odd_name =
            std::any_of(pin.packages.begin(), pin.packages.end(), [](const std::string& name) {
                return name.starts_with('/') || name.starts_with("src:")
                       || name.find('?') != std::string::npos;
            });
        if (!priority || !known_kind || odd_name || pin.packages.empty())
        {
            not_understood.push_back(whole);
            continue;
        }
        pin.priority = *priority;
        pins.push_back(std::move(pin));
    }
    return pins;
}

int priority_of(
    const AptPolicy& policy,
    std::string_view package,
    std::string_view version,
    const AptRelease& release)
{
    // The first specific record decides; failing that, the first general one.
    for (const AptPin& pin : policy.pins)
    {
        if (!is_general(pin) && fits_package(pin, package) && fits_condition(pin, version, release))
            return pin.priority;
    }
    for (const AptPin& pin : policy.pins)
    {
        if (is_general(pin) && fits_condition(pin, version, release))
            return pin.priority;
    }
    const std::string& target = policy.default_release;
    if (!target.empty()
        && (target == release.suite || target == release.codename || target == release.version))
        return 990;
    if (release.not_automatic)
        return release.automatic_upgrades ? 100 : 1;
    return 500;
}

} // namespace mimamori::agent::probes
