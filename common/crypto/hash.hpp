#pragma once

#include "common/base/encoding.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mimamori::crypto {

using Sha256 = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4) of `data`.
Sha256 sha256(std::string_view data);

/// SHA-256 of `data` in 64 lower-case hex digits.
std::string sha256_hex(std::string_view data);

/// SHA-256 of data that comes in pieces.
class Sha256Stream
{
public:
    Sha256Stream();
    ~Sha256Stream();
    Sha256Stream(Sha256Stream&&) noexcept;
    Sha256Stream& operator=(Sha256Stream&&) noexcept;

    void update(std::string_view data);

    /// The hash of everything so far; the stream is used up.
    Sha256 finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// HMAC-SHA-256 (RFC 2104).
Sha256 hmac_sha256(std::span<const std::uint8_t> key, std::string_view data);

/// Compares without telling by its duration where the first difference is.
bool equal_in_constant_time(std::string_view a, std::string_view b);

} // namespace mimamori::crypto
