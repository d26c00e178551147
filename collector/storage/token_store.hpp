#pragma once

#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Tokens with which programs use the API. Functions for works of `Database`.
namespace mimamori::collector::storage {

struct ApiToken
{
    std::int64_t no{0}; ///< 0: not stored yet.
    std::string person_id;
    std::string person; ///< Name of the person.
    std::string name;   ///< What it is for.
    std::string role;
    std::vector<SiteId> sites;
    std::string token_hash;
    std::string hint;
    Timestamp created_at{};
    Timestamp expires_at{};
    std::optional<Timestamp> last_used_at;
    std::string last_used_from;
    std::optional<Timestamp> revoked_at;
};

/// Tokens of one person that have neither expired nor been revoked.
inline constexpr std::int64_t tokens_of_person_max = 50;

/// Adds a token and gives it its number. Errors: invalid_input for an unknown site; conflict when
/// the person has too many.
Result<void> add_token(Session& session, ApiToken& token);

/// A token with what is needed to decide about its person.
struct ActiveToken
{
    ApiToken token;
    std::string person_role;
    std::vector<SiteId> sites; ///< Those of the token that still are the person's.
};

/// The token with that hash, when it is in force and its person is not disabled.
std::optional<ActiveToken> find_token(Session& session, std::string_view token_hash, Timestamp now);

void touch_token(Session& session, std::int64_t no, std::string_view address, Timestamp now);

/// The newest first. Empty person: all people.
std::vector<ApiToken> list_tokens(Session& session, std::string_view person);

/// Ends a token and returns it. Empty person: whoever has it. Errors: not_found; conflict when it
/// was revoked before.
Result<ApiToken> revoke_token(
    Session& session, std::int64_t no, std::string_view person, Timestamp now);

} // namespace mimamori::collector::storage
