#pragma once

#include "common/base/encoding.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mimamori::crypto {

/// One-time passwords by the clock (RFC 6238), as every authenticator has them: SHA-1, six digits,
/// thirty seconds.
inline constexpr std::chrono::seconds totp_step{30};

/// The code of one step (RFC 4226).
std::string hotp(std::span<const std::uint8_t> secret, std::uint64_t counter);

/// The step that a moment lies in.
std::int64_t totp_step_of(Timestamp moment);

/// The step whose code this is: the one of `now`, or one before or behind it, since clocks differ;
/// later than `used`, so that no code is good twice. Nothing for a wrong code.
std::optional<std::int64_t> totp_match(
    std::span<const std::uint8_t> secret, std::string_view code, Timestamp now, std::int64_t used);

/// A secret as authenticators take it: base32 (RFC 4648) without padding.
std::string to_totp_text(std::span<const std::uint8_t> secret);

/// The inverse. Nothing for what is none.
std::optional<Bytes> from_totp_text(std::string_view text);

} // namespace mimamori::crypto
