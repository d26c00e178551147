#include "collector/http/plain_session.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <string>
#include <variant>

namespace mimamori::collector::http {
namespace {

namespace beast_http = boost::beast::http;
using BeastRequest = beast_http::request<beast_http::string_body>;
using BeastResponse = beast_http::response<beast_http::string_body>;

constexpr std::size_t body_size_max = 16U * 1024 * 1024;

Method to_method(beast_http::verb verb)
{
    switch (verb)
    {
    case beast_http::verb::get:
        return Method::get;
    case beast_http::verb::post:
        return Method::post;
    case beast_http::verb::delete_:
        return Method::delete_;
    case beast_http::verb::put:
        return Method::put;
    case beast_http::verb::patch:
        return Method::patch;
    default:
        return Method::other;
    }
}

Request to_request(BeastRequest&& from, const Peer& peer)
{
    Request request;
    request.method = to_method(from.method());
    const std::string_view target{from.target().data(), from.target().size()};
    const std::size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string_view::npos)
        request.query = target.substr(question + 1);
    for (const auto& field : from)
        request.headers.add(
            std::string_view{field.name_string().data(), field.name_string().size()},
            std::string_view{field.value().data(), field.value().size()});
    request.body = std::move(from.body());
    request.body_size_on_wire_bytes = request.body.size();
    request.peer = peer;
    return request;
}

BeastResponse to_beast(Response&& from)
{
    BeastResponse response;
    response.result(to_number(from.status));
    response.keep_alive(true);
    if (!from.content_type.empty())
        response.set(beast_http::field::content_type, from.content_type);
    for (std::size_t i = 0; i < from.headers.size(); ++i)
        response.insert(
            std::string{from.headers.at(i).name}, std::string{from.headers.at(i).value});
    response.body() =
        from.static_body.empty() ? std::move(from.body) : std::string{from.static_body};
    response.prepare_payload();
    return response;
}

awaitable<Response> answer(const Router& router, Request& request)
{
    auto found = router.find(request.method, request.path);
    if (std::holds_alternative<Router::NotFound>(found))
        co_return problem(Status::not_found, "not_found");
    if (std::holds_alternative<Router::WrongMethod>(found))
        co_return problem(Status::method_not_allowed, "method_not_allowed");
    auto& match = std::get<Router::Match>(found);
    request.params = std::move(match.params);
    co_return co_await match.route->handler(request);
}

template <class Socket>
awaitable<void> serve(Socket& socket, const Router& router, Peer peer)
{
    boost::beast::flat_buffer buffer;
    bool open = true;
    while (open)
    {
        beast_http::request_parser<beast_http::string_body> parser;
        parser.body_limit(body_size_max);
        const auto [read_ec, read] = co_await beast_http::async_read(socket, buffer, parser, token);
        if (read_ec)
            co_return;
        open = parser.get().keep_alive();
        Request request = to_request(parser.release(), peer);
        auto answered = co_await answer(router, request);
        auto response = to_beast(std::move(answered));
        const auto [write_ec, written] = co_await beast_http::async_write(socket, response, token);
        open = open && !write_ec;
    }
}

} // namespace

awaitable<void> serve_plain(
    asio::local::stream_protocol::socket& socket, const Router& router, Peer peer)
{
    return serve(socket, router, std::move(peer));
}

awaitable<void> serve_plain(asio::ip::tcp::socket& socket, const Router& router, Peer peer)
{
    return serve(socket, router, std::move(peer));
}

} // namespace mimamori::collector::http
