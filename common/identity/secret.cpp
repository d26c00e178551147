#include "common/identity/secret.hpp"

#include "common/base/encoding.hpp"
#include "common/crypto/hash.hpp"
#include "common/crypto/random.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <utility>

namespace mimamori::identity {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t random_digits = 26;
constexpr std::size_t check_digits = 4;
constexpr std::size_t all_digits = random_digits + check_digits;
constexpr std::size_t group_size = 5;

/// Longer texts are not a typing mistake; strangers send them.
constexpr std::size_t text_size_max = 200;

std::string_view prefix_of(SecretKind kind)
{
    return kind == SecretKind::enrolment_key ? "MK" : "MT";
}

std::string checksum_of(SecretKind kind, std::string_view digits)
{
    std::string checked = "mimamori ";
    checked += prefix_of(kind);
    checked += digits;
    const auto hash = crypto::sha256(checked);
    return to_base32(std::span{hash}.first(4)).substr(0, check_digits);
}

/// The digit a person meant; nothing for what is no digit.
std::optional<char> digit_of(char c)
{
    if (c >= 'a' && c <= 'z')
        c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    if (alphabet.find(c) == std::string_view::npos)
        return std::nullopt;
    return c;
}

Error bad(std::string message)
{
    return Error{Errc::invalid_input, std::move(message)};
}

} // namespace

Secret::Secret(SecretKind kind, std::string digits)
    : kind_{kind}
    , digits_{std::move(digits)}
{}

Secret Secret::generate(SecretKind kind)
{
    std::string digits = crypto::random_id_text();
    digits += checksum_of(kind, digits);
    return Secret{kind, std::move(digits)};
}

Result<Secret> Secret::parse(std::string_view text)
{
    if (text.size() > text_size_max)
        return bad("it is too long");
    std::string digits;
    for (const char c : text)
    {
        if (c == '-' || c == ' ' || c == '\t' || c == '\r' || c == '\n')
            continue;
        const auto digit = digit_of(c);
        if (!digit)
            return bad("it holds a character that no key or ticket has");
        digits += *digit;
    }

    const std::string_view prefix = std::string_view{digits}.substr(0, 2);
    if (prefix != prefix_of(SecretKind::enrolment_key) && prefix != prefix_of(SecretKind::ticket))
        return bad("it begins with neither MK- (enrolment key) nor MT- (ticket)");
    const SecretKind kind =
        prefix == prefix_of(SecretKind::ticket) ? SecretKind::ticket : SecretKind::enrolment_key;
    digits.erase(0, 2);
    if (digits.size() != all_digits)
        return bad(
            "it has " + std::to_string(digits.size()) + " characters after the first two, not "
            + std::to_string(all_digits));
    const std::string_view all = digits;
    if (all.substr(random_digits) != checksum_of(kind, all.substr(0, random_digits)))
        return bad("its checksum is wrong: a character was mistyped");
    return Secret{kind, std::move(digits)};
}

std::string Secret::text() const
{
    std::string out{prefix_of(kind_)};
    for (std::size_t at = 0; at < digits_.size(); at += group_size)
    {
        out += '-';
        out.append(digits_, at, group_size);
    }
    return out;
}

std::string Secret::hash() const
{
    return crypto::sha256_hex(text());
}

std::string Secret::hint() const
{
    return digits_.substr(all_digits - group_size);
}

} // namespace mimamori::identity
