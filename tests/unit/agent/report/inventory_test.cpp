#include "agent/report/inventory_loop.hpp"
#include "common/log/log.hpp"
#include "tests/support/fake_collector.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/simulated_time.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <memory>

namespace mimamori::agent::report {
namespace {

using namespace std::chrono_literals;
using Wait = std::chrono::milliseconds;

/// The real loop, plan, report loop and spool. The probes answer at once unless told otherwise.
struct Machine
{
    struct Behaviour
    {
        Wait cpu{5};
        Wait wall{5};
        std::string section{"{}"};
        bool runs_out_of_memory{false};
        bool hangs{false};
    };

    explicit Machine(Wait length = 3h)
        : time{length}
    {
        start();
    }

    void start()
    {
        spool.reset();
        spool = Spool::open(folder.path(), time.civil()).value();
        reports = std::make_unique<ReportLoop>(
            ReportLoop::Parts{
                *spool, report_time, time.civil(), [this] { return time.since_begin(); }, "0.1.0",
                "boot", [] { return wire::Footprint{}; }, [](const std::vector<std::string>&) {},
                [](const wire::AgentOrders&) {}, [](const std::vector<std::string>&) {}, [] {},
                [](const Contact&) {}},
            ReportSchedule{{}, time.now(), 42});
        std::vector<PlannedProbe> planned{{"os", 1h}, {"usb", 15min}, {"software", 15min}};
        inventory = std::make_unique<InventoryLoop>(
            InventoryLoop::Parts{
                *reports, *spool, time, time.civil(),
                [this](const std::string& name, std::function<void(ProbeRun)> done) {
                    answer(name, std::move(done));
                },
                [this] { rounds += 1; }},
            InventoryPlan{std::move(planned), {}, time.now() + 5s});
    }

    void answer(const std::string& name, std::function<void(ProbeRun)> done)
    {
        runs[name].push_back(time.since_begin());
        const Behaviour& how = probes[name];
        if (how.hangs)
        {
            hanging = std::move(done);
            return;
        }
        ProbeRun run{how.section, how.cpu, how.wall};
        if (how.runs_out_of_memory)
            run.section = Error{Errc::too_large, "out of memory, cap 64 MiB"};
        time.at(time.since_begin() + how.wall, [run, done] { done(run); });
    }

    void run()
    {
        asio::io_context io;
        test::run_coro(io, inventory->run());
    }

    void send_all()
    {
        // A loop whose time is over takes note of the collector and ends; then all is sent.
        asio::io_context io;
        report_time.end_now();
        test::run_coro(io, reports->run(AgentId{"AGENT"}, collector));
        while (spool->has_backlog())
            test::run_coro(io, reports->say_goodbye());
    }

    std::vector<std::string> event_texts(wire::EventKind kind)
    {
        send_all();
        std::vector<std::string> all;
        for (const auto& event : collector.events)
            if (event.kind == kind)
                all.push_back(event.text);
        return all;
    }

