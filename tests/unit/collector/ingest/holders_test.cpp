#include "collector/storage/device_store.hpp"
#include "collector/storage/report_log.hpp"
#include "tests/unit/collector/ingest/ingest_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::collector::ingest {
namespace {

BOOST_FIXTURE_TEST_SUITE(ingest_holders, IngestFixture)

// ------------------------------------------------------------------ two holders of one key

struct Holder
{
    StreamId stream;
    std::string boot_id;
    std::uint64_t seq{0};
};

BOOST_AUTO_TEST_CASE(two_holders_of_one_certificate_are_found_and_nothing_of_either_is_lost)
{
    Holder real{stream, "boot-r", 0};
    Holder copy{StreamId{id_text('C')}, "boot-c", 0};
    const auto say = [this](Holder& holder) {
        auto next = report(++holder.seq);
        next.stream = holder.stream;
        next.boot_id = holder.boot_id;
        next.events = {event(holder.seq, clock.now(), holder.boot_id)};
        clock.advance(60s);
        check_acknowledged(send(next), holder.seq, holder.seq);
    };
    say(real);
    say(copy); // A new stream: could be a re-imaged machine.
    say(real); // An older stream comes back: could be a report that was late.
    BOOST_TEST(!has_incident(storage::IncidentKind::device_cloned));
    say(copy); // They take turns.
    BOOST_TEST(has_incident(storage::IncidentKind::device_cloned));
    const auto state = [this] {
        return database
            ->read_and_wait(
                [&](storage::Session& session) { return storage::cloned_state(session, device); })
            .value();
    };
    BOOST_TEST(state().has_value());
    BOOST_TEST(database.number("SELECT count(*) FROM stream WHERE state = 'conflict'") == 2);

    // Both are kept, also after a restart, and it is reported once.
    restart();
    say(real);
    say(copy);
    BOOST_TEST(events_stored() == 6);
    BOOST_TEST(database.number("SELECT count(*) FROM incident WHERE kind = 'device_cloned'") == 1);

    // A person settles it; only one goes on, and it does not come back.
    auto settle = [this](storage::Session& session) {
        return storage::clear_cloned(session, device);
    };
    database->write_and_wait(settle).value();
    say(real);
    say(real);
    BOOST_TEST(!state().has_value());
}

BOOST_AUTO_TEST_CASE(only_the_first_of_two_holders_brings_facts)
{
    Holder real{stream, "boot-r", 0};
    Holder copy{StreamId{id_text('C')}, "boot-c", 0};
    wire::OsSection os;
    const auto say = [&](Holder& holder) {
        auto next = report(++holder.seq);
        next.stream = holder.stream;
        next.boot_id = holder.boot_id;
        os.hostname = holder.boot_id;
        next.sections = {with_body("os", os)};
        clock.advance(60s);
        return send(next);
    };
    for (int i = 0; i < 3; ++i)
    {
        say(real);
        say(copy);
    }
    say(real);
    BOOST_TEST(facts().facts.os->hostname == "boot-r");
    const auto answer = say(copy);
    BOOST_TEST(answer.receipt.want.empty());
    BOOST_TEST(facts().facts.os->hostname == "boot-r");
}

BOOST_AUTO_TEST_CASE(two_machines_inside_one_stream_are_found_by_their_boots)
{
    std::uint64_t seq = 0;
    for (const auto* boot : {"one", "one", "two", "two"})
    {
        auto next = report(++seq);
        next.boot_id = boot;
        send(next);
    }
    BOOST_TEST(!has_incident(storage::IncidentKind::device_cloned)); // A reboot.
    auto back = report(++seq);
    back.boot_id = "one";
    check_acknowledged(send(back), seq, 0);
    BOOST_TEST(has_incident(storage::IncidentKind::device_cloned));
}

// ------------------------------------------------------------------ who may

BOOST_AUTO_TEST_CASE(a_report_in_the_name_of_another_is_forbidden)
{
    const auto answer = send_text(wire::to_json(report(1)), AgentId{id_text('B')});
    BOOST_TEST((answer.status == http::Status::forbidden));
    BOOST_TEST(database.number("SELECT count(*) FROM report_log") == 0);
}

BOOST_AUTO_TEST_CASE(unknown_and_revoked_agents_are_refused_from_the_next_report_on)
{
    auto stranger = report(1);
    stranger.agent_id = AgentId{id_text('B')};
    BOOST_TEST(
        (send_text(wire::to_json(stranger), stranger.agent_id).status
         == http::Status::unauthorized));

    check_acknowledged(send(report(1)), 1, 0);
    auto revoke = [this](storage::Session& session) {
        return storage::set_agent_status(
            session, agent, storage::AgentStatus::revoked, clock.now());
    };
    database->write_and_wait(revoke).value();
    const auto answer = send(report(2));
    BOOST_TEST((answer.status == http::Status::forbidden));
    BOOST_TEST(answer.body.find("revoked") == std::string::npos); // For the log, not the stranger.
    BOOST_TEST(answer.log_reason.find("revoked") != std::string::npos);
    BOOST_TEST(database.number("SELECT count(*) FROM report_log") == 1);
}

// ------------------------------------------------------------------ liveness

BOOST_AUTO_TEST_CASE(liveness_knows_who_when_and_with_which_clock)
{
    auto first = report(1);
    first.sent_at = clock.now() + 90s;
    send(first);
    const auto live = liveness.of(device);
    BOOST_TEST_REQUIRE(live.has_value());
    BOOST_TEST((live->last_seen_at == clock.now()));
    BOOST_TEST(live->version == "0.1.0");
    BOOST_TEST(live->address == "192.0.2.7");
    BOOST_TEST((live->clock_offset.value() == 90s));
    BOOST_TEST(!live->stopped_reason.has_value());

    // One that waited on its way looks old, but does not make the clock wrong.
    auto waited = report(2);
    waited.sent_at = clock.now() + 90s - 1h;
    send(waited);
    BOOST_TEST((liveness.of(device)->clock_offset.value() == 90s));
}

BOOST_AUTO_TEST_CASE(a_goodbye_is_remembered_until_the_agent_is_back)
{
    auto goodbye = report(1);
    auto stopped = event(1, clock.now(), "shutdown");
    stopped.kind = wire::EventKind::agent_stopped;
    goodbye.events = {stopped};
    send(goodbye);
    BOOST_TEST(liveness.of(device)->stopped_reason.value() == "shutdown");
    auto back = report(2);
    auto started = event(2, clock.now());
    started.kind = wire::EventKind::agent_started;
    back.events = {started};
    send(back);
    BOOST_TEST(!liveness.of(device)->stopped_reason.has_value());
}

BOOST_AUTO_TEST_CASE(liveness_is_flushed_and_read_back)
{
    send(report(1));
    auto flush = [this](storage::Session& session) -> Result<std::size_t> {
        return liveness.flush(session, 100);
    };
    BOOST_TEST(database->write_and_wait(flush).value() == 1U);
    BOOST_TEST(database->write_and_wait(flush).value() == 0U);
    clock.advance(60s);
    send(report(2));
    auto fold = [](storage::Session& session) -> Result<std::size_t> {
        return storage::fold_reports(session, 100);
    };
    database->write_and_wait(fold).value();

    storage::Liveness again{clock.now()};
    auto load = [&again](storage::Session& session) -> Result<void> {
        again.load(session);
        return {};
    };
    database->write_and_wait(load).value();
    const auto live = again.of(device);
    BOOST_TEST_REQUIRE(live.has_value());
    BOOST_TEST((live->last_seen_at == clock.now())); // From the stream, newer than the flush.
    BOOST_TEST(live->version == "0.1.0");
}

BOOST_AUTO_TEST_CASE(a_device_heard_again_after_silence_is_judged)
{
    send(report(1));
    judged.clear();
    clock.advance(60s);
    send(report(2));
    BOOST_TEST(judged.empty());
    clock.advance(10min);
    send(report(3));
    BOOST_TEST(judged.size() == 1U);
}

// ------------------------------------------------------------------ when nothing can be stored

BOOST_AUTO_TEST_CASE(a_full_disk_sends_agents_away_and_acknowledges_nothing)
{
    begin();
    auto set_pages = [](const char* pragma) {
        return [pragma](storage::Session& session) -> Result<void> {
            storage::Statement limit{session.native(), pragma};
            limit.next();
            return {};
        };
    };
    // What migrations gave free would take the report.
    database->write_and_wait(set_pages("CREATE TABLE filler AS SELECT zeroblob(500000)")).value();
    database->write_and_wait(set_pages("PRAGMA max_page_count = 1")).value();
    auto large = report(3);
    large.events = {event(4, clock.now(), std::string(30'000, 'x'))};
    const auto text = wire::to_json(large);
    const auto answer = send_text(text);
    BOOST_TEST((answer.status == http::Status::unavailable));
    BOOST_TEST(answer.retry_after == "30");
    BOOST_TEST(answer.receipt.seq == 0U);
    BOOST_TEST(answer.body.find("disk") == std::string::npos);
    BOOST_TEST(events_stored() == 3);

    database->write_and_wait(set_pages("PRAGMA max_page_count = 1000000")).value();
    check_acknowledged(send_text(text), 3, 4);
    check_acknowledged(send_text(text), 3, 4);
    BOOST_TEST(events_stored() == 4);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::ingest
