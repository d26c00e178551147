#include "collector/storage/event_store.hpp"
#include "collector/storage/report_log.hpp"
#include "tests/unit/collector/ingest/ingest_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::collector::ingest {
namespace {

BOOST_FIXTURE_TEST_SUITE(ingest_streams, IngestFixture)

// ------------------------------------------------------------------ what is taken

BOOST_AUTO_TEST_CASE(a_report_is_stored_and_acknowledged)
{
    auto first = report(1);
    first.events = {event(1, clock.now(), "one"), event(2, clock.now(), "two")};
    const auto answer = send(first);
    check_acknowledged(answer, 1, 2);
    BOOST_TEST(answer.receipt.stream.text() == stream.text());
    BOOST_TEST((answer.receipt.collector_time == clock.now()));

    const auto stored = database
                            ->read_and_wait([&](storage::Session& session) {
                                return storage::list_events(
                                    session, {.device = device, .kind = {}, .before_no = {}});
                            })
                            .value();
    BOOST_TEST_REQUIRE(stored.size() == 2U);
    BOOST_TEST((stored[0].event == first.events[1]));
    BOOST_TEST((stored[1].event == first.events[0]));
    BOOST_TEST(stored[0].stream_id == stream.text());
    BOOST_TEST((judged == std::vector<std::string>{"device-a"}));
}

BOOST_AUTO_TEST_CASE(an_unchanged_heartbeat_adds_one_row_of_the_log_and_nothing_else)
{
    begin();
    const auto changes = [this] {
        return database
            ->write_and_wait([](storage::Session& session) -> Result<std::int64_t> {
                storage::Statement row{session.native(), "SELECT total_changes()"};
                row.next();
                return row.integer(0);
            })
            .value();
    };
    const auto before = changes();
    judged.clear();
    check_acknowledged(send(report(3)), 3, 3);
    BOOST_TEST(changes() == before + 1);
    BOOST_TEST(database.number("SELECT count(*) FROM report_log") == 3);
    BOOST_TEST(judged.empty());
}

BOOST_AUTO_TEST_CASE(the_first_answer_of_a_run_carries_the_orders)
{
    const auto first = send(report(1));
    BOOST_TEST_REQUIRE(first.receipt.orders.has_value());
    BOOST_TEST(first.receipt.orders->heartbeat_s.value() == 60U);
    BOOST_TEST(!send(report(2)).receipt.orders.has_value());
    restart();
    BOOST_TEST(send(report(3)).receipt.orders.has_value());
}

BOOST_AUTO_TEST_CASE(a_crowded_collector_asks_for_short_connections)
{
    services->crowded = [] { return true; };
    send(report(1));
    const auto answer = send(report(2));
    BOOST_TEST_REQUIRE(answer.receipt.orders.has_value());
    BOOST_TEST(answer.receipt.orders->close_between_reports.value());
}

// ------------------------------------------------------------------ again, and back

BOOST_AUTO_TEST_CASE(a_retry_is_acknowledged_again_and_stores_nothing)
{
    auto first = report(1);
    first.events = {event(1, clock.now())};
    const auto text = wire::to_json(first);
    check_acknowledged(send_text(text), 1, 1);
    check_acknowledged(send_text(text), 1, 1);
    check_acknowledged(send(report(2)), 2, 1);
    check_acknowledged(send_text(text), 2, 1);
    restart();
    check_acknowledged(send_text(text), 2, 1);
    BOOST_TEST(events_stored() == 1);
    BOOST_TEST(incidents().empty());
}

BOOST_AUTO_TEST_CASE(a_known_number_with_other_content_is_never_acknowledged)
{
    begin();
    auto other = report(2);
    other.events = {event(3, clock.now(), "something else")};
    check_not_believed(send(other));
    BOOST_TEST(has_incident(storage::IncidentKind::content_differs));
    BOOST_TEST(events_stored() == 3);

    // The true agent goes on as if nothing had been.
    auto next = report(3);
    next.events = {event(4, clock.now())};
    check_acknowledged(send(next), 3, 4);
}

BOOST_AUTO_TEST_CASE(a_spool_set_back_to_yesterday_is_told_to_begin_anew_and_loses_nothing)
{
    begin();
    for (std::uint64_t seq = 3; seq <= 20; ++seq)
        send(report(seq));
    restart();

    auto from_the_copy = report(3);
    from_the_copy.events = {event(4, clock.now(), "after the restore")};
    check_not_believed(send(from_the_copy));
    BOOST_TEST(has_incident(storage::IncidentKind::stream_went_back));

    auto anew = from_the_copy;
    anew.stream = StreamId{id_text('N')};
    anew.seq = 1;
    anew.events[0].number = 1;
    check_acknowledged(send(anew), 1, 1);
    BOOST_TEST(events_stored() == 4);
    BOOST_TEST(
        database.text("SELECT state FROM stream WHERE id = '" + stream.text() + "'")
        == "superseded");
    BOOST_TEST(!has_incident(storage::IncidentKind::device_cloned));
}

BOOST_AUTO_TEST_CASE(numbers_survive_folding_and_restarts)
{
    begin();
    std::string last_text;
    for (std::uint64_t seq = 3; seq <= 12; ++seq)
        send_text(last_text = wire::to_json(report(seq)));
    auto fold = [](storage::Session& session) -> Result<std::size_t> {
        return storage::fold_reports(session, 7);
    };
    BOOST_TEST(database->write_and_wait(fold).value() == 7U);
    check_acknowledged(send(report(13)), 13, 3);
    restart();
    check_acknowledged(send_text(last_text), 13, 3);
    BOOST_TEST(database->write_and_wait(fold).value() == 6U);
    BOOST_TEST(database->write_and_wait(fold).value() == 0U);
    restart();
    check_acknowledged(send_text(last_text), 13, 3);
    check_acknowledged(send(report(14)), 14, 3);
    BOOST_TEST(database.number("SELECT reports FROM stream") == 13);
    BOOST_TEST(database.number("SELECT last_seq FROM stream") == 13);
    BOOST_TEST(incidents().empty());
}

// ------------------------------------------------------------------ gaps and steps

BOOST_AUTO_TEST_CASE(events_counted_as_lost_are_remembered_and_passed_over)
{
    begin();
    auto next = report(3);
    next.events = {event(10, clock.now())};
    next.lost = {{4, 9, 6, clock.now(), clock.now(), "spool full"}};
    check_acknowledged(send(next), 3, 10);
    const auto all = incidents();
    BOOST_TEST_REQUIRE(all.size() == 1U);
    BOOST_TEST((all[0].kind == storage::IncidentKind::events_lost));
    BOOST_TEST(all[0].events == 6U);
    BOOST_TEST(all[0].detail == "spool full");

    const auto ranges = database
                            ->read_and_wait([&](storage::Session& session) {
                                return storage::lost_events_of(session, device, Timestamp{});
                            })
                            .value();
    BOOST_TEST_REQUIRE(ranges.size() == 1U);
    BOOST_TEST(ranges[0].first == 4U);
    BOOST_TEST(ranges[0].last == 9U);
}

BOOST_AUTO_TEST_CASE(an_unexplained_gap_is_never_passed_over)
{
    begin();
    auto next = report(3);
    next.events = {event(6, clock.now())};
    check_not_believed(send(next));
    const auto all = incidents();
    BOOST_TEST_REQUIRE(all.size() == 1U);
    BOOST_TEST((all[0].kind == storage::IncidentKind::sequence_gap));
    BOOST_TEST(all[0].events == 2U);
    BOOST_TEST(events_stored() == 3);
}

BOOST_AUTO_TEST_CASE(missing_reports_whose_events_are_all_here_are_taken_and_remembered)
{
    begin();
    auto later = report(5);
    later.events = {event(4, clock.now())};
    check_acknowledged(send(later), 5, 4);
    BOOST_TEST(has_incident(storage::IncidentKind::sequence_gap));
}

BOOST_AUTO_TEST_CASE(absurd_steps_move_nothing_so_the_true_agent_is_still_heard)
{
    begin();
    auto far_report = report(absurd);
    check_not_believed(send(far_report));
    auto far_event = report(3);
    far_event.events = {event(absurd, clock.now())};
    check_not_believed(send(far_event));
    auto far_loss = report(3);
    far_loss.lost = {{4, absurd, 1, clock.now(), clock.now(), "forged"}};
    check_not_believed(send(far_loss));

    auto true_one = report(3);
    true_one.events = {event(4, clock.now()), event(5, clock.now())};
    check_acknowledged(send(true_one), 3, 5);
    BOOST_TEST(events_stored() == 5);
    BOOST_TEST(database.number("SELECT count(*) FROM lost_events") == 0);
    BOOST_TEST(has_incident(storage::IncidentKind::sequence_gap));
}

BOOST_AUTO_TEST_CASE(known_events_in_a_new_report_are_not_doubled)
{
    begin();
    auto overlapping = report(3);
    overlapping.events = {event(2, clock.now()), event(3, clock.now()), event(4, clock.now())};
    check_acknowledged(send(overlapping), 3, 4);
    BOOST_TEST(events_stored() == 4);

    auto contradicting = report(4);
    contradicting.events = {event(4, clock.now(), "changed"), event(5, clock.now())};
    check_not_believed(send(contradicting));
    BOOST_TEST(events_stored() == 4);
}

BOOST_AUTO_TEST_CASE(incidents_of_a_day_share_a_row)
{
    begin();
    for (int i = 0; i < 50; ++i)
    {
        clock.advance(1min);
        auto other = report(1);
        other.boot_id = "boot-" + std::to_string(i);
        check_not_believed(send(other));
    }
    BOOST_TEST(database.number("SELECT count(*) FROM incident") == 1);
    BOOST_TEST(incidents()[0].count == 50U);
    clock.advance(25h);
    auto other = report(1);
    check_not_believed(send(other));
    BOOST_TEST(database.number("SELECT count(*) FROM incident") == 2);
}

BOOST_AUTO_TEST_CASE(an_agent_that_begins_new_streams_all_the_time_is_sent_away)
{
    auto one_more = report(1);
    for (int i = 0; i < storage::ReportStore::streams_a_day_max; ++i)
    {
        auto text = std::to_string(i);
        one_more.stream = StreamId{std::string(26 - text.size(), 'X') + text};
        BOOST_TEST_REQUIRE((send(one_more).status == http::Status::ok));
    }
    one_more.stream = StreamId{id_text('Y')};
    const auto answer = send(one_more);
    BOOST_TEST((answer.status == http::Status::conflict));
    BOOST_TEST(answer.receipt.backoff_s > 0U);
    BOOST_TEST(has_incident(storage::IncidentKind::too_many_streams));
    clock.advance(25h);
    BOOST_TEST((send(one_more).status == http::Status::ok));
}

BOOST_AUTO_TEST_CASE(a_device_that_fell_silent_is_asked_for_and_the_answer_is_taken_once)
{
    const Timestamp heard = clock.now();
    clock.advance(6min);
    sought.set({{DeviceId{"quiet"}, heard, "192.0.2.99", {"02:00:00:00:00:0a"}}});
    const Answer asked = send(report(1));
    BOOST_TEST((asked.receipt.look_for == std::vector<std::string>{"02:00:00:00:00:0a"}));

    wire::Report answer = report(2);
    answer.sightings = {{"02:00:00:00:00:0a", 60}};
    BOOST_TEST((send(answer).status == http::Status::ok));
    const auto seen = sought.take_seen();
    BOOST_TEST_REQUIRE(seen.size() == 1);
    BOOST_TEST(seen.front().device.text() == "quiet");
    BOOST_TEST(seen.front().by.text() == device.text());
    BOOST_TEST((seen.front().seen_at == clock.now() - 60s));
    // The same report again is not news.
    BOOST_TEST((send(answer).status == http::Status::ok));
    BOOST_TEST(sought.take_seen().empty());
}

BOOST_AUTO_TEST_CASE(more_sightings_than_were_asked_for_are_refused)
{
    wire::Report many = report(1);
    many.sightings.resize(wire::ReportLimits::sightings_max + 1);
    BOOST_TEST((send(many).status == http::Status::content_too_large));
    many.sightings.resize(wire::ReportLimits::sightings_max);
    BOOST_TEST((send(many).status == http::Status::ok));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::ingest
