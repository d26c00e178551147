#pragma once

#include "common/base/result.hpp"

#include <string>
#include <string_view>

namespace mimamori::identity {

/// What a secret of enrolment is good for.
enum class SecretKind
{
    enrolment_key, ///< "MK-…": for many machines, known to many people.
    ticket         ///< "MT-…": for one machine, once.
};

/// The secret that lets a machine ask for its first certificate.
///
/// Text: "MK-" or "MT-" and six groups of five characters of Crockford base32, of which the last
/// four characters are a checksum, so that a typing mistake is found before it is sent. 128 random
/// bits. Reading forgives small letters, missing or additional hyphens and spaces, O for 0 and I
/// or L for 1.
class Secret
{
public:
    static Secret generate(SecretKind kind);

    /// Errors: invalid_input, with a sentence that says what is wrong and never the text itself.
    static Result<Secret> parse(std::string_view text);

    SecretKind kind() const { return kind_; }

    /// The secret itself.
    std::string text() const;

    /// What is stored in its place: SHA-256 of the text, hexadecimal. As the secret is random,
    /// a fast hash is enough.
    std::string hash() const;

    /// The last group, by which people tell keys apart in lists. Leaves 105 bits unknown.
    std::string hint() const;

private:
    Secret(SecretKind kind, std::string digits);

    SecretKind kind_;
    std::string digits_; ///< 30, with the checksum.
};

} // namespace mimamori::identity
