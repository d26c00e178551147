#include "tests/unit/agent/report/spool_fixture.hpp"

namespace mimamori::agent::report {
namespace {

using tests::none;
using tests::SpoolFixture;
using wire::EventKind;

BOOST_FIXTURE_TEST_SUITE(spool_refusal, SpoolFixture)

BOOST_AUTO_TEST_CASE(the_one_event_that_is_refused_is_set_aside_and_counted_the_others_arrive)
{
    for (int i = 0; i < 10; ++i)
        put("event " + std::to_string(i));
    collector.refuses = [](const wire::Report& report) {
        for (const auto& event : report.events)
            if (event.text == "event 6")
                return true;
        return false;
    };
    send_all();
    BOOST_TEST_REQUIRE(collector.lost.size() == 1);
    BOOST_TEST(collector.lost[0].count == 1);
    BOOST_TEST(collector.lost[0].first == 7);
    BOOST_TEST(collector.lost[0].why == "refused by the collector: 400: no thanks");
    BOOST_TEST(collector.events.size() == 10); // Nine, and the one that tells of the loss.
    BOOST_TEST(collector.complaints == none);
    const auto kept = Spool::look_at_refused(folder.path()).value();
    BOOST_TEST_REQUIRE(kept.size() == 1);
    BOOST_TEST(kept[0].text.find("event 6") != std::string::npos);
    BOOST_TEST(kept[0].why == "400: no thanks");
    BOOST_TEST(spool->state().lost_ever == 1);
}

BOOST_AUTO_TEST_CASE(a_loss_on_the_way_does_not_disturb_the_order_of_numbers)
{
    for (int i = 0; i < 10; ++i)
        put("event " + std::to_string(i));
    bool is_flooded = false;
    collector.refuses = [&](const wire::Report& report) {
        // While the ten are tried one by one, the spool runs over.
        if (!is_flooded && report.events.size() == 1)
        {
            is_flooded = true;
            SpoolLimits small = limits;
            small.bytes_max = spool->state().bytes + 1000;
            restart_with(small);
            for (int i = 0; i < 50; ++i)
                put("flood " + std::to_string(i));
        }
        for (const auto& event : report.events)
            if (event.text == "event 6")
                return true;
        return false;
    };
    send_all();
    BOOST_TEST(is_flooded);
    BOOST_TEST(collector.lost.size() == 2);
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(after_a_refusal_reports_grow_again)
{
    for (int i = 0; i < 4; ++i)
        put("event " + std::to_string(i));
    collector.refuses = [](const wire::Report& report) { return report.events.size() == 4; };
    send_all();
    collector.reports.clear();
    put("a");
    put("b");
    put("c");
    send_all();
    BOOST_TEST(collector.reports.size() == 1);
    BOOST_TEST(collector.lost.size() == 0);
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(a_refused_section_waits_until_it_changes)
{
    BOOST_TEST(spool->put_section("os", R"({"name":"bad"})").value());
    BOOST_TEST(spool->put_section("usb", R"({"devices":[]})").value());
    collector.refuses = [](const wire::Report& report) {
        for (const auto& section : report.sections)
            if (section.body.text.find("bad") != std::string::npos)
                return true;
        return false;
    };
    send_all();
    BOOST_TEST(collector.sections.count("usb") == 1);
    BOOST_TEST(collector.sections.count("os") == 0);
    BOOST_TEST_REQUIRE(collector.events.size() == 1);
    BOOST_TEST((collector.events[0].kind == EventKind::probe_failed));
    BOOST_TEST(send(true).rerun == none); // Asked for, but it would be refused again.
    (void)spool->put_section("os", R"({"name":"bad"})");
    BOOST_TEST(!spool->has_backlog());
    BOOST_TEST(spool->put_section("os", R"({"name":"good"})").value());
    send_all();
    BOOST_TEST(collector.sections["os"] == R"({"name":"good"})");
}

BOOST_AUTO_TEST_CASE(an_empty_report_that_is_refused_blames_nothing)
{
    collector.refuses = [](const wire::Report&) { return true; };
    const auto outgoing = next();
    BOOST_TEST(!collector.take(outgoing.text).receipt.seq);
    BOOST_TEST(!spool->refuse("no").value());
    BOOST_TEST(spool->state().lost_ever == 0);
    BOOST_TEST(next().seq == outgoing.seq + 1);
}

BOOST_AUTO_TEST_CASE(only_the_newest_refused_reports_are_kept)
{
    collector.refuses = [](const wire::Report& report) {
        return !report.events.empty() && report.events[0].kind == EventKind::usb_attached;
    };
    for (int i = 0; i < 5; ++i)
        put("event " + std::to_string(i), EventKind::usb_attached);
    send_all();
    BOOST_TEST(spool->state().lost_ever == 5);
    BOOST_TEST(Spool::look_at_refused(folder.path()).value().size() == limits.refused_max);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::report
