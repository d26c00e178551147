#include "common/tls/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <stdexcept>

namespace mimamori::tls {

Sha256 sha256(std::span<const std::uint8_t> bytes)
{
    Sha256 digest{};
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error{"SHA-256 failed"};
    return digest;
}

Sha256 sha256(std::string_view bytes)
{
    return sha256({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

Sha256 hmac_sha256(std::string_view key, std::string_view bytes)
{
    Sha256 digest{};
    unsigned size = 0;
    const auto* const done = HMAC(
        EVP_sha256(), key.data(), static_cast<int>(key.size()),
        reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data(), &size);
    if (done == nullptr)
        throw std::runtime_error{"HMAC-SHA-256 failed"};
    return digest;
}

void fill_random(std::span<std::uint8_t> bytes)
{
    // Going on without randomness would make keys that can be guessed.
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        throw std::runtime_error{"no random numbers"};
}

bool equal_in_constant_time(std::string_view left, std::string_view right)
{
    return left.size() == right.size()
           && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

} // namespace mimamori::tls
