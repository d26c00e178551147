// What taking a report costs besides the transport: reading, checking, storing durably, answering.
//
//     ingest FOLDER [AGENTS] [REPORTS] [large|log]
//
// AGENTS handlers at a time send REPORTS heartbeats of about 2 KiB with all digests; every third
// carries a footprint. With "inventory" each report brings new bodies of three sections.

#include "collector/ingest/post_report.hpp"
#include "collector/storage/device_store.hpp"
#include "common/crypto/random.hpp"
#include "common/wire/sections.hpp"
#include "tests/support/report_builder.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace mimamori;
using namespace mimamori::collector;

struct Usage
{
    double cpu_s;
    std::chrono::steady_clock::time_point at;
};

Usage usage()
{
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return {seconds(used.ru_utime) + seconds(used.ru_stime), std::chrono::steady_clock::now()};
}

wire::Report heartbeat(const AgentId& agent, const StreamId& stream, std::uint64_t seq)
{
    wire::Report report;
    report.agent_id = agent;
    report.agent_version = "0.1.0";
    report.boot_id = "0f9c2b7e-6a0d-4d57-9d3b-0d4ce3f5a111";
    report.stream = stream;
    report.seq = seq;
    report.sent_at = SystemClock{}.now();
    for (const std::string_view name : wire::section_names())
        report.sections.push_back({std::string{name}, wire::digest_of(name), {}});
    wire::Footprint self;
    self.up_s = 1'000'000 + seq * 60;
    self.cpu_ms = 12'000 + seq;
    self.rss_bytes = 11'534'336;
    self.pss_bytes = 5'898'240;
    self.threads = 3;
    self.handles = 21;
    self.spool_bytes = 20'480;
    self.sent_bytes = 123'456'789;
    self.received_bytes = 12'345'678;
    self.probe_ms_max = 38;
    self.probe_slowest = "software";
    report.self = self;
    return report;
}

struct Load
{
    ingest::IngestServices& services;
    std::atomic<int>& left;
    std::atomic<std::uint64_t>& bytes;
    std::atomic<int>& failed;
    bool inventory;
};

awaitable<void> one_agent(AgentId agent, Load load)
{
    const StreamId stream = crypto::random_id<StreamId>();
    http::Request request;
    request.method = http::Method::post;
    request.path = "/agent/v1/report";
    request.peer.address = asio::ip::make_address("192.0.2.7");
    request.peer.agent_id = agent;
    for (std::uint64_t seq = 1; load.left.fetch_sub(1) > 0; ++seq)
    {
        auto report = heartbeat(agent, stream, seq);
        if (load.inventory)
        {
            wire::OsSection os;
            os.hostname = std::to_string(seq);
            report.sections[0] = tests::with_body("os", os);
        }
        request.body = wire::to_json(report);
        load.bytes += request.body.size();
        const auto response = co_await ingest::post_report(request, load.services);
        if (response.status != http::Status::ok)
            ++load.failed;
    }
}

} // namespace

int main(int argc, char** argv)
{
    const std::filesystem::path folder = argc > 1 ? argv[1] : "/tmp";
    const int agents = argc > 2 ? std::stoi(argv[2]) : 64;
    const int reports = argc > 3 ? std::stoi(argv[3]) : 100'000;
    const bool inventory = argc > 4 && std::string_view{argv[4]} == "inventory";

    storage::DatabaseOptions options;
    options.file = folder / "bench.db";
    std::filesystem::remove(options.file);
    auto database = storage::Database::open(options).value();
    const SystemClock clock;
    std::vector<AgentId> ids;
    auto enrol = [&](storage::Session& session) -> Result<void> {
        for (int i = 0; i < agents; ++i)
        {
            const auto device = crypto::random_id<DeviceId>();
            ids.push_back(crypto::random_id<AgentId>());
            const storage::NewDevice added{device, {}, {}, {}, {}};
            storage::add_device(session, added, clock.now()).value();
            storage::add_agent(
                session, {ids.back(), device, storage::AgentStatus::approved}, clock.now())
                .value();
        }
        return {};
    };
    database->write_and_wait(enrol).value();

    storage::ReportStore store{*database};
    storage::Liveness liveness{clock.now()};
    asio::thread_pool workers{1};
    ingest::IngestServices services{
        .reports = store,
        .liveness = liveness,
        .clock = clock,
        .workers = workers,
        .judge_soon = [](const DeviceId&) {},
        .orders = {},
        .crowded = {}};
    std::atomic<int> left{reports};
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<int> failed{0};
    const Load load{services, left, bytes, failed, inventory};
    asio::io_context io[2];
    for (std::size_t i = 0; i < ids.size(); ++i)
        asio::co_spawn(io[i % 2], one_agent(ids[i], load), asio::detached);
    const Usage before = usage();
    std::thread other{[&] { io[1].run(); }};
    io[0].run();
    other.join();
    const Usage after = usage();
    workers.join();

    const double wall_s = std::chrono::duration<double>(after.at - before.at).count();
    const double cpu_s = after.cpu_s - before.cpu_s;
    const auto health = database->health();
    fmt::print(
        "{} reports of {} B, {} failed: {:.4f} CPU-s per 1,000, {:.0f} a second, "
        "{:.1f} works a group, {:.0f} us a group\n",
        reports, bytes.load() / static_cast<std::uint64_t>(reports), failed.load(),
        cpu_s * 1000 / reports, reports / wall_s,
        static_cast<double>(health.works) / static_cast<double>(health.groups),
        static_cast<double>(health.commit_us) / static_cast<double>(health.groups));
    return failed == 0 ? 0 : 1;
}
