#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace mimamori {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool is_continuation(unsigned char c)
{
    return (c & 0xC0U) == 0x80U;
}

/// The length of the well-formed character at the front of `text`, 0 when there is none.
std::size_t character_length(std::string_view text)
{
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = at(0);
    if (first < 0x80)
        return 1;
    std::size_t length = 0;
    std::uint32_t code = 0;
    std::uint32_t least = 0;
    if ((first & 0xE0U) == 0xC0U)
        length = 2, code = first & 0x1FU, least = 0x80;
    else if ((first & 0xF0U) == 0xE0U)
        length = 3, code = first & 0x0FU, least = 0x800;
    else if ((first & 0xF8U) == 0xF0U)
        length = 4, code = first & 0x07U, least = 0x10000;
    if (length == 0 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
    {
        if (!is_continuation(at(i)))
            return 0;
        code = code << 6U | (at(i) & 0x3FU);
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code < least || code > 0x10FFFF || surrogate ? 0 : length;
}

} // namespace

bool is_utf8(std::string_view text)
{
    while (!text.empty())
    {
        const std::size_t length = character_length(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string to_valid_utf8(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty())
    {
        const std::size_t length = text.front() == '\0' ? 0 : character_length(text);
        out += length == 0 ? replacement : text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out;
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max)
{
    if (text.size() <= bytes_max)
        return text;
    std::size_t end = bytes_max;
    while (end > 0 && is_continuation(static_cast<unsigned char>(text[end])))
        --end;
    return text.substr(0, end);
}

std::string isolated(std::string_view text)
{
    // UTF-8 is in the order of its characters.
    const auto within = [](std::string_view character, std::string_view first,
                           std::string_view last) {
        return first <= character && character <= last;
    };
    std::string out;
    bool turns = false;
    while (!text.empty())
    {
        const std::string_view character =
            text.substr(0, std::max<std::size_t>(character_length(text), 1));
        const bool isolates = within(character, "\u2066", "\u2069");
        turns = turns || isolates || within(character, "\u0590", "\u08FF")
                || within(character, "\u200F", "\u200F") || within(character, "\u202A", "\u202E")
                || within(character, "\uFB1D", "\uFDFF") || within(character, "\uFE70", "\uFEFC");
        if (!isolates)
            out += character;
        text.remove_prefix(character.size());
    }
    return turns ? "\u2068" + out + "\u2069" : out;
}

std::string for_log(std::string_view text)
{
    constexpr std::size_t log_bytes_max = 200;
    const std::string valid = to_valid_utf8(text.substr(0, log_bytes_max + 4));
    const std::string_view shown = utf8_prefix(valid, log_bytes_max);
    std::string out;
    for (const char c : shown)
    {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F)
            out += fmt::format("\\x{:02x}", byte);
        else if (c == '"' || c == '\\')
            out += {'\\', c};
        else
            out += c;
    }
    if (shown.size() < text.size())
        out += "...";
    return out;
}

} // namespace mimamori
