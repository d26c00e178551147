#include "tests/unit/collector/ingest/ingest_fixture.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::collector::ingest {
namespace {

BOOST_FIXTURE_TEST_SUITE(ingest_bad_reports, IngestFixture)

// ------------------------------------------------------------------ what cannot be read

struct BadBody
{
    const char* name;
    std::string body;
    const char* place; ///< What the answer must name.

    friend std::ostream& operator<<(std::ostream& out, const BadBody& bad)
    {
        return out << bad.name;
    }
};

std::string head(const std::string& more)
{
    return R"({"agent_id":")" + id_text('A') + R"(","stream":")" + id_text('S') + R"(","seq":1)"
           + more + "}";
}

const BadBody bad_bodies[] = {
    {"empty", "", "document"},
    {"no JSON", "hello", "document"},
    {"truncated", head("").substr(0, 40), "incomplete"},
    {"an array", "[]", "document"},
    {"more behind the end", head("") + "{}", "document"},
    {"equal names", head(R"(,"boot_id":"a","boot_id":"b")"), "boot_id"},
    {"ill-formed UTF-8", head(",\"boot_id\":\"\xff\""), "boot_id"},
    {"U+0000", head(R"(,"boot_id":"a\u0000b")"), "boot_id"},
    {"a fraction", head(R"(,"x":1.5)"), "x"},
    {"deep", head(R"(,"x":)" + std::string(100, '[') + std::string(100, ']')), "deeper"},
    {"wrong type", head(R"(,"events":{})"), "events"},
    {"wrong time", head(R"(,"sent_at":"yesterday")"), "sent_at"},
    {"negative seq", R"({"agent_id":")" + id_text('A') + R"(","seq":-1})", "seq"},
    {"seq 0", R"({"agent_id":")" + id_text('A') + R"(","stream":")" + id_text('S') + R"("})",
     "seq"},
    {"no stream", R"({"agent_id":")" + id_text('A') + R"(","seq":1})", "stream"},
    {"event 0", head(R"(,"events":[{"number":0}])"), "events[0].number"},
    {"events fall", head(R"(,"events":[{"number":2},{"number":1}])"), "events[1].number"},
    {"event twice", head(R"(,"events":[{"number":1},{"number":1}])"), "events[1].number"},
    {"event beyond 63 bits", head(R"(,"events":[{"number":9223372036854775808}])"),
     "events[0].number"},
    {"lost backwards", head(R"(,"lost":[{"first":5,"last":4}])"), "lost[0]"},
    {"lost overlap", head(R"(,"lost":[{"first":1,"last":4},{"first":4,"last":5}])"), "lost[1]"},
    {"digest too short", head(R"(,"sections":[{"name":"os","digest":"abc"}])"),
     "sections[0].digest"},
    {"digest not of the body",
     head(R"(,"sections":[{"name":"os","digest":"00000000000000000000000000000000","body":{}}])"),
     "sections[0]"},
    {"section twice",
     head(R"(,"sections":[{"name":"os","digest":"00000000000000000000000000000000"},)"
          R"({"name":"os","digest":"00000000000000000000000000000000"}])"),
     "sections[1]"},
    {"body no object",
     head(R"(,"sections":[{"name":"os","digest":"00000000000000000000000000000000","body":[]}])"),
     "sections[0].body"},
    {"boot id too long", head(R"(,"boot_id":")" + std::string(65, 'x') + '"'), "boot_id"},
};

BOOST_DATA_TEST_CASE(
    a_bad_body_is_refused_with_its_place, boost::unit_test::data::make(bad_bodies), bad)
{
    const auto answer = send_text(bad.body);
    BOOST_TEST(
        (answer.status == http::Status::bad_request
         || answer.status == http::Status::content_too_large));
    BOOST_TEST(answer.log_reason.find(bad.place) != std::string::npos, answer.log_reason);
    BOOST_TEST(answer.body.find(R"("detail":)") != std::string::npos);
    BOOST_TEST(database.number("SELECT count(*) FROM report_log") == 0);
    BOOST_TEST(database.number("SELECT count(*) FROM stream") == 0);
    check_acknowledged(send(report(1)), 1, 0);
}

BOOST_AUTO_TEST_CASE(a_body_of_the_wrong_shape_stores_nothing_of_the_report)
{
    const std::string body = R"({"hostname":5})";
    auto first = report(1);
    first.events = {event(1, clock.now())};
    first.sections = {{"os", wire::digest_of(body), {body}}};
    const auto answer = send(first);
    BOOST_TEST((answer.status == http::Status::bad_request));
    BOOST_TEST(answer.log_reason.find("os.hostname") != std::string::npos, answer.log_reason);
    BOOST_TEST(events_stored() == 0);
}

BOOST_AUTO_TEST_CASE(counts_are_limited)
{
    auto many = report(1);
    for (std::uint64_t i = 1; i <= wire::ReportLimits::events_max; ++i)
        many.events.push_back(event(i, clock.now()));
    check_acknowledged(send(many), 1, wire::ReportLimits::events_max);

    many = report(2);
    for (std::uint64_t i = 1; i <= wire::ReportLimits::events_max + 1; ++i)
        many.events.push_back(event(wire::ReportLimits::events_max + i, clock.now()));
    BOOST_TEST((send(many).status == http::Status::content_too_large));

    auto sections = report(2);
    for (std::size_t i = 0; i <= wire::ReportLimits::sections_max; ++i)
        sections.sections.push_back({"x" + std::to_string(i), "", {}});
    BOOST_TEST((send(sections).status == http::Status::content_too_large));
    sections.sections.pop_back();
    check_acknowledged(send(sections), 2, wire::ReportLimits::events_max);
}

BOOST_AUTO_TEST_CASE(large_reports_are_read_by_the_workers_with_the_same_result)
{
    wire::SoftwareSection software;
    for (int i = 0; i < 3'000; ++i)
    {
        wire::InstalledSoftware item;
        item.name = "program " + std::to_string(i);
        item.version = "1." + std::to_string(i);
        software.software.push_back(item);
    }
    auto large = report(1);
    large.sections = {with_body("software", software)};
    BOOST_TEST(wire::to_json(large).size() > services->large_bytes);
    check_acknowledged(send(large), 1, 0);
    BOOST_TEST((facts().facts.software == software));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::ingest
