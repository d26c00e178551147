#include "collector/storage/event_store.hpp"
#include "collector/storage/incident_store.hpp"
#include "collector/storage/report_store.hpp"
#include "collector/storage/section_store.hpp"
#include "collector/storage/upkeep.hpp"
#include "common/wire/digest.hpp"
#include "tests/support/collector_database.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/report_builder.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::collector::storage {
namespace {

using namespace std::chrono_literals;
using tests::id_text;

constexpr std::uint64_t mib = 1024 * 1024;

BOOST_AUTO_TEST_SUITE(disk_forecast)

BOOST_AUTO_TEST_CASE(growth_is_carried_on)
{
    const Timestamp start = from_ms(1'790'000'000'000);
    const std::vector<SizeSample> samples{
        {start, 100 * mib}, {start + 24h, 130 * mib}, {start + 48h, 140 * mib}};
    const auto foreseen = forecast(samples, 1'000 * mib);
    BOOST_TEST(foreseen.bytes_a_day == 20 * mib);
    BOOST_TEST(foreseen.days_left.value() == 50U);
}

BOOST_AUTO_TEST_CASE(nothing_is_foreseen_from_less_than_a_day_or_without_growth)
{
    const Timestamp start = from_ms(1'790'000'000'000);
    BOOST_TEST(!forecast({}, mib).days_left.has_value());
    BOOST_TEST(!forecast({{start, mib}}, mib).days_left.has_value());
    BOOST_TEST(!forecast({{start, mib}, {start + 23h, 2 * mib}}, mib).days_left.has_value());
    BOOST_TEST(forecast({{start, mib}, {start + 24h, 2 * mib}}, mib).days_left.has_value());
    BOOST_TEST(!forecast({{start, 2 * mib}, {start + 48h, 2 * mib}}, mib).days_left.has_value());
    BOOST_TEST(!forecast({{start, 2 * mib}, {start + 48h, mib}}, mib).days_left.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

struct UpkeepFixture
{
    tests::ManualClock clock;
    asio::io_context io; ///< Before the database: its threads resume what waits here.
    tests::CollectorDatabase database;
    Liveness liveness{clock.now()};
    ReportStore reports{*database};
    const AgentId agent{id_text('A')};
    const DeviceId device{"device-a"};
    std::uint64_t seq{0};

    UpkeepFixture() { database.enrol(device, agent, clock.now()); }

    void run_due(Upkeep& upkeep) { test::run_coro(io, upkeep.run_due(clock.now())); }

    CheckedReport report()
    {
        CheckedReport made;
        made.agent = agent;
        made.stream = StreamId{id_text('S')};
        made.seq = ++seq;
        made.digest = static_cast<std::int64_t>(seq);
        made.boot_id = "boot";
        made.address = "192.0.2.7";
        made.received_at = clock.now();
        return made;
    }

    void save(const CheckedReport& made)
    {
        const auto saved = reports.save_and_wait(made).value();
        BOOST_TEST_REQUIRE((saved.kind == Placement::Kind::next));
        Sighting sighting;
        sighting.received_at = made.received_at;
        liveness.note(agent, saved.agent_no, saved.device, sighting);
    }

    void save_with(const std::string& os_json, std::uint64_t event_number)
    {
        auto made = report();
        auto section = pack_section(0, wire::digest_of(os_json), os_json);
        made.digests = {{0, DigestValue::from_hex(section.digest).value()}};
        made.bodies = {std::move(section)};
        made.events = {pack_event(tests::event(event_number, clock.now()))};
        save(made);
    }

    /// A section of device 1 as it is now.
    void put(const char* section, const std::string& json)
    {
        auto work = [&](Session& session) -> Result<void> {
            put_section(
                session, 1,
                pack_section(*wire::section_index(section), wire::digest_of(json), json),
                clock.now());
            return {};
        };
        database->write_and_wait(work).value();
    }
};

BOOST_FIXTURE_TEST_SUITE(upkeep_, UpkeepFixture)

BOOST_AUTO_TEST_CASE(memory_and_log_are_written_when_it_is_time)
{
    Upkeep upkeep{*database, liveness, {}};
    run_due(upkeep);
    save(report());
    save(report());
    clock.advance(299s);
    run_due(upkeep);
    BOOST_TEST(database.number("SELECT count(*) FROM report_log") == 2);
    BOOST_TEST(database.number("SELECT count(*) FROM agent_live") == 0);
    clock.advance(1s);
    run_due(upkeep);
    BOOST_TEST(database.number("SELECT count(*) FROM report_log") == 0);
    BOOST_TEST(database.number("SELECT reports FROM stream") == 2);
    BOOST_TEST(database.number("SELECT count(*) FROM agent_live") == 1);
    BOOST_TEST(
        database.number("SELECT last_seen_ms FROM device_summary") == to_ms(clock.now() - 300s));
}

BOOST_AUTO_TEST_CASE(a_long_log_is_folded_before_its_time)
{
    UpkeepOptions options;
    options.log_rows_max = 5;
    options.rows_per_work = 2;
    Upkeep upkeep{*database, liveness, options};
    run_due(upkeep);
    for (int i = 0; i < 4; ++i)
        save(report());
    run_due(upkeep);
    BOOST_TEST(database.number("SELECT count(*) FROM report_log") == 4);
    save(report());
    run_due(upkeep);
    BOOST_TEST(database.number("SELECT count(*) FROM report_log") == 0);
    BOOST_TEST(database.number("SELECT last_seq FROM stream") == 5);
    save(report());
    BOOST_TEST(database.number("SELECT count(*) FROM incident") == 0);
}

BOOST_AUTO_TEST_CASE(what_is_old_goes_and_what_is_in_force_stays)
{
    UpkeepOptions options;
    options.events_kept = 24h * 30;
    options.history_kept = 24h * 30;
    options.rows_per_work = 2;
    Upkeep upkeep{*database, liveness, options};
    const Timestamp start = clock.now();
    for (std::uint64_t day = 0; day < 40; ++day)
    {
        save_with(R"({"hostname":"name-)" + std::to_string(day) + "\"}", day + 1);
        clock.advance(24h);
    }
    run_due(upkeep);
    // Day 10 began 30 days ago: its events are not older than that, its state was in force then.
    BOOST_TEST(database.number("SELECT count(*) FROM event") == 30);
    BOOST_TEST(database.number("SELECT min(number) FROM event") == 11);
    BOOST_TEST(database.number("SELECT count(*) FROM section_history") == 30);
    BOOST_TEST(database.number("SELECT count(*) FROM section_body") == 30);
    const auto facts = database
                           ->read_and_wait([&](Session& session) {
                               return load_facts_at(session, device, start + 24h * 10);
                           })
                           .value();
    BOOST_TEST(facts.facts.os->hostname == "name-10");

    clock.advance(24h * 400);
    run_due(upkeep);
    BOOST_TEST(database.number("SELECT count(*) FROM event") == 0);
    BOOST_TEST(database.number("SELECT count(*) FROM section_history") == 1);
    BOOST_TEST(database.number("SELECT count(*) FROM section_body") == 1);
}

BOOST_AUTO_TEST_CASE(who_used_a_device_is_forgotten_before_the_rest)
{
    UpkeepOptions options;
    options.names_kept = 24h * 10;
    options.rows_per_work = 3;
    Upkeep upkeep{*database, liveness, options};
    std::uint64_t number = 0;
    const auto put = [&](wire::EventKind kind, const char* user) {
        wire::Event made = tests::event(++number, clock.now());
        made.kind = kind;
        made.user = user;
        auto work = [&](Session& session) -> Result<void> {
            put_event(session, 1, 1, pack_event(made), clock.now());
            return {};
        };
        database->write_and_wait(work).value();
    };
    save(report()); // The stream that the events belong to.
    for (int day = 0; day < 20; ++day)
    {
        put(wire::EventKind::logon, "sato");
        put(wire::EventKind::usb_attached, "sato");
        clock.advance(24h);
    }
    run_due(upkeep);
    const auto count = [&](const char* where) {
        return database.number(std::string{"SELECT count(*) FROM event WHERE "} + where);
    };
    // What is ten days old to the hour stays.
    BOOST_TEST(count("kind = 'logon'") == 10);
    BOOST_TEST(count("kind = 'usb_attached'") == 20);
    BOOST_TEST(count("kind = 'usb_attached' AND body LIKE '%sato%'") == 10);
    clock.advance(24h);
    run_due(upkeep);
    BOOST_TEST(count("kind = 'logon'") == 9);
    BOOST_TEST(count("body LIKE '%sato%'") == 18);
    BOOST_TEST(count("json_valid(body)") == 29);
}

BOOST_AUTO_TEST_CASE(who_ran_programs_and_ports_is_forgotten_and_what_ran_is_not)
{
    UpkeepOptions options;
    options.names_kept = 24h * 10;
    Upkeep upkeep{*database, liveness, options};
    for (int day = 0; day < 20; ++day)
    {
        const std::string number = std::to_string(day);
        put("processes",
            R"({"programs":[{"path":"/opt/viewer-)" + number + R"(","user":"sato"}]})");
        put("listeners", R"({"listeners":[{"protocol":"tcp","address":"0.0.0.0","port":)" + number
                             + R"(,"program":"/opt/viewer","user":"sato"}]})");
        clock.advance(24h);
    }
    const auto named = [&] {
        auto look = [&](Session& session) -> Result<std::vector<std::size_t>> {
            std::vector<std::size_t> counts(2);
            std::vector<std::pair<std::int64_t, std::string>> bodies;
            {
                const auto rows = session.prepared("SELECT body_no, section FROM section_history");
                while (rows->next())
                    bodies.emplace_back(rows->integer(0), rows->text(1));
            }
            for (const auto& [no, section] : bodies)
            {
                wire::Facts facts;
                read_body(session, no, *wire::section_index(section), facts).value();
                const bool has_name = facts.processes
                                          ? facts.processes->programs.front().user == "sato"
                                          : facts.listeners->listeners.front().user == "sato";
                const bool has_program = facts.processes
                                             ? !facts.processes->programs.front().path.empty()
                                             : !facts.listeners->listeners.front().program.empty();
                counts[0] += has_name ? 1 : 0;
                counts[1] += has_program ? 1 : 0;
            }
            return counts;
        };
        return database->read_and_wait(look).value();
    };
    run_due(upkeep);
    BOOST_TEST(named().at(0) == 2 * 10);
    BOOST_TEST(named().at(1) == 2 * 20);
    BOOST_TEST(database.number("SELECT count(*) FROM section_history WHERE nameless = 1") == 20);
    clock.advance(24h * 100);
    run_due(upkeep);
    BOOST_TEST(named().at(0) == 2); // They are in force.
    BOOST_TEST(named().at(1) == 2 * 20);
}

BOOST_AUTO_TEST_CASE(earlier_lists_of_logons_go_and_the_present_one_stays)
{
    UpkeepOptions options;
    options.names_kept = 24h * 10;
    Upkeep upkeep{*database, liveness, options};
    for (int day = 0; day < 20; ++day)
    {
        const std::string number = std::to_string(day);
        put("logons", R"({"from":{"sources":[")" + number + R"("]}})");
        put("os", R"({"hostname":"name-)" + number + "\"}");
        clock.advance(24h);
    }
    run_due(upkeep);
    const auto rows = [&](const char* section) {
        return database.number(
            std::string{"SELECT count(*) FROM section_history WHERE section = '"} + section + "'");
    };
    BOOST_TEST(rows("logons") == 10);
    BOOST_TEST(rows("os") == 20);
    clock.advance(24h * 100);
    run_due(upkeep);
    BOOST_TEST(rows("logons") == 1); // It is in force.
}

BOOST_AUTO_TEST_CASE(the_size_is_measured_once_a_day_and_foreseen)
{
    Upkeep upkeep{*database, liveness, {}};
    run_due(upkeep);
    BOOST_TEST(!upkeep.disk_forecast().days_left.has_value());
    for (int hour = 0; hour < 30; ++hour)
    {
        clock.advance(1h);
        run_due(upkeep);
    }
    BOOST_TEST(database.number("SELECT count(*) FROM size_sample") == 2);
    auto grow = [](Session& session) -> Result<void> {
        session.prepared("INSERT INTO meta (key, value) VALUES ('x', zeroblob(3000000) || '')")
            ->run();
        return {};
    };
    database->write_and_wait(grow).value();
    clock.advance(24h);
    run_due(upkeep);
    BOOST_TEST(upkeep.disk_forecast().bytes_a_day > 1'000'000U);
    BOOST_TEST(upkeep.disk_forecast().days_left.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::storage