    log::Capture log;
    tests::TempFolder folder{tests::TempFolder::in_memory()};
    tests::SimulatedTime time;
    tests::SimulatedTime report_time{1h}; ///< Nobody sleeps on it here.
    tests::FakeCollector collector;
    std::unique_ptr<Spool> spool;
    std::unique_ptr<ReportLoop> reports;
    std::unique_ptr<InventoryLoop> inventory;
    std::map<std::string, Behaviour> probes;
    std::map<std::string, std::vector<Wait>> runs;
    std::function<void(ProbeRun)> hanging;
    int rounds{0};
};

const std::vector<std::string> none;

BOOST_FIXTURE_TEST_SUITE(inventory, Machine)

BOOST_AUTO_TEST_CASE(each_probe_runs_at_its_own_interval_and_few_wake_ups_do)
{
    run();
    BOOST_TEST(runs["os"].size() == 3);
    BOOST_TEST(runs["usb"].size() == 12);
    BOOST_TEST(runs["software"].size() == 12);
    BOOST_TEST((runs["os"][0] == 5s));
    BOOST_TEST(rounds == 12);
    BOOST_TEST(time.sleeps < 80);
    BOOST_TEST(event_texts(wire::EventKind::budget_exceeded) == none);
}

BOOST_AUTO_TEST_CASE(a_section_that_is_asked_for_runs_at_once_but_not_all_the_time)
{
    time.at(10min, [&] { inventory->refresh("usb"); });
    time.at(10min + 500ms, [&] { inventory->refresh("usb"); });
    time.at(10min + 900ms, [&] { inventory->refresh("usb"); });
    run();
    BOOST_TEST_REQUIRE(runs["usb"].size() >= 3);
    BOOST_TEST((runs["usb"][1] == 10min));
    BOOST_TEST((runs["usb"][2] == 10min + 1s));
    BOOST_TEST((runs["usb"][3] >= 20min));
    BOOST_TEST((runs["software"][1] >= 14min)); // The others are not dragged along.
}

BOOST_AUTO_TEST_CASE(the_collector_can_change_the_rhythm)
{
    time.at(10min, [&] { inventory->set_rhythm(3600s); });
    run();
    BOOST_TEST(runs["usb"].size() == 4); // At 0, 15 (already planned), 75 and 135 minutes.
}

BOOST_AUTO_TEST_CASE(a_probe_over_its_budget_is_held_back_and_told_and_the_others_go_on)
{
    probes["software"] = {2001ms, 2100ms, R"({"programs":[{"name":"a"}]})"};
    run();
    // Held for 15 minutes, 30, 60: it is asked at 15-minute steps, and may run at some of them.
    BOOST_TEST(runs["software"].size() <= 4);
    BOOST_TEST(runs["software"].size() >= 3);
    BOOST_TEST(runs["usb"].size() == 12);
    const auto told = event_texts(wire::EventKind::budget_exceeded);
    BOOST_TEST_REQUIRE(told.size() == runs["software"].size());
    BOOST_TEST(told[0].find("probe software: cpu 2001 ms of 2000 ms; held back until ") == 0);
    BOOST_TEST(
        collector.sections["software"]
        == R"({"from":{"unknown":[{"why":"held back: cpu 2001 ms of 2000 ms"}]}})");
    BOOST_TEST(
        inventory->held_back() == (std::vector<std::string>{"software: cpu 2001 ms of 2000 ms"}));
}

BOOST_AUTO_TEST_CASE(a_probe_at_its_limit_is_fine)
{
    probes["software"] = {2000ms, 30000ms, "{}"};
    probes["usb"] = {1ms, 29999ms, "{}"};
    run();
    BOOST_TEST(event_texts(wire::EventKind::budget_exceeded) == none);
    BOOST_TEST(inventory->slowest().name == "software");
}

BOOST_AUTO_TEST_CASE(the_guilty_probe_is_remembered_across_restarts)
{
    inventory->died_in("software");
    start(); // New objects, same folder.
    BOOST_TEST(
        inventory->held_back()
        == (std::vector<std::string>{"software: the agent ended while it ran"}));
    run();
    BOOST_TEST((runs["software"][0] >= 15min));
}

BOOST_AUTO_TEST_CASE(one_good_run_clears_it)
{
    probes["software"] = {2500ms, 10ms, "{}"};
    time.at(10min, [&] { probes["software"] = {10ms, 10ms, R"({"programs":[]})"}; });
    run();
    BOOST_TEST(inventory->held_back() == none);
    BOOST_TEST(event_texts(wire::EventKind::budget_exceeded).size() == 1);
    BOOST_TEST(collector.sections["software"] == R"({"programs":[]})");
    BOOST_TEST(runs["software"].size() == 11);
}

BOOST_AUTO_TEST_CASE(a_probe_that_runs_out_of_memory_breaks_nothing_else)
{
    probes["software"].runs_out_of_memory = true;
    run();
    BOOST_TEST(runs["usb"].size() == 12);
    const auto told = event_texts(wire::EventKind::budget_exceeded);
    BOOST_TEST_REQUIRE(!told.empty());
    BOOST_TEST(told[0].find("probe software: out of memory, cap 64 MiB; held back") == 0);
    BOOST_TEST(collector.sections["software"].find("out of memory") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_probe_that_hangs_is_told_about_once_and_runs_on_when_it_ends)
{
    probes["usb"].hangs = true;
    time.at(60min, [&] {
        probes["usb"].hangs = false;
        hanging(ProbeRun{std::string{"{}"}, 1ms, std::chrono::minutes{59}});
    });
    run();
    const auto told = event_texts(wire::EventKind::budget_exceeded);
    BOOST_TEST_REQUIRE(told.size() == 2); // That it hangs, and at the end how long it took.
    BOOST_TEST(told[0].find("probe usb: time more than 30000 ms, and still running") == 0);
    BOOST_TEST(runs["software"].size() >= 8); // They waited, and go on.
}

BOOST_AUTO_TEST_CASE(a_probe_in_which_the_agent_died_is_held_back)
{
    inventory->died_in("software");
    run();
    BOOST_TEST((runs["software"][0] >= 15min));
    const auto told = event_texts(wire::EventKind::budget_exceeded);
    BOOST_TEST_REQUIRE(told.size() == 1);
    BOOST_TEST(told[0].find("probe software: the agent ended while it ran; held back until") == 0);
}

BOOST_AUTO_TEST_CASE(holds_double_up_to_a_day_and_survive_a_clock_that_is_set_back)
{
    InventoryPlan plan{{{"os", 900s}}, {}, {}};
    const Timestamp now = from_ms(1'790'000'000'000);
    for (const auto hold : {15min, 30min, 60min})
    {
        (void)plan.broke("os", "x", now);
        BOOST_TEST((plan.held("os", now) != nullptr));
        BOOST_TEST((plan.held("os", now + hold - 1ms) != nullptr));
        BOOST_TEST((plan.held("os", now + hold) == nullptr));
    }
    for (int i = 0; i < 20; ++i)
        (void)plan.broke("os", "x", now);
    BOOST_TEST((plan.held("os", now + 24h - 1ms) != nullptr));
    BOOST_TEST((plan.held("os", now + 24h) == nullptr));
    BOOST_TEST((plan.held("os", now - 1ms) == nullptr)); // Set back: it may run.
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::report
