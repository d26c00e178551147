#include "common/crypto/hash.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <new>

namespace mimamori::crypto {

Sha256 sha256(std::string_view data)
{
    // SHA256() looks the algorithm up by its name each time, which costs as much as 1 KiB of data.
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    Sha256 out{};
    if (EVP_Digest(data.data(), data.size(), out.data(), nullptr, algorithm, nullptr) != 1)
        throw std::bad_alloc{};
    return out;
}

std::string sha256_hex(std::string_view data)
{
    return to_hex(sha256(data));
}

struct Sha256Stream::State
{
    EVP_MD_CTX* context{EVP_MD_CTX_new()};

    State()
    {
        if (!context || EVP_DigestInit_ex(context, EVP_sha256(), nullptr) != 1)
            throw std::bad_alloc{};
    }

    State(const State&) = delete;
    State& operator=(const State&) = delete;

    ~State() { EVP_MD_CTX_free(context); }
};

Sha256Stream::Sha256Stream()
    : state_{std::make_unique<State>()}
{}

Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::update(std::string_view data)
{
    EVP_DigestUpdate(state_->context, data.data(), data.size());
}

Sha256 Sha256Stream::finish()
{
    Sha256 out{};
    EVP_DigestFinal_ex(state_->context, out.data(), nullptr);
    return out;
}

Sha256 hmac_sha256(std::span<const std::uint8_t> key, std::string_view data)
{
    Sha256 out{};
    unsigned length = 0;
    HMAC(
        EVP_sha256(), key.data(), static_cast<int>(key.size()),
        reinterpret_cast<const unsigned char*>(data.data()), data.size(), out.data(), &length);
    return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace mimamori::crypto
