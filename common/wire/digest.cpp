#include "common/wire/digest.hpp"

#include "common/crypto/hash.hpp"

namespace mimamori::wire {

std::string digest_of(std::string_view text)
{
    const crypto::Sha256 whole = crypto::sha256(text);
    return to_hex(std::span{whole}.first(16));
}

} // namespace mimamori::wire
