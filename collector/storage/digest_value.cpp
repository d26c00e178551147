#include "collector/storage/digest_value.hpp"

#include <array>
#include <cstddef>

namespace mimamori::collector::storage {
namespace {

constexpr std::uint8_t no_digit = 0xff;

/// The value of each lower-case hexadecimal digit. Each report has sixteen digests to read.
constexpr std::array<std::uint8_t, 256> hex_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::uint8_t i = 0; i < 16; ++i)
        values[static_cast<unsigned char>("0123456789abcdef"[i])] = i;
    return values;
}();

} // namespace

std::optional<DigestValue> DigestValue::from_hex(std::string_view text)
{
    if (text.size() != 32)
        return std::nullopt;
    std::uint64_t halves[2] = {0, 0};
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        const std::uint8_t digit = hex_values[static_cast<unsigned char>(text[i])];
        if (digit == no_digit)
            return std::nullopt;
        halves[i / 16] = halves[i / 16] << 4 | digit;
    }
    return DigestValue{halves[0], halves[1]};
}

} // namespace mimamori::collector::storage
