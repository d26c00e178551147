#include "collector/judge/decision_service.hpp"
#include "collector/judge/judge.hpp"
#include "common/async/sleep.hpp"
#include "common/async/task_group.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/unit/collector/judge/judge_fixture.hpp"

#include <boost/asio/io_context.hpp>

#include <map>

namespace mimamori::collector::judge {
namespace {

using namespace test;

/// A site whose judge runs as in the collector.
struct LiveSite : Site
{
    async::TaskGroup tasks{
        io.get_executor(), [](const std::string& task, const std::exception& failure) {
            BOOST_ERROR(task << ": " << failure.what());
        }};
    std::map<std::string, int> told;
    int alert_calls{0};
    std::optional<Judge> judge_loop;
    std::optional<DecisionService> decisions;

    void start()
    {
        judge_loop.emplace(
            io.get_executor(),
            Judge::Parts{
                .database = *database,
                .liveness = liveness,
                .clock = clock,
                .knowledge = rules::Knowledge{lifecycle(), windows_builds()},
                .remote_tools = remote_tools(),
                .alerts_queued = [this] { ++alert_calls; },
                .device_changed = [this](const DeviceId& id) { ++told[id.text()]; }},
            options);
        decisions.emplace(*database, *judge_loop, clock);
        tasks.spawn("judge", judge_loop->run());
    }

    /// Lets everything run until the device was stored so often; a minute at most.
    awaitable<void> until_told(std::string device, int times)
    {
        for (int i = 0; i < 6'000; ++i)
        {
            if (told[device] >= times)
                co_return;
            co_await async::sleep_for(10ms);
        }
        BOOST_ERROR("did not happen within a minute");
    }

    awaitable<void> stop()
    {
        const bool stopped = co_await tasks.stop(1s);
        BOOST_TEST(stopped);
    }

    using Scenario = awaitable<void> (*)(LiveSite&);

    void run(Scenario scenario)
    {
        start();
        mimamori::test::run_coro(io, play(scenario));
    }

    awaitable<void> play(Scenario scenario)
    {
        co_await scenario(*this);
        co_await stop();
    }
};

BOOST_AUTO_TEST_SUITE(judge_loop)

awaitable<void> all_at_start(LiveSite& site)
{
    co_await site.until_told("a", 1);
    co_await site.until_told("b", 1);
    BOOST_TEST(site.findings(DeviceId{"a"}, "av_stale") == Lines{"av_stale action open"});
    BOOST_TEST(site.alert_calls == 1);
    BOOST_TEST(site.judge_loop->counters().alerts_queued == 1);
    BOOST_TEST(site.judge_loop->counters().failures == 0);
}

BOOST_FIXTURE_TEST_CASE(all_devices_are_judged_at_the_start, LiveSite)
{
    const auto a = add_device("a");
    put(a, "antivirus", antivirus(begin - days{30}));
    add_device("b");
    run(all_at_start);
}

awaitable<void> asked_for(LiveSite& site)
{
    co_await site.until_told("a", 1);
    site.clock.advance(2s);
    site.put(DeviceId{"a"}, "antivirus", antivirus(begin - days{4}));
    site.judge_loop->judge_soon(DeviceId{"a"});
    site.judge_loop->judge_soon(DeviceId{"a"});
    co_await site.until_told("a", 2);
    BOOST_TEST(site.findings(DeviceId{"a"}, "av_stale") == Lines{"av_stale warning open"});
}

BOOST_FIXTURE_TEST_CASE(a_report_is_judged_when_it_came, LiveSite)
{
    add_device("a");
    run(asked_for);
}

awaitable<void> by_time(LiveSite& site)
{
    co_await site.until_told("a", 1);
    BOOST_TEST(site.findings(DeviceId{"a"}, "device_silent") == Lines{});
    site.clock.advance(10min);
    co_await site.until_told("a", 2);
    BOOST_TEST(
        site.findings(DeviceId{"a"}, "device_silent") == Lines{"device_silent warning open"});
}

BOOST_FIXTURE_TEST_CASE(time_alone_is_judged_without_anybody_asking, LiveSite)
{
    add_device("a");
    run(by_time);
}

awaitable<void> deciding(LiveSite& site)
{
    const DeviceId pc{"a"};
    co_await site.until_told("a", 1);
    const auto found = site.finding(pc, "process_unknown");
    ProgramRequest request;
    request.program_no = std::stoll(*found.evidence.find("program_no"));
    request.scope = findings::DecisionScope::site;
    request.scope_value = "root";
    request.reason = "needed";
    site.clock.advance(2s);
    const auto decided = co_await site.decisions->decide(request, "sato");
    BOOST_TEST_REQUIRE(decided.has_value());
    co_await site.until_told("a", 2);
    BOOST_TEST(site.findings(pc, "process_unknown").empty());

    site.clock.advance(2s);
    const auto ended = co_await site.decisions->end_decision(decided->no, "sato");
    BOOST_TEST(ended.has_value());
    co_await site.until_told("a", 3);
    BOOST_TEST(site.findings(pc, "process_unknown").size() == 1);

    site.clock.advance(2s);
    findings::Action action = findings::Acknowledge{};
    const auto acknowledged = co_await site.decisions->act(found.id, action, "sato");
    BOOST_TEST_REQUIRE(acknowledged.has_value());
    BOOST_TEST(acknowledged->owner == "sato");
    const auto nobody = co_await site.decisions->act("no such finding", action, "sato");
    BOOST_TEST((nobody.error().code == Errc::not_found));
}

BOOST_FIXTURE_TEST_CASE(what_people_decide_is_judged_at_once, LiveSite)
{
    const auto a = add_device("a");
    put(a, "processes", processes({program("/tmp/x", 'b')}));
    run(deciding);
}

awaitable<void> with_damage(LiveSite& site)
{
    co_await site.until_told("b", 1);
    BOOST_TEST(site.judge_loop->counters().failures > 0);
    BOOST_TEST(site.told["a"] == 0);
}

BOOST_FIXTURE_TEST_CASE(a_device_whose_data_is_damaged_does_not_stop_the_others, LiveSite)
{
    const auto a = add_device("a");
    put(a, "antivirus", antivirus(begin));
    add_device("b");
    write([&](storage::Session& session) -> Result<bool> {
        session
            .prepared("UPDATE section_body SET packed = x'00' WHERE no IN"
                      " (SELECT body_no FROM section_current WHERE section = 'antivirus')")
            ->run();
        return true;
    });
    run(with_damage);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
