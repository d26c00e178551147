#pragma once

#include "common/base/result.hpp"

#include <string>
#include <string_view>

namespace mimamori::crypto {

/// What is stored instead of a password: "scrypt$<log2 N>$<r>$<p>$<salt>$<hash>", salt and hash in
/// hex (RFC 7914; N = 2^15, r = 8, p = 1: 32 MiB and about 0.1 s a try). Costly: run it off the
/// I/O threads. Errors: internal when there is no memory for it.
Result<std::string> hash_password(std::string_view password);

/// Whether `password` is the one that `stored` was made from. As costly as `hash_password`.
/// Errors: invalid_input when `stored` is not of its form or asks for more than 64 MiB.
Result<bool> check_password(std::string_view password, std::string_view stored);

/// A password for the first day: four groups of five characters that cannot be misread,
/// 96 random bits.
std::string first_day_password();

} // namespace mimamori::crypto
