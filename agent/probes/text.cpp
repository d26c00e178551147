#include "agent/probes/text.hpp"

#include "common/base/utf8.hpp"

#include <algorithm>

namespace mimamori::agent::probes {
namespace {

constexpr std::string_view white = " \t\r\n\f\v";

/// Matches one `[…]` group; moves `pattern` behind it. A group without end is a plain '['.
bool matches_group(std::string_view& pattern, char letter)
{
    std::size_t at = 1;
    const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
    if (negated)
        ++at;
    bool found = false;
    for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false)
    {
        const char low = pattern[at];
        const bool range =
            at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']';
        const char high = range ? pattern[at + 2] : low;
        found = found || (low <= letter && letter <= high);
        at += range ? 3 : 1;
    }
    if (at >= pattern.size())
    {
        pattern.remove_prefix(1);
        return letter == '[';
    }
    pattern.remove_prefix(at + 1);
    return found != negated;
}

} // namespace

std::string_view trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(white);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(white) - begin + 1);
}

std::string_view unquoted(std::string_view text)
{
    const bool quoted = text.size() >= 2 && text.front() == text.back()
                        && (text.front() == '"' || text.front() == '\'');
    return quoted ? text.substr(1, text.size() - 2) : text;
}

std::optional<std::string_view> next_line(std::string_view& text)
{
    if (text.empty())
        return std::nullopt;
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line.back() == '\r')
        line.remove_suffix(1);
    return line;
}

std::string_view next_word(std::string_view& text)
{
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(white)));
    const std::string_view word = text.substr(0, text.find_first_of(white));
    text.remove_prefix(word.size());
    return word;
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (!text.empty())
    {
        const auto end = text.find(separator);
        const auto part = trimmed(text.substr(0, end));
        if (!part.empty())
            parts.push_back(part);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return parts;
}

std::string fact_text(std::string_view text, std::size_t bytes_max)
{
    // A device may call itself anything; look at no more of it than can be kept.
    std::string fact = to_valid_utf8(text.substr(0, bytes_max * 2));
    std::replace_if(
        fact.begin(), fact.end(),
        [](char letter) { return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f; },
        ' ');
    return std::string{trimmed(utf8_prefix(trimmed(fact), bytes_max))};
}

std::map<std::string_view, std::string_view> parse_assignments(std::string_view text)
{
    std::map<std::string_view, std::string_view> values;
    while (const auto line = next_line(text))
    {
        const auto whole = trimmed(*line);
        const auto equals = whole.find('=');
        if (whole.empty() || whole.front() == '#' || equals == std::string_view::npos)
            continue;
        values[trimmed(whole.substr(0, equals))] = unquoted(trimmed(whole.substr(equals + 1)));
    }
    return values;
}

std::vector<IniLine> parse_ini(std::string_view text)
{
    std::vector<IniLine> lines;
    std::string_view section;
    while (const auto line = next_line(text))
    {
        const auto whole = trimmed(*line);
        if (whole.empty() || whole.front() == '#' || whole.front() == ';')
            continue;
        if (whole.front() == '[' && whole.back() == ']')
        {
            section = trimmed(whole.substr(1, whole.size() - 2));
            continue;
        }
        const auto equals = whole.find('=');
        if (equals == std::string_view::npos)
            continue;
        lines.push_back(
            {section, trimmed(whole.substr(0, equals)), trimmed(whole.substr(equals + 1))});
    }
    return lines;
}

bool matches_glob(std::string_view pattern, std::string_view name)
{
    // Greedy with one point to come back to: linear in practice, never exponential.
    std::optional<std::string_view> pattern_after_star;
    std::string_view name_at_star;
    while (!name.empty())
    {
        std::string_view rest = pattern;
        bool fits = false;
        if (!rest.empty() && rest.front() == '*')
        {
            pattern.remove_prefix(1);
            pattern_after_star = pattern;
            name_at_star = name;
            continue;
        }
        if (!rest.empty() && rest.front() == '[')
            fits = matches_group(rest, name.front());
        else if (!rest.empty())
        {
            fits = rest.front() == '?' || rest.front() == name.front();
            rest.remove_prefix(1);
        }
        if (fits)
        {
            pattern = rest;
            name.remove_prefix(1);
            continue;
        }
        if (!pattern_after_star)
            return false;
        name_at_star.remove_prefix(1);
        pattern = *pattern_after_star;
        name = name_at_star;
    }
    return pattern.find_first_not_of('*') == std::string_view::npos;
}

std::string to_lower(std::string_view text)
{
    std::string lower{text};
    for (char& letter : lower)
    {
        if (letter >= 'A' && letter <= 'Z')
            letter = static_cast<char>(letter - 'A' + 'a');
    }
    return lower;
}

Timestamp from_seconds(std::int64_t seconds)
{
    return Timestamp{std::chrono::seconds{seconds}};
}

void note_source(wire::Provenance& from, std::string_view source)
{
    if (std::find(from.sources.begin(), from.sources.end(), source) == from.sources.end())
        from.sources.emplace_back(source);
}

void note_unknown(wire::Provenance& from, std::string_view fact, std::string_view why)
{
    constexpr std::size_t unknown_max = 200;
    if (from.unknown.size() < unknown_max)
        from.unknown.push_back({std::string{fact}, fact_text(why, 300)});
}

void note_unknown(wire::Provenance& from, std::string_view fact, const Error& error)
{
    note_unknown(from, fact, error.message);
}

} // namespace mimamori::agent::probes
