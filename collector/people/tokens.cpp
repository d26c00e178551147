#include "collector/people/tokens.hpp"

#include "collector/storage/audit_store.hpp"
#include "collector/storage/site_store.hpp"
#include "common/base/utf8.hpp"
#include "common/crypto/hash.hpp"
#include "common/crypto/random.hpp"
#include "common/log/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mimamori::collector::people {
namespace {

/// What leaks can be searched for.
constexpr std::string_view prefix = "mimamori_";
constexpr std::size_t name_bytes_max = 100;

bool covers(Role person, Role token)
{
    constexpr std::array rights{Right::read,      Right::answer,      Right::operate,
                                Right::see_users, Right::see_changes, Right::administer};
    return std::all_of(rights.begin(), rights.end(), [&](Right right) {
        return has_right(person, right) || !has_right(token, right);
    });
}

Result<void> check(const Principal& principal, const Tokens::Wish& wish)
{
    if (wish.name.empty() || wish.name.size() > name_bytes_max || for_log(wish.name) != wish.name)
        return Error{Errc::invalid_input, "name: 1 to 100 bytes of text"};
    if (wish.days < 1 || wish.days > Tokens::days_max)
        return Error{
            Errc::invalid_input, fmt::format("days: a number from 1 to {}", Tokens::days_max)};
    if (!covers(principal.role, wish.role))
        return Error{Errc::invalid_input, "role: may more than you"};
    if (wish.sites.empty())
        return Error{Errc::invalid_input, "sites: at least one"};
    return {};
}

} // namespace

awaitable<Result<Tokens::Made>> Tokens::make(Principal principal, Wish wish)
{
    if (auto good = check(principal, wish); !good)
        co_return good.error();
    const Timestamp now = clock_.now();
    const std::string text =
        std::string{prefix} + crypto::random_id_text() + crypto::random_id_text();
    storage::ApiToken token;
    token.person_id = principal.person_id;
    token.name = std::move(wish.name);
    token.role = to_text(wish.role);
    token.sites = std::move(wish.sites);
    token.token_hash = crypto::sha256_hex(text);
    token.hint = text.substr(text.size() - 5);
    token.created_at = now;
    token.expires_at = now + std::chrono::days{wish.days};
    auto work = [&](storage::Session& session) -> Result<void> {
        if (auto done = storage::add_token(session, token); !done)
            return done;
        const auto active = storage::find_token(session, token.token_hash, now);
        if (!active || active->sites.size() != token.sites.size())
            return Error{Errc::invalid_input, "sites: one of them is not yours"};
        const std::string detail = fmt::format(
            "token {} (…{}) \"{}\" as {}", token.no, token.hint, token.name, token.role);
        return storage::record_change(session, principal.name, "token.create", detail, now);
    };
    auto done = co_await database_.write(work);
    if (!done)
        co_return done.error();
    const Made made{token.no, text};
    co_return made;
}

awaitable<Result<Principal>> Tokens::find(std::string token, std::string address)
{
    const std::string hash = crypto::sha256_hex(token);
    const Timestamp now = clock_.now();
    auto look = [&](storage::Session& session) -> Result<storage::ActiveToken> {
        auto active = storage::find_token(session, hash, now);
        if (!active)
            return Error{Errc::unauthenticated, "not a token in force"};
        return std::move(*active);
    };
    auto active = co_await database_.read(look);
    if (!active)
        co_return active.error();
    const storage::ApiToken& found = active->token;
    // Written at most every five minutes: reading must not keep the writer busy.
    if (!found.last_used_at || now - *found.last_used_at > std::chrono::minutes{5}
        || found.last_used_from != address)
    {
        auto touch = [&](storage::Session& session) -> Result<void> {
            storage::touch_token(session, found.no, address, now);
            return {};
        };
        auto touched = co_await database_.write(touch);
        if (!touched)
            log::warn("use of token {} not noted: {}", found.no, touched.error().message);
    }
    const Role own = parse_role(active->person_role).value_or(Role::viewer);
    const Role role = parse_role(found.role).value_or(Role::viewer);
    Principal principal;
    principal.name = fmt::format("{} (token {})", found.person, found.no);
    principal.person_id = found.person_id;
    principal.role = covers(own, role) ? role : Role::viewer;
    principal.sites = active->sites;
    principal.by_token = true;
    co_return principal;
}

awaitable<Result<std::vector<storage::ApiToken>>> Tokens::list(std::string person)
{
    auto look = [&](storage::Session& session) -> Result<std::vector<storage::ApiToken>> {
        return storage::list_tokens(session, person);
    };
    co_return co_await database_.read(look);
}

awaitable<Result<void>> Tokens::revoke(std::int64_t no, std::string person, std::string who)
{
    const Timestamp now = clock_.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        const auto token = storage::revoke_token(session, no, person, now);
        if (!token)
            return token.error();
        const std::string detail = fmt::format("token {} of {}", no, token->person);
        return storage::record_change(session, who, "token.revoke", detail, now);
    };
    co_return co_await database_.write(work);
}

} // namespace mimamori::collector::people
