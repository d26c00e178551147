#include "common/wire/json_reader.hpp"
#include "tests/unit/agent/report/spool_fixture.hpp"

#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <set>

namespace mimamori::agent::report {
namespace {

using tests::FakeCollector;
using tests::none;
using tests::SpoolFixture;
using wire::EventKind;

BOOST_FIXTURE_TEST_SUITE(spool_events, SpoolFixture)

BOOST_AUTO_TEST_CASE(events_arrive_in_order_and_leave_the_spool_on_the_receipt)
{
    put("one");
    put("two", EventKind::usb_attached);
    put("three");
    BOOST_TEST(spool->state().events == 3);
    const auto settled = send();
    BOOST_TEST(settled.durable);
    BOOST_TEST(settled.progress);
    BOOST_TEST(collector.texts() == (std::vector<std::string>{"one", "two", "three"}));
    BOOST_TEST(spool->state().events == 0);
    BOOST_TEST(spool->state().bytes == 0);
    BOOST_TEST(!spool->has_backlog());
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(a_retry_repeats_number_and_content_even_after_a_restart)
{
    put("one");
    const auto first = next();
    BOOST_TEST(!first.is_retry);
    put("two");
    const auto second = next();
    BOOST_TEST(second.is_retry);
    BOOST_TEST(second.seq == first.seq);
    BOOST_TEST(second.text == first.text);
    restart();
    BOOST_TEST(next().text == first.text);
    send_all();
    BOOST_TEST(collector.texts() == (std::vector<std::string>{"one", "two"}));
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(an_answer_that_was_lost_doubles_nothing)
{
    put("one");
    collector.mood = FakeCollector::Mood::loses_answers;
    send();
    put("two");
    send();
    restart();
    collector.mood = FakeCollector::Mood::answers;
    send_all();
    BOOST_TEST(collector.texts() == (std::vector<std::string>{"one", "two"}));
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(numbers_go_on_after_a_restart)
{
    put("one");
    send();
    send();
    restart();
    put("two");
    // The quiet report before the restart may come again; its content is the same.
    send_all();
    BOOST_TEST(collector.events.back().number == 2);
    BOOST_TEST(collector.reports.back().seq == 3);
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(a_receipt_may_acknowledge_only_a_part)
{
    for (const char* text : {"one", "two", "three"})
        put(text);
    collector.acks_at_most = 2;
    const auto settled = send();
    BOOST_TEST(settled.durable);
    BOOST_TEST(settled.progress);
    BOOST_TEST(spool->state().events == 1);
    put("four");
    collector.acks_at_most.reset();
    send_all();
    BOOST_TEST(collector.texts() == (std::vector<std::string>{"one", "two", "three", "four"}));
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(a_receipt_without_progress_says_so)
{
    put("one");
    collector.acks_at_most = 0;
    const auto settled = send();
    BOOST_TEST(settled.durable);
    BOOST_TEST(!settled.progress); // The same event would be sent again.
    BOOST_TEST(spool->state().events == 1);
}

BOOST_AUTO_TEST_CASE(receipts_for_another_stream_or_for_more_than_was_sent_change_nothing)
{
    put("one");
    const auto outgoing = next();
    wire::Receipt receipt;
    receipt.stream = StreamId{"ANOTHER"};
    receipt.seq = 1;
    receipt.ack = 1;
    BOOST_TEST(!spool->settle(receipt).has_value());
    receipt.stream = spool->stream();
    receipt.ack = 2;
    BOOST_TEST(!spool->settle(receipt).has_value());
    receipt.ack = 1;
    receipt.seq = 2;
    BOOST_TEST(!spool->settle(receipt).has_value());
    BOOST_TEST(spool->state().events == 1);
    BOOST_TEST(next().text == outgoing.text);
    receipt.seq = 1;
    BOOST_TEST(spool->settle(receipt).value().durable);
    BOOST_TEST(spool->state().events == 0);
}

BOOST_AUTO_TEST_CASE(a_receipt_below_the_report_keeps_it_waiting)
{
    put("one");
    send();
    put("two");
    const auto outgoing = next();
    wire::Receipt receipt;
    receipt.stream = spool->stream();
    receipt.seq = outgoing.seq - 1;
    receipt.ack = 1;
    BOOST_TEST(!spool->settle(receipt).value().durable);
    BOOST_TEST(next().text == outgoing.text);
    BOOST_TEST(spool->state().events == 1);
}

BOOST_AUTO_TEST_CASE(a_report_carries_at_most_so_many_events_and_bytes)
{
    SpoolLimits few;
    few.report_events_max = 3;
    restart_with(few);
    for (int i = 0; i < 7; ++i)
        put(std::to_string(i));
    send_all();
    BOOST_TEST(collector.reports.size() == 3);
    BOOST_TEST(collector.reports[0].events.size() == 3);
    BOOST_TEST(collector.reports[2].events.size() == 1);

    SpoolLimits small;
    small.report_bytes_max = 100; // One event is larger, and still goes.
    restart_with(small);
    put(std::string(200, 'a'));
    put(std::string(200, 'b'));
    send_all();
    BOOST_TEST(collector.reports.size() == 5);
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(a_new_stream_renumbers_what_waits)
{
    put("one");
    send();
    put("two");
    put("three");
    next();
    const StreamId before = spool->stream();
    collector.mood = FakeCollector::Mood::says_new_stream;
    BOOST_TEST(send().new_stream);
    BOOST_TEST((spool->stream() != before));
    collector.mood = FakeCollector::Mood::answers;
    restart();
    BOOST_TEST((spool->stream() != before));
    send_all();
    BOOST_TEST(collector.texts() == (std::vector<std::string>{"one", "two", "three"}));
    BOOST_TEST(collector.reports.back().seq == 1);
    BOOST_TEST(collector.events.back().number == 2);
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(texts_from_outside_are_cut_and_made_valid)
{
    put(std::string(100'000, 'x') + "\xff");
    put("ab\xff\xfe");
    send_all();
    BOOST_TEST(collector.texts()[0].size() == 2048);
    BOOST_TEST(collector.texts()[1] == "ab\xEF\xBF\xBD\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_CASE(notes_outlive_the_program)
{
    BOOST_TEST(spool->note("orders").value().empty());
    BOOST_TEST_REQUIRE(spool->set_note("orders", "a").has_value());
    BOOST_TEST_REQUIRE(spool->set_note("orders", "b").has_value());
    restart();
    BOOST_TEST(spool->note("orders").value() == "b");
}

BOOST_AUTO_TEST_CASE(an_onlooker_sees_what_waits)
{
    put("one");
    next();
    put("two");
    const auto seen = Spool::look(folder.path()).value();
    BOOST_TEST(seen.stream.text() == spool->stream().text());
    BOOST_TEST(seen.events == 2);
    BOOST_TEST(seen.bytes == spool->state().bytes);
    BOOST_TEST(seen.next_seq == 2);
    BOOST_TEST(seen.oldest_at.has_value());
    tests::TempFolder empty;
    BOOST_TEST((Spool::look(empty.path()).error().code == Errc::not_found));
    BOOST_TEST(std::filesystem::is_empty(empty.path()));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(spool_loss, SpoolFixture)

/// Room for about `count` events with ten bytes of text.
SpoolLimits room_for(SpoolFixture& fixture, std::uint64_t count)
{
    fixture.put("0123456789");
    SpoolLimits limits;
    limits.bytes_max = fixture.spool->state().bytes * count;
    fixture.send_all();
    fixture.collector.events.clear();
    return limits;
}

BOOST_AUTO_TEST_CASE(a_full_spool_drops_the_lowest_priority_first_and_counts_it)
{
    restart_with(room_for(*this, 10));
    put("usb-000000", EventKind::usb_attached);
    for (int i = 0; i < 9; ++i)
        put("process-0" + std::to_string(i));
    BOOST_TEST(spool->state().lost_ever == 0);
    put("process-09"); // One too many: two go, the second to make room for the event that tells.
    BOOST_TEST(spool->state().lost_ever > 0);
    const std::uint64_t lost = spool->state().lost_ever;
    BOOST_TEST(spool->state().bytes <= limits.bytes_max);
    restart();
    send_all();
    BOOST_TEST_REQUIRE(collector.lost.size() == 1);
    BOOST_TEST(collector.lost[0].count == lost);
    BOOST_TEST(collector.lost[0].why == "spool full");
    BOOST_TEST((collector.lost[0].since <= collector.lost[0].until));
    const auto texts = collector.texts();
    const std::set<std::string> arrived{texts.begin(), texts.end()};
    BOOST_TEST(arrived.count("usb-000000") == 1);
    BOOST_TEST(arrived.count("process-00") == 0); // The oldest of the lowest.
    BOOST_TEST(arrived.count("process-09") == 1); // The newest stays.
    BOOST_TEST(arrived.count("spool full") == 1);
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(nothing_is_dropped_at_the_limit_itself)
{
    restart_with(room_for(*this, 3));
    for (int i = 0; i < 3; ++i)
        put("012345678" + std::to_string(i));
    BOOST_TEST(spool->state().bytes == limits.bytes_max);
    BOOST_TEST(spool->state().lost_ever == 0);
}

BOOST_AUTO_TEST_CASE(what_is_on_its_way_is_never_dropped)
{
    restart_with(room_for(*this, 4));
    for (int i = 0; i < 4; ++i)
        put("sent-0000" + std::to_string(i));
    next();
    for (int i = 0; i < 20; ++i)
        put("later-000" + std::to_string(i), EventKind::antivirus_switched);
    send_all();
    const auto texts = collector.texts();
    for (int i = 0; i < 4; ++i)
        BOOST_TEST(texts[static_cast<std::size_t>(i)] == "sent-0000" + std::to_string(i));
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(events_and_losses_together_are_all_that_happened)
{
    restart_with(room_for(*this, 20));
    const std::uint64_t lost_before = spool->state().lost_ever;
    for (int i = 0; i < 100; ++i)
        put("process-" + std::to_string(i), EventKind::process_first_seen);
    send_all();
    for (int i = 0; i < 100; ++i)
        put("process-" + std::to_string(i), EventKind::process_first_seen);
    send_all();
    std::uint64_t lost = 0;
    for (const auto& loss : collector.lost)
        lost += loss.count;
    std::uint64_t arrived = 0;
    for (const auto& event : collector.events)
        arrived += event.kind == EventKind::process_first_seen ? 1 : 0;
    BOOST_TEST(arrived + lost == 200);
    BOOST_TEST(spool->state().lost_ever - lost_before == lost);
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(one_event_that_cannot_be_stored_is_counted_when_storing_works_again)
{
    // A file that may not grow stands for a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit tight = before;
    tight.rlim_cur = 4096;
    ::setrlimit(RLIMIT_FSIZE, &tight);
    const auto event_now = event("cannot be kept");
    bool was_stored = true;
    std::uint64_t tries = 0;
    while (was_stored && tries < 1000)
    {
        was_stored = spool->put(event_now).has_value();
        tries += 1;
    }
    ::setrlimit(RLIMIT_FSIZE, &before);
    BOOST_TEST_REQUIRE(!was_stored);
    put("kept");
    send_all();
    BOOST_TEST_REQUIRE(collector.lost.size() == 1);
    BOOST_TEST(collector.lost[0].count == 1);
    BOOST_TEST(collector.lost[0].why.find("not stored: ") == 0);
    BOOST_TEST(collector.texts().size() == tries + 1); // The loss itself is an event, too.
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(losses_keep_their_count_in_a_new_stream)
{
    restart_with(room_for(*this, 5));
    for (int i = 0; i < 50; ++i)
        put("process-" + std::to_string(i));
    const std::uint64_t lost = spool->state().lost_ever;
    next(); // Numbers the loss in the old stream.
    put("more");
    collector.mood = FakeCollector::Mood::says_new_stream;
    send();
    collector.mood = FakeCollector::Mood::answers;
    const std::uint64_t lost_later = spool->state().lost_ever;
    send_all();
    std::uint64_t told = 0;
    for (const auto& loss : collector.lost)
        told += loss.count;
    BOOST_TEST(told == lost_later);
    BOOST_TEST(lost_later >= lost);
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(spool_damage, SpoolFixture)

void overwrite(const std::filesystem::path& file, std::streamoff at, const std::string& with)
{
    std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
    stream.seekp(at);
    stream << with;
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_is_put_aside_and_told)
{
    put("one");
    const StreamId before = spool->stream();
    spool.reset();
    std::ofstream{folder.path() / "spool.db"} << "this is not a database at all, not even a little";
    spool = open();
    BOOST_TEST((spool->stream() != before));
    BOOST_TEST(std::filesystem::exists(folder.path() / "spool.db.damaged"));
    put("two");
    send_all();
    BOOST_TEST(collector.lost.empty()); // How many there were is not known, but it is told.
    BOOST_TEST_REQUIRE(collector.events.size() == 2);
    BOOST_TEST((collector.events[0].kind == EventKind::events_lost));
    BOOST_TEST(collector.events[0].text.find("spool damaged: ") == 0);
    BOOST_TEST(collector.texts().back() == "two");
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(a_file_with_broken_pages_is_put_aside_and_told)
{
    for (int i = 0; i < 200; ++i)
        put(std::string(500, 'x'));
    const StreamId before = spool->stream();
    spool.reset();
    const auto file = folder.path() / "spool.db";
    for (std::streamoff page = 2; page < 12; ++page)
        overwrite(file, page * 4096, std::string(512, '\x55'));
    spool = open();
    BOOST_TEST((spool->stream() != before));
    put("after");
    send_all();
    BOOST_TEST_REQUIRE(collector.events.size() == 2);
    BOOST_TEST((collector.events[0].kind == EventKind::events_lost));
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(damage_under_way_is_noticed_and_what_was_known_is_counted)
{
    for (int i = 0; i < 200; ++i)
        put(std::string(500, 'x'));
    restart(); // Everything is in the file itself now, and in no cache.
    const StreamId before = spool->stream();
    const auto file = folder.path() / "spool.db";
    const auto size = std::filesystem::file_size(file);
    for (std::streamoff page = 1; page < static_cast<std::streamoff>(size / 4096); ++page)
        overwrite(file, page * 4096, std::string(4096, '\x55'));
    for (int i = 0; i < 3; ++i)
        (void)spool->put(event("during"));
    BOOST_TEST((spool->stream() != before));
    send_all();
    BOOST_TEST_REQUIRE(collector.lost.size() == 1);
    BOOST_TEST(collector.lost[0].count == 200);
    BOOST_TEST(collector.texts().back() == "during");
    BOOST_TEST(collector.complaints == none);
}

BOOST_AUTO_TEST_CASE(yesterdays_copy_of_the_folder_begins_a_new_stream)
{
    put("one");
    send();
    spool.reset();
    const auto file = folder.path() / "spool.db";
    const auto copy = folder.path() / "copy";
    std::filesystem::copy_file(file, copy);
    spool = open();
    put("two");
    put("three");
    send_all();
    spool.reset();
    std::filesystem::rename(copy, file);
    spool = open();
    put("four");
    const auto outgoing = next();
    const auto delivery = collector.take(outgoing.text);
    BOOST_TEST(delivery.receipt.new_stream); // The number is known, the content is not.
    BOOST_TEST(spool->settle(delivery.receipt).value().new_stream);
    send_all();
    BOOST_TEST(collector.texts() == (std::vector<std::string>{"one", "two", "three", "four"}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::report
