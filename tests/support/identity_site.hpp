#pragma once

// A site with its real parts: certificate authority, database, enrolment and the agents' port with
// TLS on loopback; and devices that enrol there.

#include "agent/uplink/answer.hpp"
#include "collector/enroll/enrolment.hpp"
#include "collector/enroll/routes.hpp"
#include "collector/http/io_threads.hpp"
#include "collector/http/router.hpp"
#include "collector/http/server.hpp"
#include "collector/pki/agent_directory.hpp"
#include "collector/pki/authority.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"
#include "common/wire/report.hpp"
#include "tests/support/collector_database.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/test_device.hpp"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::tests {

/// Said by the test, read by the server's threads.
class SharedClock final : public Clock
{
public:
    Timestamp now() const override { return from_ms(now_ms_.load()); }

    void advance(std::chrono::milliseconds by) { now_ms_ += by.count(); }

private:
    // 2026-11-22T12:00:00Z
    std::atomic<std::int64_t> now_ms_{1'795'348'800'000};
};

/// Takes reports of agents it knows and remembers nothing but their number.
struct ReportSink
{
    collector::pki::AgentDirectory& directory;
    const Clock& clock;
    std::atomic<bool> orders_renewal{false};
    std::atomic<int> taken{0};
};

inline awaitable<collector::http::Response> take_report(
    const collector::http::Request& request, ReportSink& sink)
{
    using collector::http::Status;
    const auto report = wire::from_json<wire::Report>(request.body);
    if (!report)
        co_return collector::http::problem(report.error());
    const auto known = sink.directory.find(request.peer.agent_id);
    if (!known)
        co_return collector::http::problem(Status::unauthorized, "unauthorized", "unknown agent");
    if (known->status == collector::pki::AgentStatus::revoked)
        co_return collector::http::problem(Status::forbidden, "forbidden", "revoked agent");
    ++sink.taken;
    wire::Receipt receipt;
    receipt.stream = report->stream;
    receipt.seq = report->seq;
    receipt.collector_time = sink.clock.now();
    receipt.renew = sink.orders_renewal.exchange(false);
    co_return collector::http::json(Status::ok, wire::to_json(receipt));
}

/// The collector's side. Members in the order in which they need each other.
struct IdentitySite
{
    SharedClock clock;
    TempFolder folder;
    asio::io_context io; ///< Before the database: its threads resume what waits here.
    CollectorDatabase database;
    std::unique_ptr<collector::pki::Authority> authority;
    collector::pki::AgentDirectory directory;
    std::unique_ptr<collector::enroll::Enrolment> enrolment;
    ReportSink sink{directory, clock};
    std::optional<collector::http::Router> router;
    std::unique_ptr<collector::http::IoThreads> threads;
    std::unique_ptr<collector::http::Server> server;

    explicit IdentitySite(const collector::enroll::QueueLimits& limits = {})
    {
        collector::pki::create_site_authority(pki(), "Aoba", clock.now()).value();
        open(limits);
    }

    ~IdentitySite() { stop_server(); }

    std::filesystem::path pki() const { return folder.path() / "pki"; }

    /// As if the collector was started anew with what is on its disk.
    void reopen()
    {
        stop_server();
        enrolment.reset();
        database.reopen();
        open({});
    }

    void open(const collector::enroll::QueueLimits& limits)
    {
        collector::pki::AuthorityOptions options;
        options.folder = pki();
        options.agent_port_names = {{"collector.test"}, {"127.0.0.1"}};
        authority = collector::pki::Authority::open(options, clock.now()).value();
        collector::enroll::Enrolment::Parts parts{
            *database, *authority, directory, clock, [this](const AgentId& agent) {
                if (server)
                    server->close_agent(agent);
            }};
        enrolment = std::make_unique<collector::enroll::Enrolment>(std::move(parts), limits);
        enrolment->load_agents().value();
    }

    tls::Context agent_port() const
    {
        return authority
            ->agent_port_context(
                [this] { return clock.now(); },
                [this](const tls::CertificateInfo& leaf) { return directory.check(leaf); })
            .value();
    }

    void start_server() { start_server(agent_port()); }

    void start_server(tls::Context context, std::uint16_t port = 0)
    {
        auto routes = collector::enroll::routes(*enrolment);
        routes.push_back(
            {.method = collector::http::Method::post,
             .pattern = "/agent/v1/report",
             .access = collector::http::Access::agent,
             .handler = collector::http::handler<take_report>(sink),
             .body_size_max = wire::ReportLimits::compressed_bytes_max,
             .inflated_size_max = wire::ReportLimits::inflated_bytes_max,
             .consumes = "application/json"});
        router.emplace(std::move(routes));
        threads = std::make_unique<collector::http::IoThreads>(2);
        collector::http::ServerOptions options;
        options.name = "agent port";
        options.endpoint = {asio::ip::make_address("127.0.0.1"), port};
        options.now = [this] { return clock.now(); };
        options.check = [this](const tls::CertificateInfo& leaf) { return directory.check(leaf); };
        server =
            collector::http::Server::listen(*threads, options, std::move(context), *router).value();
    }

    void stop_server()
    {
        if (!server)
            return;
        run(server->stop(std::chrono::milliseconds{500}));
        threads->stop();
        server.reset();
        threads.reset();
    }

    /// Waits for what the collector's own functions answer.
    template <class T>
    T run(awaitable<T> task)
    {
        return test::run_coro(io, std::move(task));
    }

    std::string make_key(collector::enroll::NewKey wanted)
    {
        return run(enrolment->create_key(std::move(wanted), "sato")).value().text;
    }

    std::string make_key(bool auto_approve)
    {
        collector::enroll::NewKey wanted;
        wanted.auto_approve = auto_approve;
        return make_key(std::move(wanted));
    }

    std::string make_ticket(std::string hostname)
    {
        collector::enroll::NewTicket wanted;
        wanted.hostname = std::move(hostname);
        return run(enrolment->create_ticket(std::move(wanted), "sato")).value().text;
    }

    agent::uplink::CollectorAddress address() const
    {
        return {"127.0.0.1", server->endpoint().port(), authority->root_fingerprint(clock.now())};
    }
};

} // namespace mimamori::tests
