#include "collector/api/own_access.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/sites.hpp"
#include "collector/api/token_view.hpp"
#include "collector/people/second_factors.hpp"
#include "collector/people/tokens.hpp"
#include "collector/storage/person_store.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

struct FactorView
{
    bool in_force{false};
    std::int64_t recovery_codes_left{0};
};
BOOST_DESCRIBE_STRUCT(FactorView, (), (in_force, recovery_codes_left))

struct OfferView
{
    std::string secret;
    std::string uri;
};
BOOST_DESCRIBE_STRUCT(OfferView, (), (secret, uri))

struct CodesView
{
    std::vector<std::string> recovery_codes;
};
BOOST_DESCRIBE_STRUCT(CodesView, (), (recovery_codes))

struct ProofBody
{
    std::string password;
    std::string code;
};
BOOST_DESCRIBE_STRUCT(ProofBody, (), (password, code))

struct SignInView
{
    std::string id;
    std::string address;
    Timestamp created_at{};
    Timestamp last_used_at{};
    Timestamp expires_at{};
    bool current{false}; ///< The one that asks.
};
BOOST_DESCRIBE_STRUCT(SignInView, (), (id, address, created_at, last_used_at, expires_at, current))

struct SignInPage
{
    std::vector<SignInView> items;
};
BOOST_DESCRIBE_STRUCT(SignInPage, (), (items))

struct TokenBody
{
    std::string name;
    std::string role;
    std::vector<std::string> sites;
    std::int64_t days{90};
};
BOOST_DESCRIBE_STRUCT(TokenBody, (), (name, role, sites, days))

struct TokenMade
{
    std::int64_t id{0};
    std::string token;
};
BOOST_DESCRIBE_STRUCT(TokenMade, (), (id, token))

/// Who asks about their own access: a person at a browser, no program and no local socket.
awaitable<Result<Principal>> allow_person(const http::Request& request, Services& services)
{
    if (request.peer.local_uid)
        co_return Error{Errc::invalid_input, "nobody is signed in at the local socket"};
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (principal && principal->by_token)
        co_return Error{Errc::forbidden, principal->name + " may not do this: it is a token"};
    co_return principal;
}

std::string token_of(const http::Request& request)
{
    return std::string{request.cookie(cookie_name).value_or("")};
}

/// Whether the body has the person's password, which protects a screen that was left open.
awaitable<Result<void>> must_prove(
    const http::Request& request, Services& services, Principal principal, std::string password)
{
    co_return co_await services.people.prove(
        std::move(principal), std::move(password), request.peer.address.to_string());
}

} // namespace

awaitable<http::Response> get_second_factor(const http::Request& request, Services& services)
{
    auto principal = co_await allow_person(request, services);
    if (!principal)
        co_return refuse(principal.error());
    auto state = co_await services.second_factors.state_of(principal->person_id);
    if (!state)
        co_return refuse(state.error());
    const FactorView view{state->in_force, state->recovery_codes_left};
    co_return answer(http::Status::ok, view);
}

awaitable<http::Response> post_second_factor(const http::Request& request, Services& services)
{
    auto principal = co_await allow_person(request, services);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<ProofBody>(request);
    if (!body)
        co_return refuse(body.error());
    auto proven = co_await must_prove(request, services, *principal, std::move(body->password));
    if (!proven)
        co_return refuse_password(proven.error());
    const auto hospital = co_await hospital_now(services);
    if (!hospital)
        co_return refuse(hospital.error());
    auto made = co_await services.second_factors.offer(*principal, *hospital);
    if (!made)
        co_return refuse(made.error());
    const OfferView view{made->secret, made->uri};
    co_return answer(http::Status::ok, view);
}

awaitable<http::Response> post_first_code(const http::Request& request, Services& services)
{
    auto principal = co_await allow_person(request, services);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<ProofBody>(request);
    if (!body)
        co_return refuse(body.error());
    std::string token = token_of(request);
    auto codes = co_await services.second_factors.confirm(
        *principal, std::move(body->code), std::move(token));
    if (!codes)
        co_return refuse(codes.error());
    const CodesView view{std::move(*codes)};
    co_return answer(http::Status::ok, view);
}

