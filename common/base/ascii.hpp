#pragma once

#include <algorithm>
#include <string_view>

/// Letters of protocols, registry keys and file forms: ASCII only, whatever the locale.
namespace mimamori {

constexpr char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_ascii_digit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr bool is_ascii_letter(char c)
{
    return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

/// Control characters of ASCII, NUL and DEL among them.
constexpr bool is_ascii_control(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// Whether two texts differ at most in the case of ASCII letters.
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return ascii_lower(x) == ascii_lower(y);
    });
}

/// Whether `part` stands in `text`, the case of ASCII letters ignored.
constexpr bool contains_ignoring_case(std::string_view text, std::string_view part)
{
    const auto same = [](char x, char y) { return ascii_lower(x) == ascii_lower(y); };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

} // namespace mimamori
