#pragma once

#include "common/base/encoding.hpp"
#include "common/base/result.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mimamori::crypto {

/// The public half of an Ed25519 key (RFC 8032).
using Ed25519PublicKey = std::array<std::uint8_t, 32>;

/// An Ed25519 signature.
using Ed25519Signature = std::array<std::uint8_t, 64>;

/// Whether `signature` was made over exactly these bytes with the private half of `key`.
bool verify_ed25519(
    const Ed25519PublicKey& key, std::string_view message, const Ed25519Signature& signature);

/// A short name for a key, for people and for finding it: the first 16 hex digits of its SHA-256.
std::string key_id_of(const Ed25519PublicKey& key);

/// The public key in 64 hexadecimal digits. Errors: invalid_input.
Result<Ed25519PublicKey> parse_ed25519_key(std::string_view hex);

/// The private half, for whoever signs. It is never written to a log.
class Ed25519PrivateKey
{
public:
    /// A new random key. Throws when the system has no randomness.
    static Ed25519PrivateKey generate();

    /// Understands an unencrypted PKCS#8 PEM, as `openssl genpkey -algorithm ed25519` writes it.
    /// Errors: invalid_input.
    static Result<Ed25519PrivateKey> from_pem(std::string_view pem);

    ~Ed25519PrivateKey();
    Ed25519PrivateKey(Ed25519PrivateKey&&) noexcept;
    Ed25519PrivateKey& operator=(Ed25519PrivateKey&&) noexcept;

    Ed25519PublicKey public_key() const;

    /// For a file of mode 0600 and nowhere else.
    std::string to_pem() const;

    Ed25519Signature sign(std::string_view message) const;

private:
    struct State;
    explicit Ed25519PrivateKey(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

} // namespace mimamori::crypto
