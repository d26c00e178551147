// A process that takes reports is killed at random moments. Whatever it acknowledged must be in the
// database, exactly once, and a retry after the crash must find its place again.

#include "collector/ingest/post_report.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/device_store.hpp"
#include "collector/storage/statement.hpp"
#include "collector/storage/upkeep.hpp"
#include "common/wire/json_reader.hpp"
#include "tests/support/report_builder.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace mimamori::collector {
namespace {

using tests::id_text;

constexpr std::size_t agents_count = 8;
constexpr std::int64_t start_ms = 1'790'000'000'000;

/// What the child writes into the pipe when an agent has got its receipt.
struct Ack
{
    std::uint64_t agent;
    std::uint64_t seq;
    std::uint64_t events;
};

using Progress = std::array<std::uint64_t, agents_count>; ///< Highest seq acknowledged, by agent.

AgentId agent_id(std::size_t agent)
{
    return AgentId{id_text(static_cast<char>('A' + agent))};
}

std::string event_text(std::size_t agent, std::uint64_t number)
{
    return "event " + std::to_string(number) + " of " + std::to_string(agent);
}

/// Report `seq` of an agent is always the same: it carries event number `seq`, and now and then
/// another host name.
std::string report_text(std::size_t agent, std::uint64_t seq)
{
    wire::Report report;
    report.agent_id = agent_id(agent);
    report.stream = StreamId{id_text(static_cast<char>('a' + agent))};
    report.boot_id = "boot";
    report.seq = seq;
    report.sent_at = from_ms(start_ms + static_cast<std::int64_t>(seq));
    report.events = {tests::event(seq, report.sent_at, event_text(agent, seq))};
    if (seq % 7 == 0)
    {
        wire::OsSection os;
        os.hostname = "name-" + std::to_string(seq);
        report.sections = {tests::with_body("os", os)};
    }
    return wire::to_json(report);
}

storage::DatabaseOptions options_of(const std::filesystem::path& folder)
{
    storage::DatabaseOptions options;
    options.file = folder / "collector.db";
    return options;
}

// ------------------------------------------------------------------ the child

awaitable<void> send_reports(
    std::size_t agent, std::uint64_t seq, ingest::IngestServices& services, int acks)
{
    http::Request request;
    request.peer.address = asio::ip::make_address("192.0.2.7");
    request.peer.agent_id = agent_id(agent);
    for (;; ++seq)
    {
        request.body = report_text(agent, seq);
        const auto response = co_await ingest::post_report(request, services);
        const auto receipt = wire::from_json<wire::Receipt>(response.body);
        if (!receipt || receipt->seq < seq)
            ::_exit(2);
        const Ack ack{agent, receipt->seq, receipt->ack};
        if (::write(acks, &ack, sizeof ack) != sizeof ack)
            ::_exit(3);
    }
}

awaitable<void> keep_house(storage::Upkeep& upkeep)
{
    // Far more often than in earnest, so that crashes hit it.
    for (int i = 0;; ++i)
        co_await upkeep.run_due(from_ms(start_ms + i * 1'000));
}

[[noreturn]] void run_child(const std::filesystem::path& folder, Progress progress, int acks)
{
    auto database = storage::Database::open(options_of(folder)).value();
    const SystemClock clock;
    storage::ReportStore reports{*database};
    storage::Liveness liveness{clock.now()};
    storage::UpkeepOptions upkeep_options;
    upkeep_options.log_rows_max = 20;
    upkeep_options.rows_per_work = 7;
    storage::Upkeep upkeep{*database, liveness, upkeep_options};
    asio::thread_pool workers{1};
    ingest::IngestServices services{
        .reports = reports,
        .liveness = liveness,
        .clock = clock,
        .workers = workers,
        .judge_soon = [](const DeviceId&) {},
        .orders = {},
        .crowded = {}};
    asio::io_context io;
    for (std::size_t agent = 0; agent < agents_count; ++agent)
        asio::co_spawn(
            io, send_reports(agent, progress[agent] + 1, services, acks), asio::detached);
    asio::co_spawn(io, keep_house(upkeep), asio::detached);
    io.run();
    ::_exit(4);
}

// ------------------------------------------------------------------ the parent

/// Runs a child on the database and kills it; brings `progress` up to date with what it acked.
void run_and_kill(
    const std::filesystem::path& folder, Progress& progress, std::chrono::milliseconds life)
{
    int pipe_ends[2];
    BOOST_TEST_REQUIRE(::pipe(pipe_ends) == 0);
    const pid_t child = ::fork();
    BOOST_TEST_REQUIRE(child >= 0);
    if (child == 0)
    {
        ::close(pipe_ends[0]);
        run_child(folder, progress, pipe_ends[1]);
    }
    ::close(pipe_ends[1]);

    bool killed = false;
    std::chrono::steady_clock::time_point end{};
    Ack ack{};
    while (::read(pipe_ends[0], &ack, sizeof ack) == sizeof ack)
    {
        // Its life counts from the first receipt on: until then it opens the database.
        const auto now = std::chrono::steady_clock::now();
        if (end == std::chrono::steady_clock::time_point{})
            end = now + life;
        if (!killed && now >= end)
        {
            ::kill(child, SIGKILL);
            killed = true; // What is in the pipe was acknowledged all the same.
        }
        BOOST_TEST(ack.events == ack.seq);
        progress[ack.agent] = std::max(progress[ack.agent], ack.seq);
    }
    ::close(pipe_ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    BOOST_TEST_REQUIRE(WIFSIGNALED(status), "the child ended by itself: " << status);
    BOOST_TEST(WTERMSIG(status) == SIGKILL);
}

void check_database(const std::filesystem::path& folder, const Progress& progress)
{
    auto database = storage::Database::open(options_of(folder)).value();
    auto look = [&progress](storage::Session& session) -> Result<void> {
        storage::Statement integrity{session.native(), "PRAGMA integrity_check"};
        integrity.next();
        BOOST_TEST(integrity.text(0) == "ok");

        storage::Statement events{
            session.native(),
            "SELECT agent.id, event.number, event.body, count(*) FROM event "
            "JOIN stream ON stream.no = event.stream_no JOIN agent ON agent.no = stream.agent_no "
            "GROUP BY agent.id, event.number ORDER BY agent.id, event.number"};
        std::map<std::string, std::uint64_t> high;
        while (events.next())
        {
            const std::string agent{events.text(0)};
            const auto number = static_cast<std::uint64_t>(events.integer(1));
            const std::size_t index = static_cast<std::size_t>(agent[0] - 'A');
            BOOST_TEST(events.integer(3) == 1);
            BOOST_TEST(number == ++high[agent]);
            BOOST_TEST(events.text(2).find(event_text(index, number)) != std::string_view::npos);
        }
        for (std::size_t agent = 0; agent < agents_count; ++agent)
            BOOST_TEST(high[agent_id(agent).text()] >= progress[agent]);
        storage::Statement stored{
            session.native(),
            "SELECT (SELECT sum(reports) FROM stream) + (SELECT count(*) FROM report_log), "
            "(SELECT count(*) FROM event), (SELECT count(*) FROM incident)"};
        stored.next();
        BOOST_TEST(stored.integer(0) == stored.integer(1)); // Each report has one event.
        BOOST_TEST(stored.integer(2) == 0);
        return {};
    };
    database->read_and_wait(look).value();
}

BOOST_AUTO_TEST_SUITE(collector_crash)

BOOST_AUTO_TEST_CASE(what_was_acknowledged_survives_being_killed_and_is_there_once)
{
    const tests::TempFolder folder;
    {
        auto database = storage::Database::open(options_of(folder.path())).value();
        auto enrol = [](storage::Session& session) -> Result<void> {
            for (std::size_t agent = 0; agent < agents_count; ++agent)
            {
                const DeviceId device{"device-" + std::to_string(agent)};
                const storage::NewDevice added{device, {}, {}, {}, {}};
                storage::add_device(session, added, from_ms(start_ms)).value();
                const storage::NewAgent known{
                    agent_id(agent), device, storage::AgentStatus::approved};
                storage::add_agent(session, known, from_ms(start_ms)).value();
            }
            return {};
        };
        database->write_and_wait(enrol).value();
    }
    const unsigned seed = std::random_device{}();
    BOOST_TEST_MESSAGE("seed " << seed);
    std::mt19937 random{seed};
    std::uniform_int_distribution<int> life_ms{0, 150};
    Progress progress{};
    for (int round = 0; round < 8; ++round)
    {
        BOOST_TEST_CONTEXT("round " << round << ", seed " << seed)
        {
            run_and_kill(folder.path(), progress, std::chrono::milliseconds{life_ms(random)});
            check_database(folder.path(), progress);
        }
    }
    for (const std::uint64_t seq : progress)
        BOOST_TEST(seq > 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector
