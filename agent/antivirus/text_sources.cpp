#include "agent/antivirus/text_sources.hpp"

#include "common/base/ascii.hpp"

#include <algorithm>
#include <optional>

namespace mimamori::agent::antivirus {
namespace {

constexpr std::size_t piece_bytes_max = 256;
constexpr std::string_view blanks{" \t\r\0", 4};

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view unquoted(std::string_view text)
{
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        return text.substr(1, text.size() - 2);
    return text;
}

/// Calls `take` for each line, without blanks around it, until it returns true.
template <class Take>
void for_each_line(std::string_view text, Take take)
{
    while (!text.empty())
    {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (take(trimmed(line)))
            return;
    }
}

std::string bounded(std::string_view text)
{
    return std::string{text.substr(0, piece_bytes_max)};
}

} // namespace

Result<std::string> config_value(std::string_view text, std::string_view key)
{
    std::optional<std::string> found;
    for_each_line(text, [&](std::string_view line) {
        const auto end = line.find_first_of(" \t=");
        if (line.starts_with('#') || line.starts_with(';') || end == std::string_view::npos
            || !equal_ignoring_case(line.substr(0, end), key))
            return false;
        std::string_view value = trimmed(line.substr(end));
        if (value.starts_with('='))
            value = trimmed(value.substr(1));
        found = bounded(unquoted(value));
        return false;
    });
    if (!found)
        return Error{Errc::not_found, "it has no " + std::string{key}};
    return *found;
}

Result<std::string> ini_value(std::string_view text, std::string_view section, std::string_view key)
{
    std::optional<std::string> found;
    bool inside = section.empty();
    for_each_line(text, [&](std::string_view line) {
        if (line.starts_with('[') && line.ends_with(']'))
        {
            const std::string_view name = trimmed(line.substr(1, line.size() - 2));
            inside = section.empty() || equal_ignoring_case(name, section);
            return false;
        }
        const auto equals = line.find('=');
        if (!inside || line.starts_with(';') || equals == std::string_view::npos
            || !equal_ignoring_case(trimmed(line.substr(0, equals)), key))
            return false;
        found = bounded(unquoted(trimmed(line.substr(equals + 1))));
        return true;
    });
    if (!found)
        return Error{Errc::not_found, "it has no " + std::string{key}};
    return *found;
}

Result<std::string> extract(std::string_view text, const Source& source)
{
    std::size_t from = 0;
    for (std::size_t i = 0; i < source.find.size(); ++i)
    {
        const std::string& word = source.find[i];
        const auto at = i == 0 && source.last ? text.rfind(word) : text.find(word, from);
        if (at == std::string_view::npos)
            return Error{Errc::not_found, "it does not hold the expected text"};
        from = at + word.size();
    }
    std::string_view piece = text.substr(from);
    if (!source.separator.empty())
    {
        piece = piece.substr(0, piece.find('\n'));
        for (std::uint32_t i = 0; i < source.part; ++i)
        {
            const auto at = piece.find(source.separator);
            if (at == std::string_view::npos)
                return Error{Errc::not_found, "its line has fewer parts than expected"};
            piece.remove_prefix(at + 1);
        }
        piece = piece.substr(0, piece.find(source.separator));
    }
    else if (!source.find.empty())
    {
        piece = piece.substr(0, piece.find('\n'));
    }
    return bounded(piece);
}

std::string ascii_of_utf16le(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size() / 2);
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
    {
        const auto low = static_cast<unsigned char>(bytes[i]);
        const bool ascii = bytes[i + 1] == '\0' && low < 0x80;
        text += ascii ? static_cast<char>(low) : '?';
    }
    return text;
}

} // namespace mimamori::agent::antivirus
