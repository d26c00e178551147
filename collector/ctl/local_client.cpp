#include "collector/ctl/local_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace mimamori::collector::ctl {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;

constexpr std::size_t answer_size_max = 64U * 1024 * 1024;

Errc code_of(unsigned status)
{
    switch (status)
    {
    case 400:
    case 422:
        return Errc::invalid_input;
    case 403:
        return Errc::forbidden;
    case 404:
        return Errc::not_found;
    case 409:
        return Errc::conflict;
    case 503:
        return Errc::unavailable;
    default:
        return Errc::internal;
    }
}

std::string text_of(const boost::json::value& document, std::string_view member)
{
    const auto* object = document.if_object();
    const auto* found = object ? object->if_contains(member) : nullptr;
    return found && found->is_string() ? std::string{found->get_string()} : std::string{};
}

} // namespace

Result<boost::json::value> LocalClient::call(
    http::Method method, std::string_view path, std::string_view body) const
{
    asio::io_context io;
    asio::local::stream_protocol::socket socket{io};
    boost::system::error_code ec;
    socket.connect(asio::local::stream_protocol::endpoint{socket_.string()}, ec);
    if (ec == asio::error::access_denied)
        return Error{Errc::forbidden, socket_.string() + ": run this as root"};
    if (ec)
        return Error{
            Errc::unavailable, "no collector answers at " + socket_.string() + ": " + ec.message()};

    beast_http::request<beast_http::string_body> request;
    request.method_string(std::string{http::to_text(method)});
    request.target("/api/v1" + std::string{path});
    request.set(beast_http::field::host, "localhost");
    request.keep_alive(false);
    if (!body.empty())
        request.set(beast_http::field::content_type, "application/json");
    request.body() = std::string{body};
    request.prepare_payload();
    beast_http::write(socket, request, ec);
    if (ec)
        return Error{Errc::unavailable, "send to the collector: " + ec.message()};

    boost::beast::flat_buffer buffer;
    beast_http::response_parser<beast_http::string_body> parser;
    parser.body_limit(answer_size_max);
    beast_http::read(socket, buffer, parser, ec);
    if (ec)
        return Error{Errc::unavailable, "read the collector's answer: " + ec.message()};

    const auto& response = parser.get();
    boost::json::value document;
    if (!response.body().empty())
        document = boost::json::parse(response.body(), ec);
    if (ec)
        return Error{Errc::internal, "the collector's answer is not JSON"};
    if (response.result_int() >= 400)
        return Error{
            code_of(response.result_int()),
            fmt::format(
                "{} {} {}", response.result_int(), text_of(document, "code"),
                text_of(document, "detail"))};
    return document;
}

} // namespace mimamori::collector::ctl
