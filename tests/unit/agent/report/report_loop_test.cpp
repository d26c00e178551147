#include "agent/report/report_loop.hpp"
#include "common/log/log.hpp"
#include "tests/support/fake_collector.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/simulated_time.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>

namespace mimamori::agent::report {
namespace {

using namespace std::chrono_literals;
using tests::FakeCollector;
using Wait = std::chrono::milliseconds;

/// The real loop and spool; only time and collector are simulated.
struct Simulation
{
    explicit Simulation(Wait length = 3h)
        : time{length}
    {
        start();
    }

    void start()
    {
        ReportLoop::Parts parts{
            *spool,
            time,
            time.civil(),
            [this] { return time.since_begin(); },
            "0.1.0",
            "boot",
            [] { return wire::Footprint{}; },
            [this](const std::vector<std::string>& names) { rerun = names; },
            [this](const wire::AgentOrders& orders) { ordered.push_back(orders); },
            [this](const std::vector<std::string>& macs) { looked_for = macs; },
            [this] { renewals += 1; },
            [this](const Contact& latest) { contact = latest; }};
        loop = std::make_unique<ReportLoop>(std::move(parts), ReportSchedule{{}, time.now(), 42});
    }

    void run()
    {
        asio::io_context io;
        test::run_coro(io, loop->run(AgentId{"AGENT"}, collector));
    }

    void happens(Wait when, std::string text)
    {
        time.at(when, [this, text] {
            wire::Event event;
            event.at = time.civil().now();
            event.kind = wire::EventKind::usb_attached;
            event.text = text;
            loop->happened(event);
        });
    }

    /// When the event of that text was stored by the collector.
    Wait arrival(const std::string& text)
    {
        for (const auto& report : collector.reports)
            for (const auto& event : report.events)
                if (event.text == text)
                    return report.sent_at - event.at;
        return Wait{-1};
    }

