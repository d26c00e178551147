#include "collector/http/local_server.hpp"

#include "common/log/log.hpp"
#include "common/platform/file.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

namespace mimamori::collector::http {
namespace {

namespace beast_http = boost::beast::http;
using Local = asio::local::stream_protocol;

constexpr std::size_t body_size_max = 16U * 1024 * 1024;

/// Who is at the other end, when it may be served.
std::optional<std::uint32_t> permitted_user(const Local::socket& socket)
{
    ucred credentials{};
    socklen_t length = sizeof credentials;
    const int fd = const_cast<Local::socket&>(socket).native_handle();
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0)
        return std::nullopt;
    if (credentials.uid != 0 && credentials.uid != ::geteuid())
    {
        log::warn("local socket: refused user {}", credentials.uid);
        return std::nullopt;
    }
    return credentials.uid;
}

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

Request to_request(beast_http::request<beast_http::string_body>&& from, std::uint32_t uid)
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
    request.peer.local_uid = uid;
    return request;
}

beast_http::response<beast_http::string_body> to_beast(Response&& from)
{
    beast_http::response<beast_http::string_body> response;
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

/// Removes a socket that nobody answers at.
Result<void> make_room(asio::io_context& io, const std::filesystem::path& path)
{
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return {};
    Local::socket probe{io};
    boost::system::error_code ec;
    probe.connect(Local::endpoint{path.string()}, ec);
    if (!ec)
        return Error{Errc::conflict, "another collector is running at " + path.string()};
    if (::unlink(path.c_str()) != 0)
        return platform::last_error("remove " + path.string());
    return {};
}

} // namespace

Result<std::unique_ptr<LocalServer>> LocalServer::listen(
    IoThreads& threads, std::filesystem::path path, const Router& router)
{
    asio::io_context& io = threads.at(0);
    if (auto room = make_room(io, path); !room)
        return std::move(room).error().in("local socket");

    Local::acceptor acceptor{io};
    boost::system::error_code ec;
    acceptor.open(Local{}, ec);
    // The mode must be right from the first moment, so the mask is set around bind.
    const mode_t mask = ::umask(0177);
    if (!ec)
        acceptor.bind(Local::endpoint{path.string()}, ec);
    ::umask(mask);
    if (!ec)
        acceptor.listen(static_cast<int>(connections_max), ec);
    if (ec)
        return Error{Errc::io, "local socket " + path.string() + ": " + ec.message()};

    std::unique_ptr<LocalServer> server{
        new LocalServer{io, std::move(acceptor), std::move(path), router}};
    LocalServer* running = server.get();
    asio::post(io, [running] { running->tasks_.spawn("local socket", running->accept_loop()); });
    return server;
}

LocalServer::LocalServer(
    asio::io_context& io,
    asio::local::stream_protocol::acceptor acceptor,
    std::filesystem::path path,
    const Router& router)
    : io_{io}
    , acceptor_{std::move(acceptor)}
    , path_{std::move(path)}
    , router_{router}
    , tasks_{io.get_executor(), [](const std::string& task, const std::exception& failure) {
                 log::error("{}: {}", task, failure.what());
             }}
{}

LocalServer::~LocalServer()
{
    ::unlink(path_.c_str());
}

awaitable<void> LocalServer::accept_loop()
{
    for (;;)
    {
        auto [ec, socket] = co_await acceptor_.async_accept(token);
        if (ec == asio::error::operation_aborted)
            co_return;
        if (ec || connections_ >= connections_max)
            continue; // Closes it.
        tasks_.spawn("local connection", serve(std::move(socket)));
    }
}

awaitable<void> LocalServer::serve(Socket socket)
{
    ++connections_;
    const auto uid = permitted_user(socket);
    boost::beast::flat_buffer buffer;
    bool open = uid.has_value();
    while (open)
    {
        beast_http::request_parser<beast_http::string_body> parser;
        parser.body_limit(body_size_max);
        const auto [read_ec, read] = co_await beast_http::async_read(socket, buffer, parser, token);
        if (read_ec)
            break;
        open = parser.get().keep_alive();
        const Request request = to_request(parser.release(), *uid);
        auto answered = co_await answer(request);
        auto response = to_beast(std::move(answered));
        const auto [write_ec, written] = co_await beast_http::async_write(socket, response, token);
        open = open && !write_ec;
    }
    --connections_;
}

awaitable<Response> LocalServer::answer(const Request& request)
{
    auto found = router_.find(request.method, request.path);
    if (std::holds_alternative<Router::NotFound>(found))
        co_return problem(Status::not_found, "not_found");
    if (std::holds_alternative<Router::WrongMethod>(found))
        co_return problem(Status::method_not_allowed, "method_not_allowed");
    auto& match = std::get<Router::Match>(found);
    Request routed = request;
    routed.params = std::move(match.params);
    co_return co_await match.route->handler(routed);
}

awaitable<bool> LocalServer::stop_here(std::chrono::milliseconds grace)
{
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    const bool all = co_await tasks_.stop(grace);
    co_return all;
}

awaitable<bool> LocalServer::stop(std::chrono::milliseconds grace)
{
    const bool all = co_await asio::co_spawn(io_, stop_here(grace), asio::use_awaitable);
    co_return all;
}

} // namespace mimamori::collector::http
