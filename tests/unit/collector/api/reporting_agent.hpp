#pragma once

// Agents without a network: what they say goes through the collector's reader of reports.

#include "collector/ingest/post_report.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/sections.hpp"
#include "tests/support/collector_database.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/report_builder.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/asio/thread_pool.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api::test {

/// One life of an agent: numbers its reports and events, sends bodies of sections that changed.
struct ReportingAgent
{
    AgentId id;
    StreamId stream;
    std::string boot_id{"boot-1"};
    std::string version{"2.0.0"};
    std::string address{"10.0.0.2"};
    std::chrono::milliseconds clock_offset{0};
    wire::Facts facts;
    std::optional<wire::Footprint> footprint;
    std::vector<std::string> neighbours; ///< MACs that its machine sees.

    std::uint64_t last_seq{0};
    std::uint64_t last_event{0};
    std::map<std::string, std::string> digests; ///< That the collector has.
    std::vector<std::string> look_for;          ///< What it was asked last.

    wire::Report report(Timestamp now, std::vector<wire::Event> events)
    {
        wire::Report made;
        made.agent_id = id;
        made.agent_version = version;
        made.boot_id = boot_id;
        made.stream = stream;
        made.seq = ++last_seq;
        made.sent_at = now + clock_offset;
        made.self = footprint;
        boost::mp11::mp_for_each<wire::FactsMembers>([&](auto member) {
            if (const auto& section = facts.*member.pointer)
                made.sections.push_back(section_report(member.name, *section));
        });
        for (wire::Event& event : events)
        {
            event.number = ++last_event;
            event.at = now + clock_offset;
            made.events.push_back(std::move(event));
        }
        for (const std::string& mac : look_for)
        {
            if (std::find(neighbours.begin(), neighbours.end(), mac) != neighbours.end())
                made.sightings.push_back({mac, 0});
        }
        return made;
    }

private:
    template <class Section>
    wire::SectionReport section_report(const std::string& name, const Section& section)
    {
        auto made = tests::with_body(name, section);
        if (std::exchange(digests[name], made.digest) == made.digest)
            made.body.text.clear();
        return made;
    }
};

/// The agents' side of the collector.
class ReportDesk
{
public:
    ReportDesk(
        asio::io_context& io,
        tests::CollectorDatabase& database,
        storage::Liveness& liveness,
        const Clock& clock)
        : io_{io}
        , reports_{*database}
        , clock_{clock}
        , services_{
              .reports = reports_,
              .liveness = liveness,
              .clock = clock,
              .workers = workers_,
              .judge_soon = [](const DeviceId&) {},
              .orders =
                  {.heartbeat_s = 60,
                   .inventory_s = 900,
                   .close_between_reports = {},
                   .send_command_lines = {}},
              .crowded = {},
              .sought = &sought}
    {}

    /// Sends a report, which must be taken.
    void take(ReportingAgent& agent, std::vector<wire::Event> events = {})
    {
        http::Request request;
        request.method = http::Method::post;
        request.path = "/agent/v1/report";
        request.body = wire::to_json(agent.report(clock_.now(), std::move(events)));
        request.peer.address = asio::ip::make_address(agent.address);
        request.peer.agent_id = agent.id;
        const auto answer = mimamori::test::run_coro(io_, ingest::post_report(request, services_));
        BOOST_TEST_REQUIRE((answer.status == http::Status::ok), answer.body);
        const auto receipt = wire::from_json<wire::Receipt>(answer.body);
        BOOST_TEST_REQUIRE(receipt.has_value());
        BOOST_TEST(receipt->seq == agent.last_seq);
        BOOST_TEST(receipt->ack == agent.last_event);
        agent.look_for = receipt->look_for;
    }

    storage::Sought sought;

private:
    asio::io_context& io_;
    storage::ReportStore reports_;
    asio::thread_pool workers_{1};
    const Clock& clock_;
    ingest::IngestServices services_;
};

} // namespace mimamori::collector::api::test
