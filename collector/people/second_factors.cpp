#include "collector/people/second_factors.hpp"

#include "collector/storage/audit_store.hpp"
#include "collector/storage/person_store.hpp"
#include "collector/storage/second_factor_store.hpp"
#include "common/crypto/hash.hpp"
#include "common/crypto/random.hpp"
#include "common/crypto/totp.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace mimamori::collector::people {
namespace {

constexpr std::size_t secret_bytes = 20; ///< As long as the hash: RFC 4226, 4.
constexpr std::size_t code_digits = 6;
constexpr std::size_t recovery_code_size = 16; ///< 80 random bits.
constexpr std::size_t code_bytes_max = 64;

/// Without the blanks and hyphens that people and printers put between.
std::string plain(std::string_view code)
{
    std::string text;
    for (const char c : code.substr(0, code_bytes_max))
        if (c != ' ' && c != '-')
            text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

/// "ABCD-EFGH-JKMN-PQRS"
std::string with_hyphens(const std::string& code)
{
    std::string text;
    for (std::size_t at = 0; at < code.size(); at += 4)
        text += (at == 0 ? "" : "-") + code.substr(at, 4);
    return text;
}

/// For a part of an address.
std::string encoded(std::string_view text)
{
    std::string result;
    for (const char c : text)
    {
        const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
                              || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
        result += is_plain ? std::string{c} : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return result;
}

/// Whether the authenticator made this code; it is used up.
bool take_code(
    storage::Session& session,
    const std::string& person_id,
    const storage::SecondFactor& factor,
    std::string_view code,
    Timestamp now)
{
    const auto secret = crypto::from_totp_text(factor.secret);
    if (!secret)
        return false;
    const auto step = crypto::totp_match(*secret, code, now, factor.used_step);
    if (step)
        storage::use_step(session, person_id, *step);
    return step.has_value();
}

} // namespace

CodeCheck check_code(
    storage::Session& session, const std::string& person_id, std::string_view code, Timestamp now)
{
    const auto factor = storage::find_second_factor(session, person_id);
    if (!factor || !factor->confirmed)
        return CodeCheck::not_needed;
    const std::string text = plain(code);
    if (text.empty())
        return CodeCheck::missing;
    const bool right =
        text.size() == code_digits
            ? take_code(session, person_id, *factor, text, now)
            : storage::use_recovery_code(session, person_id, crypto::sha256_hex(text));
    return right ? CodeCheck::right : CodeCheck::wrong;
}

awaitable<Result<SecondFactors::Offer>> SecondFactors::offer(Principal principal, std::string site)
{
    Offer made;
    made.secret = crypto::to_totp_text(crypto::random_bytes(secret_bytes));
    const std::string issuer = encoded(site.empty() ? "mimamori" : "mimamori " + site);
    made.uri = fmt::format(
        "otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits=6&period=30", issuer,
        encoded(principal.name), made.secret, issuer);
    const Timestamp now = clock_.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        const auto factor = storage::find_second_factor(session, principal.person_id);
        if (factor && factor->confirmed)
            return Error{Errc::conflict, "a second factor is in force: remove it first"};
        storage::put_second_factor(session, principal.person_id, made.secret, now);
        return {};
    };
    auto done = co_await database_.write(work);
    if (!done)
        co_return done.error();
    co_return made;
}

awaitable<Result<std::vector<std::string>>> SecondFactors::confirm(
    Principal principal, std::string code, std::string token)
{
    std::vector<std::string> codes;
    std::vector<std::string> hashes;
    for (std::size_t i = 0; i < recovery_codes; ++i)
    {
        const std::string made = crypto::random_id_text().substr(0, recovery_code_size);
        codes.push_back(with_hyphens(made));
        hashes.push_back(crypto::sha256_hex(made));
    }
    const std::string kept = crypto::sha256_hex(token);
    const Timestamp now = clock_.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        const auto factor = storage::find_second_factor(session, principal.person_id);
        if (!factor || factor->confirmed)
            return Error{Errc::conflict, "no second factor waits for its first code"};
        if (!take_code(session, principal.person_id, *factor, plain(code), now))
            return Error{Errc::invalid_input, "code: not the one that is shown now"};
        storage::confirm_second_factor(session, principal.person_id, hashes);
        storage::end_sign_ins(session, principal.person_id, kept);
        return storage::record_change(
            session, principal.name, "person.second_factor", principal.name, now);
    };
    auto done = co_await database_.write(work);
    if (!done)
        co_return done.error();
    co_return codes;
}

awaitable<Result<void>> SecondFactors::remove(std::string person, std::string who)
{
    const Timestamp now = clock_.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        const auto found = storage::find_person(session, person);
        if (!found)
            return found.error();
        if (!*found || !storage::remove_second_factor(session, (*found)->id))
            return Error{Errc::not_found, "no second factor of " + person};
        return storage::record_change(session, who, "person.no_second_factor", person, now);
    };
    co_return co_await database_.write(work);
}

awaitable<Result<SecondFactors::State>> SecondFactors::state_of(std::string person_id)
{
    auto look = [&](storage::Session& session) -> Result<State> {
        const auto factor = storage::find_second_factor(session, person_id);
        return State{
            factor && factor->confirmed, storage::count_recovery_codes(session, person_id)};
    };
    co_return co_await database_.read(look);
}

} // namespace mimamori::collector::people
