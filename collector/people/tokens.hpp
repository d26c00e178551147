#pragma once

#include "collector/people/principal.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/token_store.hpp"
#include "common/async/asio.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::people {

/// Tokens with which programs use the API in a person's name. Any thread.
///
/// A token never may more than its person may now: neither in rights nor in sites.
class Tokens
{
public:
    static constexpr std::int64_t days_max = 400;

    /// Both must outlive it.
    Tokens(storage::Database& database, const Clock& clock)
        : database_{database}
        , clock_{clock}
    {}

    struct Wish
    {
        std::string name; ///< What it is for.
        Role role{Role::viewer};
        std::vector<SiteId> sites;
        std::int64_t days{0};
    };

    struct Made
    {
        std::int64_t no{0};
        std::string token; ///< Shown once and known nowhere else.
    };

    /// Makes a token of the person. Errors: invalid_input for the name (1 to 100 bytes), the time
    /// (1 to 400 days), a site, or a role with a right that the person has not; conflict when there
    /// are too many.
    awaitable<Result<Made>> make(Principal principal, Wish wish);

    /// Who shows the token. Errors: unauthenticated when it is unknown, expired or revoked, or its
    /// person disabled.
    awaitable<Result<Principal>> find(std::string token, std::string address);

    /// The newest first. Empty person: of all people.
    awaitable<Result<std::vector<storage::ApiToken>>> list(std::string person);

    /// Empty person: whoever has it. Errors: not_found, conflict.
    awaitable<Result<void>> revoke(std::int64_t no, std::string person, std::string who);

private:
    storage::Database& database_;
    const Clock& clock_;
};

} // namespace mimamori::collector::people
