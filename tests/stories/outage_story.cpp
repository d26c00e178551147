// The collector is away, or the agent dies: whatever happened arrives later, once, in order.

#include "agent/report/report_loop.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/simulated_time.hpp"
#include "tests/support/site_peer.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>

namespace mimamori {
namespace {

using tests::text;
using tests::wait_until;
using namespace std::chrono_literals;

wire::Event event_of(Timestamp at, std::string text)
{
    wire::Event event;
    event.at = at;
    event.kind = wire::EventKind::network_changed;
    event.text = std::move(text);
    return event;
}

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

std::vector<std::string> texts_of(
    const std::vector<boost::json::object>& events, std::string_view begin)
{
    std::vector<std::string> texts;
    for (const auto& event : events)
        if (text(event, "text").starts_with(begin))
            texts.push_back(text(event, "text"));
    return texts;
}

// ------------------------------------------------------------------ an hour, simulated

/// The agent's own loop, spool and uplink; its hour passes in a moment. The collector is real.
struct LongOutage
{
    tests::Site site;
    tests::TestDevice device{"ME-PUMP-3"};
    tests::SimulatedTime time{150min};
    std::unique_ptr<agent::report::Spool> spool{
        agent::report::Spool::open(device.folder.path(), time.civil()).value()};
    std::unique_ptr<agent::report::ReportLoop> loop;
    agent::report::Contact contact;
    std::uint64_t failures{0};

    void enrol()
    {
        site.start_collector();
        tests::enrol(device, site);
    }

    void run()
    {
        agent::report::ReportLoop::Parts parts{
            *spool,
            time,
            time.civil(),
            [this] { return time.since_begin(); },
            "0.1.0",
            "boot",
            [] { return wire::Footprint{}; },
            [](const std::vector<std::string>&) {},
            [](const wire::AgentOrders&) {},
            [](const std::vector<std::string>&) {},
            [] {},
            [this](const agent::report::Contact& latest) {
                contact = latest;
                failures = std::max(failures, latest.failures_in_a_row);
            }};
        agent::report::ReportSchedule schedule{{}, time.now(), 42};
        loop = std::make_unique<agent::report::ReportLoop>(std::move(parts), std::move(schedule));
        test::run_coro(device.io, loop->run(device.uplink->identity().agent, *device.uplink));
    }

    std::string device_id()
    {
        const auto page = site.web().json("/api/v1/agents");
        return page.at("items").at(0).at("device_id").as_string().c_str();
    }
};

BOOST_FIXTURE_TEST_CASE(an_hour_without_the_collector_loses_nothing_and_keeps_the_order, LongOutage)
{
    enrol();
    std::vector<std::string> expected;
    for (int minute = 1; minute <= 120; ++minute)
    {
        expected.push_back(fmt::format("minute {}", minute));
        time.at(std::chrono::minutes{minute}, [this, what = expected.back()] {
            loop->happened(event_of(time.civil().now(), what));
        });
    }
    // Killed, not stopped: reports on their way may have been stored without an answer.
    time.at(30min + 1s, [this] { site.kill_collector(); });
    time.at(90min + 1s, [this] { site.start_collector(); });
    run();
    BOOST_TEST(contact.failures_in_a_row == 0U);
    BOOST_TEST(failures >= 10U); // The outage was one.
    BOOST_TEST(
        texts_of(site.events(device_id()), "minute ") == expected,
        boost::test_tools::per_element());
    const auto shown = site.device(device_id());
    BOOST_TEST(shown.at("incidents").as_array().empty());
}

// ------------------------------------------------------------------ the programs themselves

struct RealAgent
{
    tests::Site site;
    tests::SiteAgent agent{site, "agent", options()};

    static tests::AgentOptions options()
    {
        tests::AgentOptions options;
        options.more = "[spool]\nsize_mib = 1\n";
        return options;
    }

