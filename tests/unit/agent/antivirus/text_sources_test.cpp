#include "agent/antivirus/text_sources.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace mimamori::agent::antivirus {
namespace {

std::string extracted(const std::string& text, const Source& source)
{
    const auto found = extract(text, source);
    return found ? *found : "not found";
}

} // namespace

BOOST_AUTO_TEST_SUITE(text_sources)

BOOST_AUTO_TEST_CASE(a_configuration_tells_the_last_value_of_a_key)
{
    const std::string text = "# DatabaseDirectory /commented\r\n"
                             "DatabaseDirectoryExtra /other\n"
                             "  databasedirectory\t/first\n"
                             "DatabaseDirectory = \"/second place\"  \r\n"
                             "Empty\n";
    BOOST_TEST(*config_value(text, "DatabaseDirectory") == "/second place");
    BOOST_TEST(!config_value(text, "Missing"));
    BOOST_TEST(!config_value(text, "Empty"));
    BOOST_TEST(!config_value("", "A"));
    BOOST_TEST(config_value("A " + std::string(1000, 'x'), "A")->size() == 256);
}

BOOST_AUTO_TEST_CASE(an_ini_value_belongs_to_its_section)
{
    const std::string text = "[One]\nKey=1\n[ Two ]\n; Key=no\nkey = 2\nKey=3\n";
    BOOST_TEST(*ini_value(text, "Two", "KEY") == "2");
    BOOST_TEST(*ini_value(text, "one", "Key") == "1");
    BOOST_TEST(*ini_value(text, "", "Key") == "1");
    BOOST_TEST(!ini_value(text, "Three", "Key"));
    BOOST_TEST(!ini_value(text, "Two", "Kex"));
}

BOOST_AUTO_TEST_CASE(words_are_looked_for_one_after_the_other)
{
    Source source;
    source.find = {"<Antivirus", "<Update", "succtime=\""};
    const std::string xml = "<A succtime=\"1\"/><Antivirus><Update x=\"2\" succtime=\"3\"/>\n";
    BOOST_TEST(extracted(xml, source) == "3\"/>");
    source.find = {"<Antivirus", "missing"};
    BOOST_TEST(extracted(xml, source) == "not found");
}

BOOST_AUTO_TEST_CASE(the_last_place_counts_when_asked_for)
{
    Source source;
    source.find = {"started at "};
    const std::string log = "started at one\nx\nstarted at two\nend\n";
    BOOST_TEST(extracted(log, source) == "one");
    source.last = true;
    BOOST_TEST(extracted(log, source) == "two");
}

BOOST_AUTO_TEST_CASE(a_line_is_split_at_its_separator)
{
    Source source;
    source.find = {"P.4=pattern"};
    source.separator = ",";
    source.part = 1;
    BOOST_TEST(extracted("x\nP.4=pattern,1234500,path\nP.5=y,2", source) == "1234500");
    source.part = 3;
    BOOST_TEST(extracted("P.4=pattern,1\n,2,3,4", source) == "not found");
    source.find.clear();
    source.separator = ";";
    source.part = 1;
    BOOST_TEST(extracted("16577712;202104290954", source) == "202104290954");
}

BOOST_AUTO_TEST_CASE(no_piece_is_longer_than_256_bytes)
{
    BOOST_TEST(extracted(std::string(1000, 'a'), Source{}).size() == 256);
}

BOOST_AUTO_TEST_CASE(utf16_becomes_ascii_and_the_rest_a_question_mark)
{
    using namespace std::string_literals;
    BOOST_TEST(ascii_of_utf16le("A\0B\0"s) == "AB");
    BOOST_TEST(
        ascii_of_utf16le("\xa6\x30"s
                         "C\0"s)
        == "?C");
    BOOST_TEST(ascii_of_utf16le("A\0B"s) == "A");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace mimamori::agent::antivirus
