#include "tests/unit/agent/report/spool_fixture.hpp"

namespace mimamori::agent::report {
namespace {

using tests::FakeCollector;
using tests::none;
using tests::SpoolFixture;

BOOST_FIXTURE_TEST_SUITE(spool_sections, SpoolFixture)

BOOST_AUTO_TEST_CASE(only_a_changed_section_carries_its_body)
{
    BOOST_TEST(spool->put_section("os", R"({"name":"Debian"})").value());
    BOOST_TEST(spool->put_section("usb", R"({"devices":[]})").value());
    send(true);
    BOOST_TEST(collector.sections["os"] == R"({"name":"Debian"})");
    BOOST_TEST(!spool->has_backlog());

    BOOST_TEST(!spool->put_section("os", R"({"name":"Debian"})").value());
    BOOST_TEST(spool->put_section("usb", R"({"devices":[{}]})").value());
    send(true);
    const auto& last = collector.reports.back();
    BOOST_TEST_REQUIRE(last.sections.size() == 2);
    for (const auto& section : last.sections)
        BOOST_TEST(section.body.text.empty() == (section.name == "os"));

    restart();
    send(); // The last report may come again; then:
    send();
    BOOST_TEST(collector.reports.back().sections.empty()); // A heartbeat lists none.
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(a_section_that_changes_back_is_not_sent)
{
    (void)spool->put_section("os", "{\"a\":1}");
    send();
    BOOST_TEST(spool->put_section("os", "{\"a\":2}").value());
    BOOST_TEST(!spool->put_section("os", "{\"a\":1}").value());
    BOOST_TEST(!spool->has_backlog());
}

BOOST_AUTO_TEST_CASE(a_section_that_changed_on_the_way_is_sent_again)
{
    (void)spool->put_section("os", "{\"a\":1}");
    const auto outgoing = next();
    (void)spool->put_section("os", "{\"a\":2}");
    (void)spool->settle(collector.take(outgoing.text).receipt);
    BOOST_TEST(spool->has_backlog());
    send_all();
    BOOST_TEST(collector.sections["os"] == "{\"a\":2}");
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(a_wanted_section_is_found_out_and_sent_again)
{
    (void)spool->put_section("os", "{\"a\":1}");
    send();
    FakeCollector forgetful;
    std::swap(collector.reports, forgetful.reports);
    collector.amends = [](wire::Receipt& receipt, const wire::Report&) {
        receipt.want = {"os", "never heard of"};
    };
    const auto settled = send();
    BOOST_TEST(settled.rerun == (std::vector<std::string>{"os"}));
    BOOST_TEST(!spool->has_backlog()); // Nothing to send before the probe ran again.
    collector.amends = nullptr;
    BOOST_TEST(spool->put_section("os", "{\"a\":1}").value());
    send();
    BOOST_TEST(collector.reports.back().sections.size() == 1);
    BOOST_TEST(collector.reports.back().sections[0].body.text == "{\"a\":1}");
}

BOOST_AUTO_TEST_CASE(bodies_are_spread_over_reports)
{
    SpoolLimits small;
    small.report_bytes_max = 1000;
    restart_with(small);
    for (const char* name : {"os", "usb", "software", "patches"})
        (void)spool->put_section(name, "{\"a\":\"" + std::string(600, 'x') + name + "\"}");
    send_all();
    BOOST_TEST(collector.reports.size() == 4);
    BOOST_TEST(collector.sections.size() == 4);
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(a_section_beyond_the_limit_becomes_unknown_with_the_reason)
{
    SpoolLimits small;
    small.section_bytes_max = 1000;
    restart_with(small);
    const std::string fits = "{\"a\":\"" + std::string(992, 'x') + "\"}";
    BOOST_TEST_REQUIRE(fits.size() == 1000);
    (void)spool->put_section("os", fits);
    (void)spool->put_section("usb", fits.substr(0, 7) + "x" + fits.substr(7));
    send_all();
    BOOST_TEST(collector.sections["os"] == fits);
    BOOST_TEST(
        collector.sections["usb"]
        == R"({"from":{"unknown":[{"why":)"
           R"("the section has 1001 bytes, more than a report may carry"}]}})");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::report
