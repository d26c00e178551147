#pragma once

#include "common/base/encoding.hpp"
#include "common/base/id.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace mimamori::crypto {

/// `count` bytes that nobody can guess. Throws when the system has no randomness: nothing can go
/// on.
Bytes random_bytes(std::size_t count);

/// A random number of 64 bits.
std::uint64_t random_u64();

/// 26 characters of Crockford base32: 128 random bits.
std::string random_id_text();

/// A new id of any kind.
template <class AnyId>
AnyId random_id()
{
    return AnyId{random_id_text()};
}

} // namespace mimamori::crypto
