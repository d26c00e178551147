#pragma once

#include "collector/http/message.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mimamori::collector::http {

/// A function of the form `awaitable<Response> f(const Request&, Services&)` with its services.
/// Made by `handler<f>(services)`; the services must outlive the server.
class Handler
{
public:
    using Call = awaitable<Response> (*)(void* services, const Request& request);

    constexpr Handler(Call call, void* services)
        : call_{call}
        , services_{services}
    {}

    awaitable<Response> operator()(const Request& request) const
    {
        return call_(services_, request);
    }

private:
    Call call_;
    void* services_;
};

/// `handler<post_report>(services)`
template <auto function, class Services>
Handler handler(Services& services)
{
    constexpr Handler::Call call = [](void* given, const Request& request) -> awaitable<Response> {
        return function(request, *static_cast<Services*>(given));
    };
    // A handler that takes its services by const reference is given a const object.
    return Handler{call, const_cast<void*>(static_cast<const void*>(&services))};
}

/// `handler<get_health>()`
template <auto function>
Handler handler()
{
    constexpr Handler::Call call = [](void*, const Request& request) -> awaitable<Response> {
        return function(request);
    };
    return Handler{call, nullptr};
}

/// What the connection itself must prove before a handler is called. Sessions and roles of the web
/// port are the handlers' business.
enum class Access
{
    anyone,            ///< No client certificate needed.
    agent,             ///< A certificate in force.
    agent_even_expired ///< In force or expired within the grace: `renew` only.
};

/// One line of the route table.
struct Route
{
    Method method;

    /// "/api/v1/devices/{id}": a place takes one segment; "{rest*}" at the end takes all that
    /// follows, also nothing. Literal segments win over places, places over "{rest*}".
    std::string_view pattern;

    Access access{Access::anyone};
    Handler handler;

    /// Bodies above this are refused with 413 before they are read; 0 takes none.
    std::size_t body_size_max{64U * 1024};

    /// Of a body that comes packed (`Content-Encoding: deflate` or `gzip`); 0 refuses packed ones
    /// with 415.
    std::size_t inflated_size_max{0};

    /// The only media type taken, such as "application/json"; empty takes any.
    std::string_view consumes{};
};

/// Finds the route of a request. Pure: no I/O, no state beyond the table. GET routes answer HEAD.
class Router
{
public:
    explicit Router(std::vector<Route> routes);

    struct Match
    {
        const Route* route;
        std::vector<std::pair<std::string_view, std::string>> params; ///< Decoded.
    };

    struct NotFound
    {};

    struct WrongMethod
    {
        std::string allow; ///< "GET, HEAD, POST".
    };

    using Found = std::variant<Match, NotFound, WrongMethod>;

    /// `path` is percent-encoded and without the query.
    Found find(Method method, std::string_view path) const;

    std::span<const Route> routes() const { return routes_; }

private:
    Found decode(std::size_t index, const std::vector<std::string_view>& path) const;

    std::vector<Route> routes_;
    std::vector<std::vector<std::string_view>> patterns_; ///< The segments of each.
};

} // namespace mimamori::collector::http
