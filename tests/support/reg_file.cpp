#include "tests/support/reg_file.hpp"

#include "common/base/ascii.hpp"
#include "common/base/encoding.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace mimamori::tests {
namespace {

using agent::windows::RegistryValue;
using agent::windows::ValueType;

[[noreturn]] void refuse(std::size_t line, std::string_view why)
{
    throw std::runtime_error{".reg line " + std::to_string(line) + ": " + std::string{why}};
}

std::string as_utf8(std::string_view text)
{
    if (text.starts_with("\xFF\xFE"))
        return agent::windows::utf8_of_utf16(text.substr(2)).value();
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    return std::string{text};
}

std::string short_key(std::string_view key)
{
    constexpr std::string_view machine = "HKEY_LOCAL_MACHINE";
    constexpr std::string_view users = "HKEY_USERS";
    if (key.starts_with(machine))
        return "HKLM" + std::string{key.substr(machine.size())};
    if (key.starts_with(users))
        return "HKU" + std::string{key.substr(users.size())};
    return {};
}

/// Takes a text in quotes off the front, with \\ and \" in it.
std::optional<std::string> take_quoted(std::string_view& rest)
{
    if (!rest.starts_with('"'))
        return std::nullopt;
    std::string text;
    for (std::size_t i = 1; i < rest.size(); ++i)
    {
        if (rest[i] == '"')
        {
            rest.remove_prefix(i + 1);
            return text;
        }
        if (rest[i] == '\\' && i + 1 < rest.size())
            ++i;
        text += rest[i];
    }
    return std::nullopt;
}

std::string bytes_of(std::string_view hex, std::size_t line)
{
    std::string digits;
    std::copy_if(hex.begin(), hex.end(), std::back_inserter(digits), [](char c) {
        return c != ',' && c != ' ' && c != '\\' && c != '\r' && c != '\n' && c != '\t';
    });
    const auto bytes = from_hex(digits);
    if (!bytes)
        refuse(line, "not hexadecimal");
    return {bytes->begin(), bytes->end()};
}

RegistryValue value_of(std::string_view text, std::size_t line)
{
    if (auto quoted = take_quoted(text))
        return {ValueType::text, agent::windows::utf16_of_utf8(*quoted) + std::string(2, '\0')};
    if (constexpr std::string_view dword = "dword:"; text.starts_with(dword))
    {
        const auto bytes = from_hex(text.substr(dword.size()));
        if (!bytes || bytes->size() != 4)
            refuse(line, "not eight hexadecimal digits");
        return {ValueType::dword, {bytes->rbegin(), bytes->rend()}};
    }
    if (constexpr std::string_view hex = "hex:"; text.starts_with(hex))
        return {ValueType::binary, bytes_of(text.substr(hex.size()), line)};
    constexpr std::string_view typed = "hex(";
    const auto end = text.find("):");
    if (!text.starts_with(typed) || end == std::string_view::npos)
        refuse(line, "a value of an unknown form");
    const auto type =
        std::stoul(std::string{text.substr(typed.size(), end - typed.size())}, nullptr, 16);
    return {static_cast<ValueType>(type), bytes_of(text.substr(end + 2), line)};
}

} // namespace

void read_reg_file(
    std::string_view text,
    const std::function<void(const std::string&, const std::string&, RegistryValue)>& take)
{
    const std::string utf8 = as_utf8(text);
    std::string key;
    std::size_t number = 0;
    std::string_view rest = utf8;
    while (!rest.empty())
    {
        ++number;
        std::string line{rest.substr(0, rest.find('\n'))};
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        while (line.ends_with('\r'))
            line.pop_back();
        while (line.ends_with('\\') && !rest.empty()) // A long value goes on in the next line.
        {
            line.pop_back();
            std::string_view next = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(rest.size(), next.size() + 1));
            ++number;
            while (next.ends_with('\r'))
                next.remove_suffix(1);
            line += next;
        }
        if (line.empty() || line.front() == ';' || number == 1)
            continue;
        if (line.front() == '[')
        {
            key = line.back() == ']' ? short_key(std::string_view{line}.substr(1, line.size() - 2))
                                     : std::string{};
            if (key.empty())
                refuse(number, "not a key of this machine");
            take(key, {}, {});
            continue;
        }
        std::string_view left = line;
        std::string name;
        if (left.starts_with('@'))
            left.remove_prefix(1);
        else if (auto quoted = take_quoted(left))
            name = std::move(*quoted);
        else
            refuse(number, "neither key nor value");
        if (!left.starts_with('=') || key.empty())
            refuse(number, "neither key nor value");
        take(key, name, value_of(left.substr(1), number));
    }
}

} // namespace mimamori::tests
