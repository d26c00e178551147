#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/crypto/signature.hpp"

#include <boost/describe/class.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::wire {

/// A knowledge file on its way: carried in by hand or asked for over the uplink. Nobody believes a
/// word of it before `check_signed_document` has passed.
struct SignedDocument
{
    std::string name;         ///< "antivirus_sources"; 1 to 64 of a-z, 0-9 and '_'.
    std::uint64_t version{0}; ///< Only ever rises.
    Date expires{};           ///< The last day on which it is taken.
    std::string key_id;       ///< Which key signed: `crypto::key_id_of`.
    std::string payload;      ///< The knowledge file's text, exactly as it was signed.
    std::string signature;    ///< Ed25519 over `signed_bytes`, 128 hexadecimal digits.

    friend bool operator==(const SignedDocument&, const SignedDocument&) = default;
};
BOOST_DESCRIBE_STRUCT(SignedDocument, (), (name, version, expires, key_id, payload, signature))

/// The largest payload that is taken.
inline constexpr std::size_t signed_payload_bytes_max = 4U * 1024 * 1024;

/// What the signature covers: a line that says what this is, a line each for name, version and
/// expiry, then the payload. So a signature for one file or version fits no other.
std::string signed_bytes(const SignedDocument& document);

/// Signs a payload.
SignedDocument sign_document(
    std::string name,
    std::uint64_t version,
    Date expires,
    std::string payload,
    const crypto::Ed25519PrivateKey& key);

/// Reads the JSON form. Nothing is verified yet. Errors: invalid_input, too_large.
Result<SignedDocument> parse_signed_document(std::string_view text);

/// What a receiver accepts.
struct SignedDocumentPolicy
{
    std::string_view name;                          ///< The file that was asked for.
    std::uint64_t newest_version{0};                ///< The version in use: only a higher one.
    Date today{};                                   ///< From an authenticated collector.
    std::span<const crypto::Ed25519PublicKey> keys; ///< The publisher's and the site's.
};

/// Whether the document may be used. Errors: forbidden when no accepted key has signed exactly
/// these bytes; invalid_input for another name or an expired file; conflict when the version does
/// not rise.
Result<void> check_signed_document(
    const SignedDocument& document, const SignedDocumentPolicy& policy);

/// The publisher's keys that are compiled in (conf/knowledge/publisher_keys.txt). A key that
/// cannot be read there is a bug that a test finds.
std::vector<crypto::Ed25519PublicKey> publisher_keys();

/// Understands a list of keys: a line each, 64 hexadecimal digits and then anything; lines that
/// begin with '#' and empty ones are skipped. Errors: invalid_input with the line.
Result<std::vector<crypto::Ed25519PublicKey>> parse_key_list(std::string_view text);

} // namespace mimamori::wire