awaitable<http::Response> post_no_second_factor(const http::Request& request, Services& services)
{
    auto principal = co_await allow_person(request, services);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<ProofBody>(request);
    if (!body)
        co_return refuse(body.error());
    auto proven = co_await must_prove(request, services, *principal, std::move(body->password));
    if (!proven)
        co_return refuse_password(proven.error());
    auto done = co_await services.second_factors.remove(principal->name, principal->name);
    co_return done_or_refused(done);
}

awaitable<http::Response> get_sign_ins(const http::Request& request, Services& services)
{
    auto principal = co_await allow_person(request, services);
    if (!principal)
        co_return refuse(principal.error());
    const Timestamp now = services.clock.now();
    const std::string current = people::SignIns::id_of(token_of(request));
    auto look = [&](storage::Session& session) -> Result<SignInPage> {
        SignInPage page;
        for (storage::SignInRow& row : storage::list_sign_ins(session, principal->person_id, now))
        {
            const std::string id = people::SignIns::id_of_hash(row.token_hash);
            page.items.push_back(
                {id, std::move(row.address), row.created_at, row.last_used_at, row.expires_at,
                 id == current});
        }
        return page;
    };
    auto page = co_await services.database.read(look);
    if (!page)
        co_return refuse(page.error());
    co_return answer(http::Status::ok, *page);
}

awaitable<http::Response> delete_sign_in(const http::Request& request, Services& services)
{
    auto principal = co_await allow_person(request, services);
    if (!principal)
        co_return refuse(principal.error());
    const std::string id{request.param("id")};
    const Timestamp now = services.clock.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        for (const storage::SignInRow& row :
             storage::list_sign_ins(session, principal->person_id, now))
        {
            if (people::SignIns::id_of_hash(row.token_hash) != id)
                continue;
            if (auto done = storage::remove_sign_in(session, row.token_hash); !done)
                return done;
            return storage::record_change(
                session, principal->name, "session.end", row.address, now);
        }
        return Error{Errc::not_found, "no such sign-in"};
    };
    auto done = co_await services.database.write(work);
    co_return done_or_refused(done);
}

awaitable<http::Response> get_tokens(const http::Request& request, Services& services)
{
    auto principal = co_await allow_person(request, services);
    if (!principal)
        co_return refuse(principal.error());
    auto tokens = co_await services.tokens.list(principal->name);
    if (!tokens)
        co_return refuse(tokens.error());
    const TokenPage page = page_of(std::move(*tokens), services.clock.now());
    co_return answer(http::Status::ok, page);
}

awaitable<http::Response> post_token(const http::Request& request, Services& services)
{
    auto principal = co_await allow_person(request, services);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<TokenBody>(request);
    if (!body)
        co_return refuse(body.error());
    const auto role = people::parse_role(body->role.empty() ? "viewer" : body->role);
    if (!role)
        co_return refuse(Error{Errc::invalid_input, "role: no such role"});
    people::Tokens::Wish wish;
    wish.name = std::move(body->name);
    wish.role = *role;
    wish.days = body->days;
    for (std::string& site : body->sites)
        wish.sites.emplace_back(std::move(site));
    if (wish.sites.empty())
        wish.sites = principal->sites;
    auto made = co_await services.tokens.make(*principal, std::move(wish));
    if (!made)
        co_return refuse(made.error());
    const TokenMade view{made->no, made->token};
    co_return answer(http::Status::created, view);
}

awaitable<http::Response> delete_token(const http::Request& request, Services& services)
{
    auto principal = co_await allow_person(request, services);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_in_path(request);
    if (!no)
        co_return refuse(no.error());
    auto done = co_await services.tokens.revoke(*no, principal->name, principal->name);
    co_return done_or_refused(done);
}

} // namespace mimamori::collector::api
