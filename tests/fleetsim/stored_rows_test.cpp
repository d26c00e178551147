#include "collector/ingest/read_report.hpp"
#include "collector/storage/report_log.hpp"
#include "collector/storage/report_store.hpp"
#include "collector/storage/statement.hpp"
#include "common/wire/json_writer.hpp"
#include "tests/fleetsim/stored_rows.hpp"
#include "tests/support/collector_database.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <vector>

namespace mimamori::fleetsim {
namespace {

namespace storage = collector::storage;

const MadeUpSite site{3, from_ms(1'790'000'000'000)};
constexpr Timestamp now = from_ms(1'790'000'100'000);

/// Three agents whose reports a real database has stored.
struct StoredFleet
{
    StoredFleet()
    {
        for (std::size_t i = 0; i < site.devices; ++i)
        {
            const AgentId id{std::string(26, static_cast<char>('A' + i))};
            database.enrol(DeviceId{"device-" + std::to_string(i)}, id, now);
            agents.push_back(std::make_unique<SimulatedAgent>(site, i, id));
        }
        for (const auto& agent : agents)
        {
            deliver(*agent, {}); // Digests; the collector wants the bodies.
            deliver(*agent, {});
            for (int i = 0; i < 5; ++i)
                deliver(*agent, {true, i == 2});
        }
    }

    void deliver(SimulatedAgent& agent, Happenings happened)
    {
        const std::string json = agent.report(now, happened);
        const collector::ingest::Sender sender{agent.id(), "127.0.0.1"};
        const auto read = collector::ingest::read_report(json, sender, now).value();
        const auto saved = store.save_and_wait(read.checked).value();
        wire::Receipt receipt;
        receipt.stream = read.checked.stream;
        receipt.seq = saved.seq;
        receipt.ack = saved.ack;
        for (const std::string_view name : saved.want)
            receipt.want.emplace_back(name);
        agent.settle(receipt).value();
    }

    void change(const char* sql)
    {
        auto work = [sql](storage::Session& session) -> Result<void> {
            storage::Statement{session.native(), sql}.run();
            return {};
        };
        database->write_and_wait(work).value();
    }

    Comparison compare() { return compare_with_database(database.file(), agents).value(); }

    tests::CollectorDatabase database;
    storage::ReportStore store{*database};
    std::vector<std::unique_ptr<SimulatedAgent>> agents;
};

BOOST_AUTO_TEST_SUITE(fleetsim_stored_rows)

BOOST_FIXTURE_TEST_CASE(what_was_stored_as_it_was_acknowledged_does_not_differ, StoredFleet)
{
    const Comparison comparison = compare();
    for (const std::string& difference : comparison.differences)
        BOOST_TEST_MESSAGE(difference);
    BOOST_TEST(comparison.differences_total == 0U);
    BOOST_TEST(comparison.reports_acked == 21U);
    BOOST_TEST(comparison.reports_stored == 21U);
    BOOST_TEST(comparison.events_stored == 15U);
    BOOST_TEST(comparison.sections_compared == 3 * wire::section_count);
}

BOOST_FIXTURE_TEST_CASE(the_fold_of_the_log_changes_nothing, StoredFleet)
{
    auto fold = [](storage::Session& session) -> Result<std::size_t> {
        return storage::fold_reports(session, 8);
    };
    BOOST_TEST(database->write_and_wait(fold).value() == 8U);
    BOOST_TEST(compare().differences_total == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_report_in_hand_may_be_there_or_not, StoredFleet)
{
    const std::string json = agents[0]->report(now, {true, false});
    BOOST_TEST(compare().differences_total == 0U);
    const collector::ingest::Sender sender{agents[0]->id(), "127.0.0.1"};
    const auto read = collector::ingest::read_report(json, sender, now).value();
    BOOST_TEST(store.save_and_wait(read.checked).has_value());
    BOOST_TEST(compare().differences_total == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_lost_event_is_found, StoredFleet)
{
    change("DELETE FROM event WHERE number = 3 AND stream_no = 2");
    BOOST_TEST(compare().differences_total > 0U);
}

BOOST_FIXTURE_TEST_CASE(an_event_with_other_content_is_found, StoredFleet)
{
    change("UPDATE event SET body = '{}' WHERE number = 5 AND stream_no = 1");
    BOOST_TEST(compare().differences_total == 1U);
}

BOOST_FIXTURE_TEST_CASE(an_event_that_nobody_sent_is_found, StoredFleet)
{
    change("INSERT INTO event SELECT 999, stream_no, number + 1, device_no, at_ms, received_at_ms, "
           "kind, body FROM event WHERE number = 5 AND stream_no = 1");
    BOOST_TEST(compare().differences_total > 0U);
}

BOOST_FIXTURE_TEST_CASE(a_report_that_is_missing_or_there_twice_is_found, StoredFleet)
{
    change("DELETE FROM report_log WHERE stream_no = 3 AND seq = 4");
    BOOST_TEST(compare().differences_total == 1U);
    change("INSERT INTO report_log (stream_no, seq, digest, at_ms) "
           "SELECT stream_no, 4, digest, at_ms FROM report_log WHERE stream_no = 3 AND seq = 5");
    BOOST_TEST(compare().differences_total == 0U);
    change("INSERT INTO report_log (stream_no, seq, digest, at_ms) "
           "SELECT stream_no, seq, digest, at_ms FROM report_log WHERE stream_no = 3 AND seq = 5");
    BOOST_TEST(compare().differences_total == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_section_that_was_not_replaced_is_found, StoredFleet)
{
    change("UPDATE section_current SET body_no = (SELECT body_no FROM section_current "
           "WHERE section = 'os' AND device_no = 2) WHERE section = 'usb' AND device_no = 1");
    BOOST_TEST(compare().differences_total == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_stream_that_is_gone_is_found, StoredFleet)
{
    change("UPDATE stream SET id = 'another' WHERE no = 1");
    BOOST_TEST(compare().differences_total == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::fleetsim
