#include "common/wire/digest.hpp"
#include "common/wire/enrollment.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"
#include "common/wire/report.hpp"
#include "common/wire/sections.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::wire {
namespace {

namespace data = boost::unit_test::data;

Report report()
{
    OsSection os;
    os.family = "linux";
    os.product = "Debian \"12\"\n見守り\x01";
    os.build = 19045;
    os.booted_at = from_ms(1'700'000'000'000);
    const std::string body = to_json(os);

    Event event;
    event.number = 7;
    event.at = from_ms(1'700'000'000'001);
    event.kind = EventKind::usb_attached;
    event.usb.emplace().vendor_id = "0781";

    Report whole;
    whole.agent_id = AgentId{"01ABC"};
    whole.stream = StreamId{"S"};
    whole.seq = std::uint64_t{1} << 62U;
    whole.sections = {{"os", digest_of(body), RawJson{body}}, {"usb", digest_of("{}"), {}}};
    whole.events = {event};
    return whole;
}

std::string refusal(std::string_view text, const JsonLimits& limits = {})
{
    const auto read = from_json<Report>(text, limits);
    return read ? "accepted" : read.error().message;
}

BOOST_AUTO_TEST_SUITE(wire_json)

BOOST_AUTO_TEST_CASE(a_report_survives_the_way_to_text_and_back)
{
    const auto back = from_json<Report>(to_json(report()));
    BOOST_TEST_REQUIRE(back.has_value());
    BOOST_TEST((*back == report()));
}

BOOST_AUTO_TEST_CASE(a_body_has_the_same_digest_on_both_sides)
{
    // The agent hashes what it wrote; the collector hashes what it read and serialised again.
    const auto back = from_json<Report>(to_json(report()));
    BOOST_TEST_REQUIRE(back.has_value());
    BOOST_TEST(digest_of(back->sections[0].body.text) == report().sections[0].digest);
}

BOOST_AUTO_TEST_CASE(default_values_are_left_out)
{
    BOOST_TEST(to_json(Receipt{}) == "{}");
    BOOST_TEST(to_json(Event{}) == "{}");
}

BOOST_AUTO_TEST_CASE(the_browser_gets_every_member)
{
    BOOST_TEST(
        to_json<Defaults::written>(AgentOrders{})
        == R"({"heartbeat_s":null,"inventory_s":null,"close_between_reports":null,)"
           R"("send_command_lines":null})");
}

BOOST_AUTO_TEST_CASE(unknown_members_and_unknown_kinds_are_taken)
{
    const auto event = from_json<Event>(R"({"number":1,"kind":"from_the_future","colour":["x"]})");
    BOOST_TEST_REQUIRE(event.has_value());
    BOOST_TEST((event->kind == EventKind::unknown));
    BOOST_TEST(event->number == 1U);
}

BOOST_AUTO_TEST_CASE(every_refusal_names_its_place)
{
    BOOST_TEST(
        refusal(R"({"events":[{},{"number":"x"}]})")
        == "events[1].number: expected an integer in range");
    BOOST_TEST(
        refusal(R"({"sections":[{"name":"os","body":{"a":1,"a":2}}]})")
        == "sections[0].body.a: member \"a\" stands twice");
    BOOST_TEST(refusal("{\"boot_id\":\"a\\u0000b\"}") == "boot_id: text with the character U+0000");
    BOOST_TEST(refusal("[]") == "document: expected an object");
    BOOST_TEST(refusal(R"({"seq":1.5})") == "seq: a number must be an integer of 64 bits");
    BOOST_TEST(refusal(R"({"seq":-1})") == "seq: expected an integer in range");
    BOOST_TEST(
        refusal(R"({"sent_at":"yesterday"})")
        == "sent_at: expected a time such as 2026-01-31T23:59:59.000Z");
}

BOOST_DATA_TEST_CASE(
    ill_formed_documents_are_refused,
    data::make(
        {"", "{", "{}x", "{\"a\":\"\xFF\"}", "{\"a\":\"\xED\xA0\x80\"}", "{\"a\":\"\\ud800\"}",
         "{\"a\":1,}", "nul", "{\"a\":01}"}),
    text)
{
    BOOST_TEST(!from_json<Report>(text).has_value());
}

BOOST_AUTO_TEST_CASE(limits_are_held_exactly)
{
    JsonLimits limits;
    limits.depth_max = 3;
    BOOST_TEST(parse_json("[[[1]]]", limits).has_value());
    BOOST_TEST((parse_json("[[[[1]]]]", limits).error().code == Errc::too_large));

    limits = {};
    limits.string_bytes_max = 4;
    BOOST_TEST(parse_json(R"(["abcd"])", limits).has_value());
    BOOST_TEST((parse_json(R"(["abcde"])", limits).error().code == Errc::too_large));
    BOOST_TEST((parse_json(R"({"abcde":1})", limits).error().code == Errc::too_large));

    limits = {};
    limits.elements_max = 2;
    BOOST_TEST(parse_json("[1,2]", limits).has_value());
    BOOST_TEST((parse_json("[1,2,3]", limits).error().code == Errc::too_large));

    limits = {};
    limits.values_max = 3;
    BOOST_TEST(parse_json("[1,2]", limits).has_value());
    BOOST_TEST((parse_json("[[1,2]]", limits).error().code == Errc::too_large));

    limits = {};
    limits.bytes_max = 2;
    BOOST_TEST(parse_json("[]", limits).has_value());
    BOOST_TEST((parse_json("[1]", limits).error().code == Errc::too_large));
}

BOOST_AUTO_TEST_CASE(a_thousand_equal_names_are_found_among_many)
{
    std::string text = "{";
    for (int i = 0; i < 1000; ++i)
        text += "\"n" + std::to_string(i) + "\":1,";
    BOOST_TEST(parse_json(text + "\"last\":1}").has_value());
    BOOST_TEST(!parse_json(text + "\"n500\":1}").has_value());
}

BOOST_AUTO_TEST_CASE(foreign_text_never_makes_an_unreadable_document)
{
    OsSection os;
    os.hostname = std::string{"a\0b\xFF", 4};
    const auto back = from_json<OsSection>(to_json(os));
    BOOST_TEST_REQUIRE(back.has_value());
    BOOST_TEST(
        back->hostname
        == "a\xEF\xBF\xBD"
           "b\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_CASE(section_names_are_the_members_of_facts)
{
    BOOST_TEST(section_count == 16U);
    BOOST_TEST(section_names()[0] == "os");
    BOOST_TEST(section_index("self").value() == 15U);
    BOOST_TEST(!section_index("nonsense").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::wire
