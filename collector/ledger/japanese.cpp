#include "collector/ledger/japanese.hpp"

#include <cerrno>
#include <cstddef>
#include <iconv.h>
#include <stdexcept>
#include <utility>

namespace mimamori::collector::ledger {
namespace {

/// A conversion of the C library. Throws when the system does not know the characters: a broken
/// installation.
class Conversion
{
public:
    Conversion(const char* to, const char* from)
        : handle_{::iconv_open(to, from)}
    {
        // The library's way of saying no.
        if (handle_ == reinterpret_cast<iconv_t>(-1))
            throw std::runtime_error{std::string{"no conversion from "} + from + " to " + to};
    }

    ~Conversion() { ::iconv_close(handle_); }

    Conversion(const Conversion&) = delete;
    Conversion& operator=(const Conversion&) = delete;

    /// Converts as much as can be; how many bytes of `text` that was.
    std::size_t append(std::string_view text, std::string& out)
    {
        char* in = const_cast<char*>(text.data());
        std::size_t left = text.size();
        while (left > 0)
        {
            char piece[1024];
            char* end = piece;
            std::size_t room = sizeof piece;
            const std::size_t done = ::iconv(handle_, &in, &left, &end, &room);
            out.append(piece, sizeof piece - room);
            if (done == static_cast<std::size_t>(-1) && errno != E2BIG)
                break;
        }
        ::iconv(handle_, nullptr, nullptr, nullptr, nullptr);
        return text.size() - left;
    }

private:
    iconv_t handle_;
};

std::optional<std::string> converted(const char* from, std::string_view bytes)
{
    Conversion conversion{"UTF-8", from};
    std::string text;
    if (conversion.append(bytes, text) != bytes.size())
        return std::nullopt;
    return text;
}

/// How many bytes the character of UTF-8 has that begins with `first`.
std::size_t length_of(char first)
{
    const auto byte = static_cast<unsigned char>(first);
    if (byte >= 0xf0)
        return 4;
    if (byte >= 0xe0)
        return 3;
    return byte >= 0xc0 ? 2 : 1;
}

/// What stands for a character that the code page has under another number.
std::string_view look_alike(std::string_view character)
{
    constexpr std::pair<std::string_view, std::string_view> pairs[] = {
        {"\u301c", "\uff5e"}, {"\u2212", "\uff0d"}, {"\u2014", "\u2015"}, {"\u2016", "\u2225"},
        {"\u00a2", "\uffe0"}, {"\u00a3", "\uffe1"}, {"\u00ac", "\uffe2"}, {"\u00a0", " "},
    };
    for (const auto& [from, to] : pairs)
        if (character == from)
            return to;
    return {};
}

} // namespace

std::optional<std::string> from_cp932(std::string_view bytes)
{
    return converted("CP932", bytes);
}

std::optional<std::string> from_utf16(std::string_view bytes)
{
    return converted("UTF-16", bytes);
}

std::optional<std::string> from_utf16_le(std::string_view bytes)
{
    return converted("UTF-16LE", bytes);
}

std::optional<std::string> from_utf16_be(std::string_view bytes)
{
    return converted("UTF-16BE", bytes);
}

std::optional<std::string> from_euc_jp(std::string_view bytes)
{
    return converted("EUC-JP-MS", bytes);
}

std::optional<std::string> from_iso_2022_jp(std::string_view bytes)
{
    return converted("ISO-2022-JP", bytes);
}

std::string to_cp932(std::string_view text, std::string& unfit)
{
    constexpr std::string_view geta = "\x81\xac"; // 〓
    Conversion conversion{"CP932", "UTF-8"};
    std::string out;
    while (!text.empty())
    {
        text.remove_prefix(conversion.append(text, out));
        if (text.empty())
            break;
        const std::string_view character = text.substr(0, length_of(text.front()));
        const std::string_view other = look_alike(character);
        if (other.empty() || conversion.append(other, out) != other.size())
        {
            if (unfit.empty())
                unfit = character;
            out += geta;
        }
        text.remove_prefix(character.size());
    }
    return out;
}

} // namespace mimamori::collector::ledger