    /// Fills the agent's own spool file to its limit and beyond. Returns how many were put.
    std::size_t overfill(std::size_t beyond)
    {
        const SystemClock clock;
        agent::report::SpoolLimits limits;
        limits.bytes_max = 1024 * 1024;
        const auto spool = agent::report::Spool::open(agent.data(), clock, limits).value();
        std::size_t put = 0;
        std::vector<wire::Event> batch;
        while (spool->state().lost_ever < beyond)
        {
            batch.clear();
            for (int i = 0; i < 100; ++i)
                batch.push_back(event_of(clock.now(), fmt::format("kept {:06}", put++)));
            BOOST_TEST_REQUIRE(spool->put(batch).has_value());
        }
        return put;
    }

    agent::report::SpoolState spool_state() const
    {
        return agent::report::Spool::look(agent.data()).value();
    }
};

BOOST_FIXTURE_TEST_CASE(an_agent_killed_with_a_full_spool_loses_and_doubles_nothing, RealAgent)
{
    site.start_collector();
    agent.enrol();
    site.stop_collector();
    const std::size_t put = overfill(50);
    BOOST_TEST(put > 2'000U);

    // Killed while it can reach nobody, and then while it begins and delivers: an agent begins to
    // report about two seconds after its start.
    agent.start();
    wait_until("an attempt", [&] { return contains(agent.log(), "not delivered"); });
    agent.kill();
    site.start_collector();
    std::mt19937 random{20261122};
    std::uniform_int_distribution<int> milliseconds{0, 300};
    for (int kills = 0; kills < 8; ++kills)
    {
        agent.start();
        const auto before = site.metric("mimamori_events_stored_total");
        // Every other time only when it has begun to deliver.
        if (kills % 2 == 0)
            wait_until(
                "a delivery", [&] { return site.metric("mimamori_events_stored_total") > before; });
        std::this_thread::sleep_for(std::chrono::milliseconds{milliseconds(random)});
        agent.kill();
    }
    agent.start();
    wait_until("an empty spool", [&] { return spool_state().events == 0; });
    BOOST_TEST(agent.stop() == 0);

    const auto arrived = texts_of(site.events(agent.device_id()), "kept ");
    BOOST_TEST(std::is_sorted(arrived.begin(), arrived.end()));
    BOOST_TEST((std::adjacent_find(arrived.begin(), arrived.end()) == arrived.end()));
    // What did not fit is told, with its number.
    std::uint64_t told = 0;
    const auto shown = site.device(agent.device_id());
    for (const auto& incident : shown.at("incidents").as_array())
    {
        BOOST_TEST(incident.at("kind").as_string() == "events_lost");
        told += incident.at("events").to_number<std::uint64_t>();
    }
    BOOST_TEST(told >= 50U);
    BOOST_TEST(arrived.size() + told == put);
    BOOST_TEST_REQUIRE(!arrived.empty());
    BOOST_TEST(arrived.back() == fmt::format("kept {:06}", put - 1));
    wait_until(
        "the finding", [&] { return site.findings(agent.device_id(), "log_gap").size() == 1; });
}

BOOST_FIXTURE_TEST_CASE(a_collector_that_is_killed_gets_what_happened_meanwhile, RealAgent)
{
    site.start_collector();
    agent.enrol();
    agent.start();
    wait_until("the first report", [&] { return !site.events(agent.device_id()).empty(); });
    const std::string device = agent.device_id();
    site.kill_collector();
    // Each start and each end of the agent is an event of its own.
    for (int i = 0; i < 3; ++i)
    {
        BOOST_TEST(agent.stop() == 0);
        agent.start();
        wait_until("the agent", [&] {
            const auto log = agent.log();
            return log.rfind("data in") > log.rfind("agent stops");
        });
    }
    site.start_collector();
    std::vector<std::string> kinds;
    const auto look = [&] {
        kinds.clear();
        for (const auto& event : site.events(device))
            if (text(event, "kind").starts_with("agent_"))
                kinds.push_back(text(event, "kind"));
        return kinds.size() >= 7;
    };
    wait_until("what happened meanwhile", look);
    const std::vector<std::string> expected{"agent_started", "agent_stopped", "agent_started",
                                            "agent_stopped", "agent_started", "agent_stopped",
                                            "agent_started"};
    BOOST_TEST(kinds == expected, boost::test_tools::per_element());
}

} // namespace
} // namespace mimamori
