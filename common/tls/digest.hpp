#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace mimamori::tls {

/// A SHA-256 value, as of a certificate's DER or of a public key. Text: `to_hex` (common/base).
using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::span<const std::uint8_t> bytes);
Sha256 sha256(std::string_view bytes);

/// HMAC-SHA-256 (RFC 2104).
Sha256 hmac_sha256(std::string_view key, std::string_view bytes);

/// Fills `bytes` from the system's generator. Good for keys, ids and session cookies.
void fill_random(std::span<std::uint8_t> bytes);

/// Compares in a time that depends on the lengths only. For secrets and their hashes.
bool equal_in_constant_time(std::string_view left, std::string_view right);

} // namespace mimamori::tls
