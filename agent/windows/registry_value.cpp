#include "agent/windows/registry_value.hpp"

#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace mimamori::agent::windows {
namespace {

std::string type_name(ValueType type)
{
    switch (type)
    {
    case ValueType::none:
        return "REG_NONE";
    case ValueType::text:
        return "REG_SZ";
    case ValueType::expand_text:
        return "REG_EXPAND_SZ";
    case ValueType::binary:
        return "REG_BINARY";
    case ValueType::dword:
        return "REG_DWORD";
    case ValueType::texts:
        return "REG_MULTI_SZ";
    case ValueType::qword:
        return "REG_QWORD";
    }
    return fmt::format("type {}", static_cast<std::uint32_t>(type));
}

Error wrong_type(ValueType type, std::string_view wanted)
{
    return {Errc::invalid_input, fmt::format("is {}, not {}", type_name(type), wanted)};
}

void append_utf8(std::string& text, char32_t letter)
{
    const auto byte = [&](char32_t bits) { text += static_cast<char>(bits); };
    if (letter < 0x80)
        return byte(letter);
    if (letter < 0x800)
        byte(0xC0 | letter >> 6U);
    else
    {
        if (letter < 0x10000)
            byte(0xE0 | letter >> 12U);
        else
        {
            byte(0xF0 | letter >> 18U);
            byte(0x80 | (letter >> 12U & 0x3F));
        }
        byte(0x80 | (letter >> 6U & 0x3F));
    }
    byte(0x80 | (letter & 0x3F));
}

char32_t unit_at(std::string_view bytes, std::size_t i)
{
    return static_cast<char32_t>(static_cast<std::uint8_t>(bytes[i]))
           | static_cast<char32_t>(static_cast<std::uint8_t>(bytes[i + 1])) << 8U;
}

/// The character at `i`, which is moved behind it; nothing for half of a pair.
std::optional<char32_t> next_letter(std::string_view bytes, std::size_t& i)
{
    const char32_t unit = unit_at(bytes, i);
    i += 2;
    if (unit < 0xD800 || unit > 0xDFFF)
        return unit;
    if (unit > 0xDBFF || i + 1 >= bytes.size())
        return std::nullopt;
    const char32_t low = unit_at(bytes, i);
    if (low < 0xDC00 || low > 0xDFFF)
        return std::nullopt;
    i += 2;
    return 0x10000 + ((unit & 0x3FF) << 10U | (low & 0x3FF));
}

/// Takes one character off well-formed UTF-8.
char32_t take_letter(std::string_view& text)
{
    const auto lead = static_cast<std::uint8_t>(text.front());
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t letter = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i)
        letter = letter << 6U | (static_cast<std::uint8_t>(text[i]) & 0x3FU);
    text.remove_prefix(length);
    return letter;
}

Result<std::uint64_t> little_endian(std::string_view bytes, std::size_t size)
{
    if (bytes.size() != size)
        return Error{
            Errc::invalid_input,
            fmt::format("has {} bytes where a number has {}", bytes.size(), size)};
    std::uint64_t number = 0;
    for (std::size_t i = size; i > 0; --i)
        number = number << 8U | static_cast<std::uint8_t>(bytes[i - 1]);
    return number;
}

} // namespace

Result<std::string> utf8_of_utf16(std::string_view bytes)
{
    if (bytes.size() % 2 != 0)
        return Error{Errc::invalid_input, "is not UTF-16: it has an odd number of bytes"};
    std::string text;
    text.reserve(bytes.size() / 2);
    for (std::size_t i = 0; i < bytes.size();)
    {
        const auto letter = next_letter(bytes, i);
        if (!letter)
            return Error{Errc::invalid_input, "is not UTF-16: it holds half of a character"};
        if (*letter == 0)
            break;
        append_utf8(text, *letter);
    }
    return text;
}

std::string utf16_of_utf8(std::string_view text)
{
    std::string bytes;
    const auto unit = [&](char32_t value) {
        bytes += static_cast<char>(value & 0xFF);
        bytes += static_cast<char>(value >> 8U);
    };
    const std::string valid = to_valid_utf8(text);
    for (std::string_view rest = valid; !rest.empty();)
    {
        const char32_t letter = take_letter(rest);
        if (letter < 0x10000)
        {
            unit(letter);
            continue;
        }
        unit(0xD800 | (letter - 0x10000) >> 10U);
        unit(0xDC00 | ((letter - 0x10000) & 0x3FF));
    }
    return bytes;
}

Result<std::string> text_of(const RegistryValue& value)
{
    if (value.type != ValueType::text && value.type != ValueType::expand_text)
        return wrong_type(value.type, "a text");
    return utf8_of_utf16(value.data);
}

Result<std::vector<std::string>> texts_of(const RegistryValue& value)
{
    if (value.type != ValueType::texts)
        return wrong_type(value.type, "a list of texts");
    std::vector<std::string> texts;
    std::string_view rest = value.data;
    while (!rest.empty())
    {
        auto text = utf8_of_utf16(rest);
        if (!text)
            return text.error();
        std::size_t end = 0;
        while (end + 1 < rest.size() && unit_at(rest, end) != 0)
            end += 2;
        rest.remove_prefix(std::min(rest.size(), end + 2));
        if (!text->empty())
            texts.push_back(std::move(*text));
    }
    return texts;
}

Result<std::uint64_t> number_of(const RegistryValue& value)
{
    if (value.type == ValueType::dword)
        return little_endian(value.data, 4);
    if (value.type == ValueType::qword)
        return little_endian(value.data, 8);
    return wrong_type(value.type, "a number");
}

Result<std::string> binary_of(const RegistryValue& value)
{
    if (value.type != ValueType::binary)
        return wrong_type(value.type, "REG_BINARY");
    return value.data;
}

} // namespace mimamori::agent::windows
