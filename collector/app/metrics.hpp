#pragma once

#include "collector/http/io_threads.hpp"
#include "collector/http/router.hpp"
#include "collector/http/server.hpp"
#include "collector/ingest/post_report.hpp"
#include "collector/judge/judge.hpp"
#include "collector/notify/notifier.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/liveness.hpp"
#include "common/async/task_group.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace mimamori::collector::app {

/// What the metrics are read from. All of it outlives the server.
struct MetricSources
{
    const storage::Database& database;
    const storage::Liveness& liveness;
    const http::Server& agent_port;
    const http::Server& web_port;
    const ingest::IngestCounters& ingest;
    const judge::Judge& judge;
    const notify::Notifier& notifier;
    const Clock& clock;
};

/// The metrics in Prometheus' text format (version 0.0.4).
std::string metrics_text(const MetricSources& sources);

/// /metrics, /healthz (the process answers) and /readyz (what it takes in becomes durable) on
/// 127.0.0.1, read-only.
class MetricsServer
{
public:
    /// Errors: io. `threads` must outlive it.
    static Result<std::unique_ptr<MetricsServer>> listen(
        http::IoThreads& threads, std::uint16_t port, MetricSources sources);

    std::uint16_t port() const { return port_; }

    /// Await it on an executor other than the I/O threads'.
    [[nodiscard]] awaitable<bool> stop(std::chrono::milliseconds grace);

private:
    static constexpr std::size_t connections_max = 8;

    MetricsServer(
        asio::io_context& io, asio::ip::tcp::acceptor acceptor, const MetricSources& sources);

    awaitable<void> accept_loop();
    awaitable<void> serve(asio::ip::tcp::socket socket);
    awaitable<bool> stop_here(std::chrono::milliseconds grace);

    MetricSources sources_;
    http::Router router_;
    asio::io_context& io_;
    asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
    async::TaskGroup tasks_;
    std::size_t connections_{0};
};

} // namespace mimamori::collector::app
