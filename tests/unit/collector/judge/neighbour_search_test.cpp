#include "collector/judge/neighbour_search.hpp"
#include "collector/storage/presence_store.hpp"
#include "collector/storage/register_store.hpp"
#include "tests/support/collector_database.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/report_builder.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace mimamori::collector::judge {
namespace {

using namespace std::chrono_literals;
using storage::Sought;
using Texts = std::vector<std::string>;
using tests::id_text;

BOOST_AUTO_TEST_SUITE(neighbour_search)

BOOST_AUTO_TEST_CASE(a_quiet_device_is_looked_for_an_hour_and_then_a_little_each_hour)
{
    const auto looked_for = [](std::chrono::milliseconds quiet) {
        return is_looked_for(quiet, 10min, 60s);
    };
    BOOST_TEST(!looked_for(5min - 1ms));
    BOOST_TEST(looked_for(5min));
    BOOST_TEST(looked_for(65min - 1ms));
    BOOST_TEST(looked_for(65min));
    BOOST_TEST(looked_for(68min - 1ms));
    BOOST_TEST(!looked_for(68min));
    BOOST_TEST(looked_for(125min));
    BOOST_TEST(looked_for(95h + 5min));
    BOOST_TEST(!looked_for(96h));
    // Agents that report every five minutes have time to answer.
    BOOST_TEST(is_looked_for(25min + 75min - 1ms, 50min, 300s));
    BOOST_TEST(!is_looked_for(25min + 75min, 50min, 300s));
}

BOOST_AUTO_TEST_CASE(networks_are_told_apart_by_the_first_part_of_an_address)
{
    using storage::network_key;
    BOOST_TEST(network_key("10.20.7.1") == network_key("10.20.7.254"));
    BOOST_TEST(network_key("10.20.7.1") != network_key("10.20.8.1"));
    BOOST_TEST(network_key("10.20.7.1") == network_key("::ffff:10.20.7.9"));
    BOOST_TEST(network_key("fd00:1:2:3::1") == network_key("fd00:1:2:3:4::1"));
    BOOST_TEST(network_key("fd00:1:2:3::1") != network_key("fd00:1:2:4::1"));
    BOOST_TEST(network_key("10.20.7") == "");
    BOOST_TEST(network_key("") == "");
}

struct Silence
{
    tests::ManualClock clock;
    asio::io_context io;
    tests::CollectorDatabase database;
    storage::Liveness liveness{clock.now()};
    Sought sought;
    Texts judged;
    NeighbourSearch search{
        {*database, liveness, sought, clock, 60s,
         [this](const DeviceId& device) { judged.push_back(device.text()); }},
        rules::Policy{}};

    DeviceId add(char name, const char* address, const Texts& macs)
    {
        const DeviceId device{std::string(1, name)};
        const AgentId agent{id_text(name)};
        database.enrol(device, agent, clock.now());
        auto put = [&](storage::Session& session) -> Result<std::int64_t> {
            const auto no = storage::device_no_of(session, device);
            storage::put_device_macs(session, *no, macs);
            return no;
        };
        const auto no = database->write_and_wait(put).value();
        liveness.note(agent, no, device, {clock.now(), 0ms, address, "1.0", "boot", std::nullopt});
        return device;
    }

    void look() { test::run_coro(io, search.look_once()); }

