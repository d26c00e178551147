#include "collector/http/local_server.hpp"

#include "collector/http/plain_session.hpp"
#include "common/log/log.hpp"
#include "common/platform/file.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

namespace mimamori::collector::http {
namespace {

using Local = asio::local::stream_protocol;

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
    Peer peer;
    peer.local_uid = permitted_user(socket);
    if (peer.local_uid)
        co_await serve_plain(socket, router_, peer);
    --connections_;
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
