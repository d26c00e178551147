#pragma once

#include "collector/ingest/post_report.hpp"
#include "collector/storage/incident_store.hpp"
#include "collector/storage/section_store.hpp"
#include "common/wire/json_reader.hpp"
#include "tests/support/collector_database.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/report_builder.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::ingest {
using namespace std::chrono_literals;
using tests::event;
using tests::id_text;
using tests::with_body;
using tests::with_digest;

constexpr std::uint64_t absurd = std::uint64_t{1} << 62;

/// What the agent gets to see.
struct Answer
{
    http::Status status{};
    wire::Receipt receipt;
    std::string body;
    std::string log_reason;
    std::string retry_after;
};

/// The handler with a real database behind it and one enrolled agent.
struct IngestFixture
{
    tests::ManualClock clock;
    asio::io_context io; ///< Before the database: its threads resume what waits here.
    tests::CollectorDatabase database;
    std::optional<storage::ReportStore> reports;
    storage::Liveness liveness{clock.now()};
    storage::Sought sought;
    asio::thread_pool workers{1};
    std::vector<std::string> judged;
    std::unique_ptr<IngestServices> services;

    const AgentId agent{id_text('A')};
    const DeviceId device{"device-a"};
    const StreamId stream{id_text('S')};

    IngestFixture()
    {
        database.enrol(device, agent, clock.now());
        start();
    }

    void start()
    {
        services.reset();
        reports.emplace(*database);
        services.reset(new IngestServices{
            .reports = *reports,
            .liveness = liveness,
            .clock = clock,
            .workers = workers,
            .judge_soon = [this](const DeviceId& id) { judged.push_back(id.text()); },
            .orders =
                {.heartbeat_s = 60,
                 .inventory_s = 900,
                 .close_between_reports = {},
                 .send_command_lines = {}},
            .crowded = {},
            .sought = &sought,
        });
    }

    /// As if the collector was killed and started again.
    void restart()
    {
        services.reset();
        reports.reset();
        database.reopen();
        start();
    }

    wire::Report report(std::uint64_t seq) const
    {
        wire::Report made;
        made.agent_id = agent;
        made.agent_version = "0.1.0";
        made.boot_id = "boot-1";
        made.stream = stream;
        made.seq = seq;
        made.sent_at = clock.now();
        return made;
    }

    Answer send_text(std::string body, const AgentId& sender)
    {
        http::Request request;
        request.method = http::Method::post;
        request.path = "/agent/v1/report";
        request.body = std::move(body);
        request.peer.address = asio::ip::make_address("192.0.2.7");
        request.peer.agent_id = sender;
        auto response = test::run_coro(io, post_report(request, *services));
        Answer answer;
        answer.status = response.status;
        answer.body = response.body;
        answer.log_reason = response.log_reason;
        answer.retry_after = std::string{response.headers["Retry-After"]};
        if (auto receipt = wire::from_json<wire::Receipt>(response.body))
            answer.receipt = *receipt;
        return answer;
    }

    Answer send_text(std::string body) { return send_text(std::move(body), agent); }

    Answer send(const wire::Report& report) { return send_text(wire::to_json(report)); }

    std::int64_t events_stored() { return database.number("SELECT count(*) FROM event"); }

    std::vector<storage::Incident> incidents()
    {
        return database
            ->read_and_wait([&](storage::Session& session) {
                return storage::incidents_of(session, device, Timestamp{});
            })
            .value();
    }

    bool has_incident(storage::IncidentKind kind)
    {
        const auto all = incidents();
        return std::any_of(
            all.begin(), all.end(), [&](const auto& incident) { return incident.kind == kind; });
    }

    storage::DeviceFacts facts()
    {
        return database
            ->read_and_wait(
                [&](storage::Session& session) { return storage::load_facts(session, device); })
            .value();
    }

    /// Sends events 1 to 3 in reports 1 and 2.
    void begin()
    {
        auto first = report(1);
        first.events = {event(1, clock.now()), event(2, clock.now())};
        auto second = report(2);
        second.events = {event(3, clock.now())};
        BOOST_TEST_REQUIRE((send(first).status == http::Status::ok));
        BOOST_TEST_REQUIRE((send(second).status == http::Status::ok));
    }
};

inline void check_acknowledged(const Answer& answer, std::uint64_t seq, std::uint64_t ack)
{
    BOOST_TEST((answer.status == http::Status::ok), answer.body);
    BOOST_TEST(answer.receipt.seq == seq);
    BOOST_TEST(answer.receipt.ack == ack);
    BOOST_TEST(!answer.receipt.new_stream);
}

/// Nothing is acknowledged, a new stream is ordered.
inline void check_not_believed(const Answer& answer)
{
    BOOST_TEST((answer.status == http::Status::conflict), answer.body);
    BOOST_TEST(answer.receipt.seq == 0U);
    BOOST_TEST(answer.receipt.ack == 0U);
    BOOST_TEST(answer.receipt.new_stream);
    BOOST_TEST(!answer.log_reason.empty());
}

} // namespace mimamori::collector::ingest