    log::Capture log;
    tests::TempFolder folder{tests::TempFolder::in_memory()};
    tests::SimulatedTime time;
    FakeCollector collector;
    std::unique_ptr<Spool> spool{Spool::open(folder.path(), time.civil()).value()};
    std::unique_ptr<ReportLoop> loop;
    std::vector<std::string> rerun;
    std::vector<wire::AgentOrders> ordered;
    std::vector<std::string> looked_for;
    int renewals{0};
    Contact contact;
};

BOOST_FIXTURE_TEST_SUITE(report_loop, Simulation)

BOOST_AUTO_TEST_CASE(a_quiet_device_sends_one_heartbeat_a_minute_and_sleeps_in_between)
{
    run();
    BOOST_TEST(collector.reports.size() >= 180);
    BOOST_TEST(collector.reports.size() <= 181);
    BOOST_TEST(time.sleeps <= 182);
    BOOST_TEST(collector.complaints.empty());
    const auto& heartbeat = collector.reports.back();
    BOOST_TEST(heartbeat.sections.empty());
    BOOST_TEST(!heartbeat.self.has_value());
}

BOOST_AUTO_TEST_CASE(an_event_is_sent_within_two_seconds)
{
    happens(61min + 13s, "plugged in");
    run();
    BOOST_TEST(arrival("plugged in").count() >= 0);
    BOOST_TEST(arrival("plugged in").count() <= 2000);
}

BOOST_AUTO_TEST_CASE(an_outage_of_an_hour_loses_nothing_and_reorders_nothing)
{
    std::vector<std::string> expected;
    for (int minute = 1; minute <= 120; ++minute)
    {
        expected.push_back("event of minute " + std::to_string(minute));
        happens(std::chrono::minutes{minute}, expected.back());
    }
    int attempts_before = 0;
    int attempts_in_outage = 0;
    time.at(30min, [&] {
        collector.mood = FakeCollector::Mood::is_away;
        attempts_before = collector.attempts;
    });
    time.at(90min, [&] {
        collector.mood = FakeCollector::Mood::answers;
        attempts_in_outage = collector.attempts - attempts_before;
    });
    run();
    BOOST_TEST(collector.texts() == expected);
    BOOST_TEST(collector.complaints.empty());
    BOOST_TEST(attempts_in_outage >= 12); // It keeps trying: every 5 minutes at the latest,
    BOOST_TEST(attempts_in_outage <= 35); // and does not hammer.
    BOOST_TEST(contact.failures_in_a_row == 0);
    BOOST_TEST(log.contains("collector is back"));
}

BOOST_AUTO_TEST_CASE(an_ordered_back_off_holds_even_for_an_event)
{
    bool ordered_once = false;
    collector.amends = [&](wire::Receipt& receipt, const wire::Report&) {
        receipt.backoff_s = std::exchange(ordered_once, true) ? 0 : 1800;
    };
    happens(10min, "plugged in");
    run();
    BOOST_TEST(arrival("plugged in").count() >= 1'200'000 - 5'000);
    BOOST_TEST(arrival("plugged in").count() <= 1'650'000);
}

BOOST_AUTO_TEST_CASE(retry_after_is_honoured)
{
    collector.mood = FakeCollector::Mood::is_busy;
    time.at(60min, [&] {
        BOOST_TEST(collector.attempts <= 31); // Two minutes at least.
        BOOST_TEST(collector.attempts >= 11);
        collector.mood = FakeCollector::Mood::answers;
    });
    run();
    BOOST_TEST(collector.reports.size() > 100);
}

BOOST_AUTO_TEST_CASE(lost_answers_double_nothing)
{
    collector.mood = FakeCollector::Mood::loses_answers;
    happens(1min, "one");
    happens(2min, "two");
    time.at(20min, [&] { collector.mood = FakeCollector::Mood::answers; });
    run();
    BOOST_TEST(collector.texts() == (std::vector<std::string>{"one", "two"}));
    BOOST_TEST(collector.complaints.empty());
}

BOOST_AUTO_TEST_CASE(digests_and_footprint_go_with_a_finished_inventory)
{
    time.at(10min, [&] {
        loop->found("os", R"({"name":"Debian"})");
        loop->found("usb", R"({"devices":[]})");
        loop->inventory_done();
    });
    time.at(25min, [&] { loop->inventory_done(); });
    run();
    std::size_t full = 0;
    for (const auto& report : collector.reports)
        full += report.self ? 1 : 0;
    BOOST_TEST(full == 2);
    BOOST_TEST(collector.sections.size() == 2);
    BOOST_TEST(collector.complaints.empty());
}

BOOST_AUTO_TEST_CASE(digests_that_got_lost_on_the_way_are_told_again)
{
    time.at(10min, [&] { collector.mood = FakeCollector::Mood::is_away; });
    time.at(11min + 30s, [&] {
        loop->found("os", R"({"name":"Debian"})");
        loop->inventory_done();
    });
    time.at(30min, [&] { collector.mood = FakeCollector::Mood::answers; });
    run();
    BOOST_TEST(collector.sections.count("os") == 1);
    bool has_self = false;
    for (const auto& report : collector.reports)
        has_self = has_self || report.self;
    BOOST_TEST(has_self);
}

BOOST_AUTO_TEST_CASE(what_the_collector_wants_is_found_out_again)
{
    time.at(5min, [&] {
        loop->found("os", R"({"name":"Debian"})");
        loop->inventory_done();
    });
    time.at(20min, [&] {
        collector.amends = [&](wire::Receipt& receipt, const wire::Report&) {
            if (rerun.empty())
                receipt.want = {"os"};
        };
    });
    run();
    BOOST_TEST(rerun == (std::vector<std::string>{"os"}));
}

BOOST_AUTO_TEST_CASE(orders_are_obeyed_and_remembered)
{
    bool is_told = false;
    collector.amends = [&](wire::Receipt& receipt, const wire::Report&) {
        if (std::exchange(is_told, true))
            return;
        receipt.orders.emplace();
        receipt.orders->heartbeat_s = 600;
        receipt.orders->close_between_reports = true;
        receipt.renew = true;
    };
    run();
    BOOST_TEST(collector.reports.size() >= 18);
    BOOST_TEST(collector.reports.size() <= 20);
    BOOST_TEST(collector.closed >= 18);
    BOOST_TEST(renewals == 1);
    BOOST_TEST_REQUIRE(ordered.size() == 1);

    ordered.clear();
    start();
    run(); // Ends at once, but has read what was ordered.
    BOOST_TEST_REQUIRE(ordered.size() == 1);
    BOOST_TEST((ordered[0].heartbeat_s == 600U));
}

BOOST_AUTO_TEST_CASE(a_new_stream_is_begun_without_a_storm)
{
    happens(10min, "one");
    time.at(10min, [&] { collector.mood = FakeCollector::Mood::says_new_stream; });
    time.at(60min, [&] {
        BOOST_TEST(collector.attempts <= 40);
        collector.mood = FakeCollector::Mood::answers;
    });
    run();
    BOOST_TEST(collector.texts() == (std::vector<std::string>{"one"}));
    BOOST_TEST(collector.complaints.empty());
}

BOOST_AUTO_TEST_CASE(one_event_that_is_refused_does_not_hold_up_the_others)
{
    collector.refuses = [](const wire::Report& report) {
        for (const auto& event : report.events)
            if (event.text == "bad")
                return true;
        return false;
    };
    happens(10min, "good");
    happens(10min, "bad");
    happens(10min, "also good");
    run();
    BOOST_TEST(
        collector.texts()
        == (std::vector<std::string>{
            "good", "also good", "refused by the collector: 400: no thanks"}));
    BOOST_TEST(collector.lost.size() == 1);
    BOOST_TEST(collector.complaints.empty());
}

BOOST_AUTO_TEST_CASE(a_collector_that_refuses_everything_is_not_hammered)
{
    collector.refuses = [](const wire::Report&) { return true; };
    run();
    BOOST_TEST(collector.attempts < 60);
    BOOST_TEST(!contact.trouble.empty());
}

BOOST_AUTO_TEST_CASE(a_collector_that_never_acknowledges_is_not_hammered)
{
    collector.acks_at_most = 0;
    happens(10min, "one");
    run();
    BOOST_TEST(collector.attempts <= 185);
    BOOST_TEST(spool->state().events == 1);
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_is_an_event)
{
    time.at(30min + 1s, [&] { time.clock_set_by = -3600s; });
    run();
    BOOST_TEST(collector.texts() == (std::vector<std::string>{"the clock was set: -3600 s"}));
}

BOOST_AUTO_TEST_CASE(what_it_was_asked_to_look_for_is_told_once_with_its_age_then)
{
    bool asked = false;
    collector.amends = [&](wire::Receipt& receipt, const wire::Report&) {
        if (!std::exchange(asked, true))
            receipt.look_for = {"3c:52:82:11:22:33", "02:00:00:00:00:01"};
    };
    Timestamp saw_at{};
    time.at(30min, [&] {
        loop->saw({{"3c:52:82:11:22:33", 5}});
        saw_at = time.civil().now();
    });
    run();
    BOOST_TEST(
        looked_for == (std::vector<std::string>{"3c:52:82:11:22:33", "02:00:00:00:00:01"}),
        boost::test_tools::per_element());
    std::vector<wire::NeighbourSighting> told;
    for (const auto& report : collector.reports)
    {
        for (const auto& sighting : report.sightings)
        {
            const auto waited = std::chrono::ceil<std::chrono::seconds>(report.sent_at - saw_at);
            BOOST_TEST(sighting.age_s == 5 + waited.count());
            told.push_back(sighting);
        }
    }
    BOOST_TEST(told.size() == 1);
}

BOOST_AUTO_TEST_CASE(a_collector_that_asks_for_too_much_is_not_answered)
{
    collector.amends = [&](wire::Receipt& receipt, const wire::Report& report) {
        const auto over = report.seq % 2;
        receipt.look_for.assign(
            wire::ReportLimits::sightings_max + 1, over ? "02:00:00:00:00:01" : "x");
    };
    run();
    BOOST_TEST(looked_for.empty());
}

BOOST_AUTO_TEST_CASE(the_goodbye_takes_along_what_waits)
{
    run();
    asio::io_context io;
    wire::Event event;
    event.text = "one";
    loop->happened(event);
    (void)spool->next_report({AgentId{"AGENT"}, "0.1.0", "boot", time.civil().now(), false, {}});
    event.kind = wire::EventKind::agent_stopped;
    event.text = "shutdown";
    loop->happened(event);
    test::run_coro(io, loop->say_goodbye());
    BOOST_TEST(collector.texts() == (std::vector<std::string>{"one", "shutdown"}));
    BOOST_TEST(collector.closed == 1);
}

BOOST_AUTO_TEST_CASE(the_goodbye_does_not_insist)
{
    run();
    asio::io_context io;
    collector.mood = FakeCollector::Mood::is_away;
    collector.attempts = 0;
    loop->happened(wire::Event{});
    test::run_coro(io, loop->say_goodbye());
    BOOST_TEST(collector.attempts == 1);
    BOOST_TEST(spool->state().events == 1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::report
