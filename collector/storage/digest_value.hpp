#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mimamori::collector::storage {

/// A section digest as a number of 128 bits; zero: none.
struct DigestValue
{
    std::uint64_t high{0};
    std::uint64_t low{0};

    friend bool operator==(const DigestValue&, const DigestValue&) = default;

    /// Reads exactly 32 lower-case hexadecimal digits.
    static std::optional<DigestValue> from_hex(std::string_view text);
};

} // namespace mimamori::collector::storage
