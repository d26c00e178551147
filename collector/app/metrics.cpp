#include "collector/app/metrics.hpp"

#include "collector/http/plain_session.hpp"
#include "common/log/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <string_view>

namespace mimamori::collector::app {
namespace {

using asio::ip::tcp;

void add(std::string& out, std::string_view name, std::string_view kind, std::uint64_t value)
{
    out += fmt::format("# TYPE mimamori_{0} {1}\nmimamori_{0} {2}\n", name, kind, value);
}

void add_port(std::string& out, std::string_view port, const http::ServerCounters& counters)
{
    const auto line = [&](std::string_view name, std::uint64_t value) {
        out += fmt::format("mimamori_{}{{port=\"{}\"}} {}\n", name, port, value);
    };
    line("connections", counters.connections);
    line("connections_accepted_total", counters.accepted);
    line("handshakes_total", counters.handshakes);
    line("handshakes_failed_total", counters.handshakes_failed);
    line("requests_total", counters.requests);
    line("requests_refused_total", counters.refused);
}

awaitable<http::Response> get_metrics(const http::Request&, const MetricSources& sources)
{
    http::Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = metrics_text(sources);
    co_return response;
}

awaitable<http::Response> get_health(const http::Request&, const MetricSources&)
{
    co_return http::text(http::Status::ok, "ok\n");
}

awaitable<http::Response> get_ready(const http::Request&, const MetricSources& sources)
{
    const storage::DatabaseHealth health = sources.database.health();
    if (!health.writable)
        co_return http::text(
            http::Status::unavailable, "the database cannot be written: " + health.problem + "\n");
    co_return http::text(http::Status::ok, "ready\n");
}

std::vector<http::Route> routes(const MetricSources& sources)
{
    return {
        {.method = http::Method::get,
         .pattern = "/metrics",
         .handler = http::handler<get_metrics>(sources),
         .body_size_max = 0},
        {.method = http::Method::get,
         .pattern = "/healthz",
         .handler = http::handler<get_health>(sources),
         .body_size_max = 0},
        {.method = http::Method::get,
         .pattern = "/readyz",
         .handler = http::handler<get_ready>(sources),
         .body_size_max = 0}};
}

} // namespace

std::string metrics_text(const MetricSources& sources)
{
    std::string out;
    add_port(out, "agents", sources.agent_port.counters());
    add_port(out, "web", sources.web_port.counters());

    const ingest::IngestCounters& in = sources.ingest;
    add(out, "reports_stored_total", "counter", in.stored.load());
    add(out, "reports_repeated_total", "counter", in.repeated.load());
    add(out, "reports_refused_total", "counter", in.refused.load());
    add(out, "reports_invalid_total", "counter", in.invalid.load());
    add(out, "reports_unavailable_total", "counter", in.unavailable.load());
    add(out, "events_stored_total", "counter", in.events.load());
    add(out, "section_bodies_total", "counter", in.bodies.load());

    const storage::DatabaseHealth db = sources.database.health();
    add(out, "database_writable", "gauge", db.writable ? 1 : 0);
    add(out, "database_writes_queued", "gauge", db.writes_queued);
    add(out, "database_works_total", "counter", db.works);
    add(out, "database_commits_total", "counter", db.groups);
    add(out, "database_commits_failed_total", "counter", db.groups_failed);
    add(out, "database_commit_microseconds_total", "counter", db.commit_us);
    add(out, "database_bytes", "gauge", db.file_bytes);
    add(out, "disk_free_bytes", "gauge", db.disk_free_bytes);

    const judge::JudgeCounters judged = sources.judge.counters();
    add(out, "devices_judged_total", "counter", judged.devices_judged);
    add(out, "devices_known", "gauge", judged.devices_known);
    add(out, "findings_changed_total", "counter", judged.findings_changed);
    add(out, "alerts_queued_total", "counter", judged.alerts_queued);
    add(out, "judge_failures_total", "counter", judged.failures);
    add(out, "judge_behind_milliseconds", "gauge", judged.behind_ms);

    const notify::NotifierHealth mail = sources.notifier.health();
    add(out, "mail_configured", "gauge", mail.configured ? 1 : 0);
    add(out, "alert_channels_failing", "gauge", mail.failing.size());
    add(out, "alert_deliveries_sent_total", "counter", mail.sent);
    add(out, "alert_attempts_failed_total", "counter", mail.attempts_failed);
    add(out, "alert_deliveries_given_up_total", "counter", mail.dead);
    add(out, "alert_deliveries_queued", "gauge", mail.queued);
    add(out, "alert_dead_letters", "gauge", mail.dead_letters);
    add(out, "alerts_waiting", "gauge", mail.alerts_waiting);

    add(out, "devices_seen_5m", "gauge",
        sources.liveness.seen_since(sources.clock.now() - std::chrono::minutes{5}));
    return out;
}

Result<std::unique_ptr<MetricsServer>> MetricsServer::listen(
    http::IoThreads& threads, std::uint16_t port, MetricSources sources)
{
    asio::io_context& io = threads.at(0);
    const tcp::endpoint endpoint{asio::ip::address_v4::loopback(), port};
    tcp::acceptor acceptor{io};
    boost::system::error_code ec;
    acceptor.open(endpoint.protocol(), ec);
    if (!ec)
        acceptor.set_option(asio::socket_base::reuse_address{true}, ec);
    if (!ec)
        acceptor.bind(endpoint, ec);
    if (!ec)
        acceptor.listen(static_cast<int>(connections_max), ec);
    if (ec)
        return Error{Errc::io, fmt::format("metrics port 127.0.0.1:{}: {}", port, ec.message())};
    std::unique_ptr<MetricsServer> server{new MetricsServer{io, std::move(acceptor), sources}};
    MetricsServer* running = server.get();
    asio::post(io, [running] { running->tasks_.spawn("metrics port", running->accept_loop()); });
    return server;
}

MetricsServer::MetricsServer(
    asio::io_context& io, tcp::acceptor acceptor, const MetricSources& sources)
    : sources_{sources}
    , router_{routes(sources_)}
    , io_{io}
    , acceptor_{std::move(acceptor)}
    , port_{acceptor_.local_endpoint().port()}
    , tasks_{io.get_executor(), [](const std::string& task, const std::exception& failure) {
                 log::error("{}: {}", task, failure.what());
             }}
{}

awaitable<void> MetricsServer::accept_loop()
{
    for (;;)
    {
        auto [ec, socket] = co_await acceptor_.async_accept(token);
        if (ec == asio::error::operation_aborted)
            co_return;
        if (ec || connections_ >= connections_max)
            continue; // Closes it.
        tasks_.spawn("metrics connection", serve(std::move(socket)));
    }
}

awaitable<void> MetricsServer::serve(tcp::socket socket)
{
    ++connections_;
    http::Peer peer;
    peer.address = asio::ip::address_v4::loopback();
    co_await http::serve_plain(socket, router_, peer);
    --connections_;
}

awaitable<bool> MetricsServer::stop_here(std::chrono::milliseconds grace)
{
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    const bool all = co_await tasks_.stop(grace);
    co_return all;
}

awaitable<bool> MetricsServer::stop(std::chrono::milliseconds grace)
{
    const bool all = co_await asio::co_spawn(io_, stop_here(grace), asio::use_awaitable);
    co_return all;
}

} // namespace mimamori::collector::app
