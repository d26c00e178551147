#include "collector/directory/ldap_text.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace mimamori::collector::directory {
namespace {

constexpr std::string_view place = "{user}";

/// Of Microsoft's "LDAP error 49" with its sub-codes.
constexpr auto refusals = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"525", "no such account"},
    {"52e", "wrong password"},
    {"530", "not at this hour"},
    {"531", "not from this machine"},
    {"532", "the password has expired"},
    {"533", "the account is disabled"},
    {"701", "the account has expired"},
    {"773", "the password must be changed first"},
    {"775", "the account is locked"},
});

bool is_plain(char c)
{
    constexpr std::string_view others = "-._@ ";
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
           || others.find(c) != std::string_view::npos;
}

std::string escaped(char c)
{
    return fmt::format("\\{:02x}", static_cast<unsigned char>(c));
}

} // namespace

std::string filter_value(std::string_view value)
{
    std::string text;
    for (const char c : value)
        text += is_plain(c) ? std::string{c} : escaped(c);
    return text;
}

std::string filter_bytes(std::string_view value)
{
    std::string text;
    for (const char c : value)
        text += escaped(c);
    return text;
}

std::string fill_filter(std::string_view filter, std::string_view user)
{
    const std::string value = filter_value(user);
    std::string text;
    for (std::size_t at = filter.find(place); at != std::string_view::npos; at = filter.find(place))
    {
        text.append(filter.substr(0, at)).append(value);
        filter.remove_prefix(at + place.size());
    }
    return text.append(filter);
}

bool is_filter(std::string_view filter)
{
    int depth = 0;
    for (const char c : filter)
    {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (depth < 0)
            return false;
    }
    return depth == 0 && filter.starts_with('(') && filter.ends_with(')')
           && filter.find(place) != std::string_view::npos;
}

std::string_view why_refused(std::string_view diagnostic)
{
    constexpr std::string_view before = ", data ";
    const std::size_t at = diagnostic.find(before);
    if (at == std::string_view::npos)
        return {};
    diagnostic.remove_prefix(at + before.size());
    for (const auto& [code, words] : refusals)
        if (diagnostic.substr(0, diagnostic.find_first_of(", ")) == code)
            return words;
    return {};
}

} // namespace mimamori::collector::directory
