#include "collector/ingest/read_report.hpp"
#include "collector/storage/summary_store.hpp"
#include "tests/unit/collector/ingest/ingest_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::collector::ingest {
namespace {

BOOST_FIXTURE_TEST_SUITE(ingest_sections, IngestFixture)

// ------------------------------------------------------------------ sections

BOOST_AUTO_TEST_CASE(sections_are_wanted_until_their_body_is_here)
{
    wire::OsSection os;
    os.product = "Debian GNU/Linux 12";
    os.hostname = "er-01";
    auto first = report(1);
    first.sections = {with_digest("os", os)};
    BOOST_TEST((send(first).receipt.want == std::vector<std::string>{"os"}));

    auto second = report(2);
    second.sections = {with_body("os", os)};
    BOOST_TEST(send(second).receipt.want.empty());
    BOOST_TEST((facts().facts.os == os));

    auto third = report(3);
    third.sections = {with_digest("os", os)};
    BOOST_TEST(send(third).receipt.want.empty());
    restart();
    auto fourth = report(4);
    fourth.sections = {with_digest("os", os)};
    BOOST_TEST(send(fourth).receipt.want.empty());

    os.hostname = "er-02";
    auto fifth = report(5);
    fifth.sections = {with_digest("os", os)};
    BOOST_TEST((send(fifth).receipt.want == std::vector<std::string>{"os"}));
    BOOST_TEST(facts().facts.os->hostname == "er-01");
}

BOOST_AUTO_TEST_CASE(a_list_page_finds_the_facts_in_one_row)
{
    wire::OsSection os;
    os.product = "Windows 10 Pro";
    os.version = "22H2";
    os.build = 19045;
    os.revision = 4529;
    os.hostname = "er-01";
    wire::AntivirusSection antivirus;
    wire::AntivirusProduct old_one;
    old_one.name = "Old";
    old_one.has_pattern = true;
    old_one.pattern_built_at = clock.now() - 24h * 30;
    auto new_one = old_one;
    new_one.name = "Shield";
    new_one.pattern_built_at = clock.now() - 24h;
    antivirus.products = {old_one, new_one};
    wire::InterfacesSection interfaces;
    wire::Adapter loopback;
    loopback.kind = "loopback";
    loopback.addresses = {"127.0.0.1/8"};
    wire::Adapter ethernet;
    ethernet.kind = "ethernet";
    ethernet.mac = "00:1b:21:aa:bb:cc";
    ethernet.addresses = {"10.20.7.31/24", "fe80::1/64"};
    interfaces.adapters = {loopback, ethernet};
    auto first = report(1);
    first.sections = {
        with_body("os", os), with_body("antivirus", antivirus),
        with_body("interfaces", interfaces)};
    send(first);

    const auto row = database
                         ->read_and_wait([&](storage::Session& session) {
                             return storage::find_summary(session, device);
                         })
                         .value();
    BOOST_TEST(row.name == "er-01");
    BOOST_TEST(row.os == "Windows 10 Pro");
    BOOST_TEST(row.os_version == "22H2 (19045.4529)");
    BOOST_TEST(row.antivirus == "Old, Shield");
    BOOST_TEST((row.av_pattern_built_at.value() == clock.now() - 24h));
    BOOST_TEST(row.addresses == "10.20.7.31");
    BOOST_TEST(row.macs == "00:1b:21:aa:bb:cc");
    BOOST_TEST(row.state == "unknown");
}

BOOST_AUTO_TEST_CASE(the_facts_of_any_day_are_found_again)
{
    wire::OsSection os;
    std::vector<Timestamp> days;
    for (std::uint64_t day = 1; day <= 3; ++day)
    {
        clock.advance(24h);
        os.hostname = "name-" + std::to_string(day);
        auto next = report(day);
        next.sections = {with_body("os", os)};
        send(next);
        days.push_back(clock.now());
    }
    const auto name_at = [this](Timestamp moment) {
        const auto then = database
                              ->read_and_wait([&](storage::Session& session) {
                                  return storage::load_facts_at(session, device, moment);
                              })
                              .value();
        return then.facts.os ? then.facts.os->hostname : std::string{"nothing"};
    };
    BOOST_TEST(name_at(days[0] - 1ms) == "nothing");
    BOOST_TEST(name_at(days[0]) == "name-1");
    BOOST_TEST(name_at(days[1] - 1ms) == "name-1");
    BOOST_TEST(name_at(days[1] + 12h) == "name-2");
    BOOST_TEST(name_at(days[2] + 24h * 365) == "name-3");
}

BOOST_AUTO_TEST_CASE(sections_of_a_newer_agent_are_left_out_and_counted)
{
    auto first = report(1);
    first.sections = {{"holograms", "whatever", {R"({"a":1})"}}};
    check_acknowledged(send(first), 1, 0);
    BOOST_TEST(services->counters.unknown_sections == 1U);
    BOOST_TEST(database.number("SELECT count(*) FROM section_current") == 0);
}

BOOST_AUTO_TEST_CASE(forged_neighbours_stay_bounded)
{
    // A thousand other neighbours each minute of a day leave few rows behind.
    wire::NeighboursSection section;
    for (std::uint64_t minute = 1; minute <= 200; ++minute)
    {
        clock.advance(1min);
        section.neighbours.clear();
        for (int i = 0; i < 100; ++i)
            section.neighbours.push_back(
                {"10.0." + std::to_string(minute) + "." + std::to_string(i), "02:00:00:00:00:01",
                 "eth0"});
        auto next = report(minute);
        next.sections = {with_body("neighbours", section)};
        BOOST_TEST_REQUIRE((send(next).status == http::Status::ok));
    }
    BOOST_TEST((facts().facts.neighbours == section));
    BOOST_TEST(database.number("SELECT count(*) FROM section_history") <= 21);
    BOOST_TEST(database.number("SELECT count(*) FROM section_body") <= 21);

    section.neighbours.resize(ReadLimits::neighbours_max + 1, section.neighbours[0]);
    auto too_many = report(201);
    too_many.sections = {with_body("neighbours", section)};
    BOOST_TEST((send(too_many).status == http::Status::content_too_large));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::ingest
