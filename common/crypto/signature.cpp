#include "common/crypto/signature.hpp"

#include "common/base/scope_exit.hpp"
#include "common/crypto/hash.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <new>
#include <utility>

namespace mimamori::crypto {
namespace {

const unsigned char* bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

bool verify_ed25519(
    const Ed25519PublicKey& key, std::string_view message, const Ed25519Signature& signature)
{
    EVP_PKEY* raw = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size());
    const ScopeExit free_key{[&] { EVP_PKEY_free(raw); }};
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    const ScopeExit free_context{[&] { EVP_MD_CTX_free(context); }};
    return raw && context && EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, raw) == 1
           && EVP_DigestVerify(
                  context, signature.data(), signature.size(), bytes_of(message), message.size())
                  == 1;
}

std::string key_id_of(const Ed25519PublicKey& key)
{
    return sha256_hex({reinterpret_cast<const char*>(key.data()), key.size()}).substr(0, 16);
}

Result<Ed25519PublicKey> parse_ed25519_key(std::string_view hex)
{
    Ed25519PublicKey key{};
    const auto bytes = from_hex(hex);
    if (!bytes || bytes->size() != key.size())
        return Error{Errc::invalid_input, "a public key has 64 hexadecimal digits"};
    std::copy(bytes->begin(), bytes->end(), key.begin());
    return key;
}

struct Ed25519PrivateKey::State
{
    explicit State(EVP_PKEY* owned)
        : key{owned}
    {}

    State(const State&) = delete;
    State& operator=(const State&) = delete;

    ~State() { EVP_PKEY_free(key); }

    EVP_PKEY* key;
};

Ed25519PrivateKey::Ed25519PrivateKey(std::unique_ptr<State> state)
    : state_{std::move(state)}
{}

Ed25519PrivateKey::~Ed25519PrivateKey() = default;
Ed25519PrivateKey::Ed25519PrivateKey(Ed25519PrivateKey&&) noexcept = default;
Ed25519PrivateKey& Ed25519PrivateKey::operator=(Ed25519PrivateKey&&) noexcept = default;

Ed25519PrivateKey Ed25519PrivateKey::generate()
{
    EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    if (!key)
        throw std::bad_alloc{};
    return Ed25519PrivateKey{std::make_unique<State>(key)};
}

Result<Ed25519PrivateKey> Ed25519PrivateKey::from_pem(std::string_view pem)
{
    BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    const ScopeExit free_bio{[&] { BIO_free(bio); }};
    // An encrypted file must not make the library ask on a terminal.
    const auto no_password = [](char*, int, int, void*) { return -1; };
    EVP_PKEY* key = bio ? PEM_read_bio_PrivateKey(bio, nullptr, no_password, nullptr) : nullptr;
    auto state = std::make_unique<State>(key);
    if (!key || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519)
        return Error{Errc::invalid_input, "not an unencrypted Ed25519 private key in PEM"};
    return Ed25519PrivateKey{std::move(state)};
}

Ed25519PublicKey Ed25519PrivateKey::public_key() const
{
    Ed25519PublicKey out{};
    std::size_t size = out.size();
    if (EVP_PKEY_get_raw_public_key(state_->key, out.data(), &size) != 1)
        throw std::bad_alloc{};
    return out;
}

std::string Ed25519PrivateKey::to_pem() const
{
    BIO* bio = BIO_new(BIO_s_secmem());
    const ScopeExit free_bio{[&] { BIO_free(bio); }};
    if (!bio
        || PEM_write_bio_PKCS8PrivateKey(bio, state_->key, nullptr, nullptr, 0, nullptr, nullptr)
               != 1)
        throw std::bad_alloc{};
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

Ed25519Signature Ed25519PrivateKey::sign(std::string_view message) const
{
    Ed25519Signature out{};
    std::size_t size = out.size();
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    const ScopeExit free_context{[&] { EVP_MD_CTX_free(context); }};
    if (!context || EVP_DigestSignInit(context, nullptr, nullptr, nullptr, state_->key) != 1
        || EVP_DigestSign(context, out.data(), &size, bytes_of(message), message.size()) != 1)
        throw std::bad_alloc{};
    return out;
}

} // namespace mimamori::crypto
