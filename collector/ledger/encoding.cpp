#include "collector/ledger/encoding.hpp"

#include "collector/ledger/japanese.hpp"
#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace mimamori::collector::ledger {
namespace {

using namespace std::string_view_literals;

unsigned char at(std::string_view bytes, std::size_t i)
{
    return static_cast<unsigned char>(bytes[i]);
}

bool begins_as_something_else(std::string_view bytes)
{
    constexpr std::array signs{"%PDF"sv,       "\x89PNG"sv,       "\xff\xd8\xff"sv,
                               "GIF8"sv,       "MZ\x90"sv,        "\x1f\x8b"sv,
                               "7z\xbc\xaf"sv, "SQLite format"sv, "Rar!"sv};
    const auto begins = [bytes](std::string_view sign) { return bytes.starts_with(sign); };
    return std::any_of(signs.begin(), signs.end(), begins);
}

/// So many control characters that they are nobody's accident.
bool is_binary(std::string_view bytes)
{
    constexpr std::size_t one_in = 20;
    const auto odd = std::count_if(bytes.begin(), bytes.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 && (byte < '\t' || byte > '\r') && byte != 0x1a && byte != 0x1b;
    });
    return static_cast<std::size_t>(odd) * one_in >= bytes.size() && odd > 1;
}

bool separates(unsigned char byte)
{
    return byte == '\n' || byte == '\r' || byte == '\t' || byte == ',' || byte == ';';
}

/// UTF-16 without its mark has a zero beside each end of a line and each comma, always on the same
/// side of it. Zeros elsewhere are no help: 一 and a wide blank have one on the other side.
std::optional<std::string> from_unmarked_utf16(std::string_view bytes)
{
    if (bytes.size() % 2 != 0 || bytes.find('\0') == std::string_view::npos)
        return std::nullopt;
    std::size_t low_first = 0;
    std::size_t high_first = 0;
    std::size_t alone = 0;
    for (std::size_t i = 0; i < bytes.size(); i += 2)
    {
        const unsigned char first = at(bytes, i);
        const unsigned char second = at(bytes, i + 1);
        if (separates(first) && second == 0)
            ++low_first;
        else if (separates(second) && first == 0)
            ++high_first;
        else if (separates(first) || separates(second))
            ++alone;
    }
    if (std::max(low_first, high_first) <= alone + std::min(low_first, high_first))
        return std::nullopt;
    return low_first > high_first ? from_utf16_le(bytes) : from_utf16_be(bytes);
}

/// Two bytes a character, both with the highest bit; marked kana and rare characters apart. Some
/// Shift_JIS of narrow kana only looks the same: kana, or what narrow kana have not, tells.
bool looks_like_euc_jp(std::string_view bytes)
{
    const auto is_half = [bytes](std::size_t i) {
        return i < bytes.size() && at(bytes, i) >= 0xa1 && at(bytes, i) <= 0xfe;
    };
    bool tells = false;
    for (std::size_t i = 0; i < bytes.size(); ++i)
    {
        const unsigned char byte = at(bytes, i);
        if (byte < 0x80)
            continue;
        const std::size_t more = byte == 0x8f ? 2 : 1;
        for (std::size_t k = 1; k <= more; ++k)
            if (!is_half(i + k))
                return false;
        if (more == 1 && byte != 0x8e && !is_half(i))
            return false;
        tells = tells || byte == 0xa4 || byte == 0xa5 || byte >= 0xe0 || at(bytes, i + 1) >= 0xe0;
        i += more;
    }
    return tells;
}

bool looks_like_mail(std::string_view bytes)
{
    const bool is_seven_bit =
        std::all_of(bytes.begin(), bytes.end(), [](char c) { return (c & 0x80) == 0; });
    return is_seven_bit
           && (bytes.find("\x1b$B"sv) != std::string_view::npos
               || bytes.find("\x1b$@"sv) != std::string_view::npos);
}

Result<Written> whole(std::string_view encoding, std::optional<std::string> text)
{
    if (!text)
        return Error{Errc::invalid_input, fmt::format("begins like {} and is not", encoding)};
    return Written{encoding, std::move(*text)};
}

} // namespace

Result<Written> look_at_encoding(std::string_view bytes)
{
    if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff"))
        return whole("UTF-16", from_utf16(bytes));
    if (begins_as_something_else(bytes))
        return Error{Errc::invalid_input, "not a table"};
    if (auto text = from_unmarked_utf16(bytes))
        return whole("UTF-16", std::move(text));
    if (is_binary(bytes))
        return Error{Errc::invalid_input, "not a table"};
    if (looks_like_mail(bytes))
        return whole("ISO-2022-JP", from_iso_2022_jp(bytes));
    if (is_utf8(bytes))
        return Written{"UTF-8", {}};
    if (looks_like_euc_jp(bytes))
        if (auto text = from_euc_jp(bytes))
            return whole("EUC-JP", std::move(text));
    return Written{"Shift_JIS", {}};
}

} // namespace mimamori::collector::ledger
