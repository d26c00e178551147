#include "agent/windows/event_log.hpp"
#include "agent/windows/xml.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::agent::windows {
namespace {

BOOST_AUTO_TEST_SUITE(windows_xml)

BOOST_AUTO_TEST_CASE(elements_attributes_and_texts_are_read)
{
    const auto task = parse_xml(
        "\xEF\xBB\xBF<?xml version=\"1.0\"?><!-- x --><t:Task v='1.2' a=\"&quot;&#x4e00;\">"
        "<Exec> C:\\a &amp; b<![CDATA[<c>]]> </Exec><Empty/></t:Task >");
    BOOST_TEST_REQUIRE(task.has_value());
    BOOST_TEST(task->name == "Task");
    BOOST_TEST(task->attributes.at("v") == "1.2");
    BOOST_TEST(task->attributes.at("a") == "\"一");
    BOOST_TEST(task->text_at("Exec").value() == "C:\\a & b<c>");
    BOOST_TEST(task->text_at("Empty").value().empty());
    BOOST_TEST(!task->text_at("Exec/Deeper").has_value());
}

BOOST_AUTO_TEST_CASE(what_is_not_well_formed_or_could_expand_is_refused)
{
    for (const char* text :
         {"", "text", "<a>", "<a></b>", "<a b></a>", "<a b=c/>", "<a>&unknown;</a>", "<a>&#0;</a>",
          "<a>&#xD800;</a>", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "<a><!DOCTYPE b></a>",
          "<a><![CDATA[x</a>", "<a b='x/>"})
        BOOST_TEST(!parse_xml(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(depth_is_limited)
{
    const auto nested = [](int depth) {
        std::string text;
        for (int i = 0; i < depth; ++i)
            text += "<a>";
        for (int i = 0; i < depth; ++i)
            text += "</a>";
        return parse_xml(text).has_value();
    };
    BOOST_TEST(nested(32));
    BOOST_TEST(!nested(33));
}

BOOST_AUTO_TEST_CASE(an_event_tells_its_number_its_moment_and_its_data)
{
    const auto event = parse_event(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        "<EventID>4624</EventID><TimeCreated SystemTime='2026-11-21T00:15:00.1234567Z'/>"
        "<EventRecordID>77</EventRecordID></System><EventData>"
        "<Data Name='TargetUserName'>kango</Data><Data>nameless</Data></EventData></Event>");
    BOOST_TEST_REQUIRE(event.has_value());
    BOOST_TEST(event->id == 4624U);
    BOOST_TEST(event->record == 77U);
    BOOST_TEST(to_rfc3339(event->at) == "2026-11-21T00:15:00.123Z");
    BOOST_TEST(event->data.at("TargetUserName") == "kango");
    BOOST_TEST(event->data.size() == 1U);
    for (const char* broken :
         {"", "<Event/>", "<Event><System><EventID>x</EventID></System></Event>",
          "<Event><System><EventID>1</EventID><TimeCreated SystemTime='now'/></System></Event>"})
        BOOST_TEST(!parse_event(broken).has_value(), broken);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::windows
