#pragma once

#include "collector/people/principal.hpp"
#include "collector/storage/database.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::people {

/// What became of the second factor at a sign-in.
enum class CodeCheck
{
    not_needed, ///< The person has none.
    missing,    ///< No code came with the password.
    right,      ///< It is used up now.
    wrong       ///< Also one that was used before.
};

/// Looks at the code of somebody whose password was right: six digits of the authenticator, or a
/// recovery code. A work of the writer.
CodeCheck check_code(
    storage::Session& session, const std::string& person_id, std::string_view code, Timestamp now);

/// The second factors of people: one-time passwords by the clock (RFC 6238). Any thread.
class SecondFactors
{
public:
    static constexpr std::size_t recovery_codes = 10;

    /// Both must outlive it.
    SecondFactors(storage::Database& database, const Clock& clock)
        : database_{database}
        , clock_{clock}
    {}

    /// What the authenticator is told, once.
    struct Offer
    {
        std::string secret; ///< Base32, to be typed.
        std::string uri;    ///< "otpauth://…", for a picture that is photographed.
    };

    /// A new secret, not yet in force: it waits for its first code. `site`: whose it is, for the
    /// authenticator's list. Errors: conflict when one is in force.
    awaitable<Result<Offer>> offer(Principal principal, std::string site);

    /// The first code brings the factor into force; the person's other sign-ins end. Returns
    /// recovery codes, each good once. Errors: invalid_input for a wrong code; conflict when
    /// nothing waits for one.
    awaitable<Result<std::vector<std::string>>> confirm(
        Principal principal, std::string code, std::string token);

    /// Errors: not_found for an unknown person, or one without a second factor.
    awaitable<Result<void>> remove(std::string person, std::string who);

    struct State
    {
        bool in_force{false};
        std::int64_t recovery_codes_left{0};
    };

    awaitable<Result<State>> state_of(std::string person_id);

private:
    storage::Database& database_;
    const Clock& clock_;
};

} // namespace mimamori::collector::people
