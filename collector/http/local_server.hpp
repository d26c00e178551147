#pragma once

#include "collector/http/io_threads.hpp"
#include "collector/http/router.hpp"
#include "common/async/task_group.hpp"

#include <boost/asio/local/stream_protocol.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>

namespace mimamori::collector::http {

/// The administrator's door: plain HTTP over a Unix socket of mode 0600, for `mimamorictl` on the
/// same machine. Whoever connects is asked for by the kernel (SO_PEERCRED): only root and the
/// collector's own user are served; handlers see them as `Peer::local_uid`.
class LocalServer
{
public:
    /// Listens at `path`, taking the place of a socket that an earlier run left behind.
    /// Errors: io, conflict when another collector still answers there. `threads` and `router` must
    /// outlive it.
    static Result<std::unique_ptr<LocalServer>> listen(
        IoThreads& threads, std::filesystem::path path, const Router& router);

    /// Only after `stop`. Removes the socket file.
    ~LocalServer();

    LocalServer(const LocalServer&) = delete;
    LocalServer& operator=(const LocalServer&) = delete;

    /// Ends all connections; await it on an executor other than the I/O threads'.
    [[nodiscard]] awaitable<bool> stop(std::chrono::milliseconds grace);

private:
    using Socket = asio::local::stream_protocol::socket;

    static constexpr std::size_t connections_max = 16;

    LocalServer(
        asio::io_context& io,
        asio::local::stream_protocol::acceptor acceptor,
        std::filesystem::path path,
        const Router& router);

    awaitable<void> accept_loop();
    awaitable<void> serve(Socket socket);
    awaitable<bool> stop_here(std::chrono::milliseconds grace);

    asio::io_context& io_;
    asio::local::stream_protocol::acceptor acceptor_;
    std::filesystem::path path_;
    const Router& router_;
    async::TaskGroup tasks_;
    std::size_t connections_{0};
};

} // namespace mimamori::collector::http
