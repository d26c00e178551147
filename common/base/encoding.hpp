#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori {

using Bytes = std::vector<std::uint8_t>;

/// Lower-case hexadecimal.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// The bytes of an even number of hexadecimal digits of either case; nothing for anything else.
std::optional<Bytes> from_hex(std::string_view text);

/// Crockford base32 without padding (no I, L, O, U): what people may have to read aloud.
std::string to_base32(std::span<const std::uint8_t> bytes);

} // namespace mimamori