    std::optional<storage::DeviceSighting> sighting(const DeviceId& device)
    {
        auto read =
            [&](storage::Session& session) -> Result<std::optional<storage::DeviceSighting>> {
            return storage::find_sighting(session, *storage::device_no_of(session, device));
        };
        return database->read_and_wait(read).value();
    }
};

BOOST_FIXTURE_TEST_CASE(agents_of_the_same_network_are_asked_and_the_answer_is_kept, Silence)
{
    const DeviceId quiet = add('a', "10.20.7.40", {"02:00:00:00:00:0a"});
    clock.advance(5min - 1ms);
    look();
    BOOST_TEST(sought.near("10.20.7.41").empty());
    clock.advance(1ms + 1s);
    const DeviceId other = add('b', "10.20.7.41", {"02:00:00:00:00:0b"});
    look();
    BOOST_TEST((sought.near("10.20.7.41") == Texts{"02:00:00:00:00:0a"}));
    BOOST_TEST(sought.near("10.20.8.41").empty());

    const wire::NeighbourSighting seen{"02:00:00:00:00:0a", 30};
    sought.saw(other, std::vector{seen}, clock.now());
    look();
    BOOST_TEST_REQUIRE(sighting(quiet).has_value());
    BOOST_TEST((sighting(quiet)->seen_at == clock.now() - 30s));
    BOOST_TEST((judged == Texts{"a"}));
    // It is known now; nobody is asked again.
    BOOST_TEST(sought.near("10.20.7.41").empty());
}

BOOST_FIXTURE_TEST_CASE(an_answer_that_proves_nothing_is_not_kept, Silence)
{
    const DeviceId quiet = add('a', "10.20.7.40", {"02:00:00:00:00:0a"});
    clock.advance(6min);
    const DeviceId other = add('b', "10.20.7.41", {"02:00:00:00:00:0b"});
    look();
    const auto answer = [&](const DeviceId& by, const char* mac, std::chrono::seconds age) {
        const wire::NeighbourSighting seen{mac, static_cast<std::uint32_t>(age.count())};
        sought.saw(by, std::vector{seen}, clock.now());
        look();
        return sighting(quiet).has_value();
    };
    BOOST_TEST(!answer(other, "02:00:00:00:00:0a", 6min));
    BOOST_TEST(!answer(other, "02:00:00:00:00:0a", 3min + 1s));
    BOOST_TEST(!answer(other, "02:00:00:00:00:0b", 0s));
    BOOST_TEST(!answer(quiet, "02:00:00:00:00:0a", 0s));
    BOOST_TEST(judged.empty());
    BOOST_TEST(answer(other, "02:00:00:00:00:0a", 3min));
}

BOOST_FIXTURE_TEST_CASE(a_mac_that_two_devices_have_shows_neither, Silence)
{
    add('a', "10.20.7.40", {"02:00:00:00:00:0a", "02:00:00:00:00:ff"});
    add('b', "10.20.7.41", {"02:00:00:00:00:ff"});
    clock.advance(6min);
    look();
    BOOST_TEST((sought.near("10.20.7.9") == Texts{"02:00:00:00:00:0a"}));
}

BOOST_FIXTURE_TEST_CASE(a_machine_that_enrolled_anew_is_not_its_old_self_that_runs, Silence)
{
    const DeviceId old = add('a', "10.20.7.40", {"02:00:00:00:00:0a", "02:00:00:00:00:0c"});
    const DeviceId other = add('b', "10.20.7.41", {"02:00:00:00:00:0b"});
    auto put = [&](storage::Session& session) -> Result<bool> {
        return storage::put_sighting(session, old, other, clock.now() + 5min, clock.now());
    };
    BOOST_TEST(database->write_and_wait(put).value());
    BOOST_TEST(sighting(old).has_value());
    add('c', "10.20.7.40", {"02:00:00:00:00:0a"});
    BOOST_TEST(sighting(old).has_value()); // It may have been seen by its other card.
    add('d', "10.20.7.40", {"02:00:00:00:00:0c"});
    BOOST_TEST(!sighting(old).has_value());
}

BOOST_FIXTURE_TEST_CASE(one_network_is_asked_about_as_many_as_a_report_may_answer, Silence)
{
    std::vector<storage::SoughtDevice> many;
    for (int i = 0; i < 40; ++i)
        many.push_back(
            {DeviceId{std::to_string(i)}, clock.now(), "10.20.7.1", {"mac-" + std::to_string(i)}});
    sought.set(many);
    BOOST_TEST(sought.near("10.20.7.2").size() == wire::ReportLimits::sightings_max);
}

BOOST_FIXTURE_TEST_CASE(who_said_goodbye_is_not_looked_for, Silence)
{
    const DeviceId device = add('a', "10.20.7.40", {"02:00:00:00:00:0a"});
    liveness.note(
        AgentId{id_text('a')}, 1, device, {clock.now(), 0ms, "10.20.7.40", "1", "b", "shutdown"});
    clock.advance(6min);
    look();
    BOOST_TEST(sought.near("10.20.7.9").empty());
}

BOOST_FIXTURE_TEST_CASE(after_a_report_an_old_sighting_counts_no_more, Silence)
{
    const DeviceId quiet = add('a', "10.20.7.40", {"02:00:00:00:00:0a"});
    const DeviceId other = add('b', "10.20.7.41", {"02:00:00:00:00:0b"});
    const Timestamp first = clock.now();
    const auto put = [&](Timestamp seen, Timestamp heard) {
        auto work = [&](storage::Session& session) -> Result<bool> {
            return storage::put_sighting(session, quiet, other, seen, heard);
        };
        return database->write_and_wait(work).value();
    };
    BOOST_TEST(put(first + 5min, first));
    BOOST_TEST(!put(first + 6min, first)); // The first one says enough.
    BOOST_TEST((sighting(quiet)->seen_at == first + 5min));
    BOOST_TEST(put(first + 20min, first + 10min));
    BOOST_TEST((sighting(quiet)->seen_at == first + 20min));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
