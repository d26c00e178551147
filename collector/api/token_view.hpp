#pragma once

#include "collector/storage/token_store.hpp"
#include "common/base/time.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Tokens as lists show them.
namespace mimamori::collector::api {

struct TokenView
{
    std::int64_t id{0};
    std::string person;
    std::string name;
    std::string role;
    std::vector<std::string> sites;
    std::string hint; ///< The last characters of the token.
    Timestamp created_at{};
    Timestamp expires_at{};
    std::optional<Timestamp> last_used_at;
    std::string last_used_from;
    bool in_force{false};
};
BOOST_DESCRIBE_STRUCT(
    TokenView,
    (),
    (id,
     person,
     name,
     role,
     sites,
     hint,
     created_at,
     expires_at,
     last_used_at,
     last_used_from,
     in_force))

struct TokenPage
{
    std::vector<TokenView> items;
};
BOOST_DESCRIBE_STRUCT(TokenPage, (), (items))

inline TokenPage page_of(std::vector<storage::ApiToken> tokens, Timestamp now)
{
    TokenPage page;
    for (storage::ApiToken& token : tokens)
    {
        TokenView& view = page.items.emplace_back();
        view.id = token.no;
        view.person = std::move(token.person);
        view.name = std::move(token.name);
        view.role = std::move(token.role);
        for (const SiteId& site : token.sites)
            view.sites.push_back(site.text());
        view.hint = std::move(token.hint);
        view.created_at = token.created_at;
        view.expires_at = token.expires_at;
        view.last_used_at = token.last_used_at;
        view.last_used_from = std::move(token.last_used_from);
        view.in_force = !token.revoked_at && token.expires_at > now;
    }
    return page;
}

} // namespace mimamori::collector::api
