#include "common/identity/key_code.hpp"

#include "common/base/encoding.hpp"

#include <span>

namespace mimamori::identity {

std::string key_code(const crypto::Sha256& key_fingerprint)
{
    return to_base32(std::span{key_fingerprint}.first(4)).substr(0, 6);
}

} // namespace mimamori::identity
