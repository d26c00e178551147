#include "common/base/encoding.hpp"
#include "common/base/utf8.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori {
namespace {

using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(texts)

BOOST_AUTO_TEST_CASE(ill_formed_utf8_is_told_from_well_formed)
{
    BOOST_TEST(is_utf8("見守り 😀"));
    BOOST_TEST(!is_utf8("\xC0\x80"));         // Overlong.
    BOOST_TEST(!is_utf8("\xED\xA0\x80"));     // Surrogate.
    BOOST_TEST(!is_utf8("\xF4\x90\x80\x80")); // Beyond Unicode.
    BOOST_TEST(!is_utf8("\xE8\xA6"));         // Cut.
}

BOOST_AUTO_TEST_CASE(foreign_text_becomes_storable)
{
    BOOST_TEST(to_valid_utf8("a\xFFz"s) == "a\xEF\xBF\xBDz");
    BOOST_TEST(to_valid_utf8("a\0z"s) == "a\xEF\xBF\xBDz");
}

BOOST_AUTO_TEST_CASE(a_prefix_never_cuts_a_character)
{
    BOOST_TEST(utf8_prefix("見守り", 5) == "見");
    BOOST_TEST(utf8_prefix("見守り", 6) == "見守");
    BOOST_TEST(utf8_prefix("見守り", 9) == "見守り");
}

BOOST_AUTO_TEST_CASE(a_log_line_stays_one_line)
{
    BOOST_TEST(for_log("a\r\nb\"") == "a\\x0d\\x0ab\\\"");
    BOOST_TEST(for_log(std::string(300, 'x')).size() == 203);
}

BOOST_AUTO_TEST_CASE(hex_and_base32_are_the_documented_forms)
{
    const Bytes bytes{0x00, 0xFF, 0x10};
    BOOST_TEST(to_hex(bytes) == "00ff10");
    BOOST_TEST((from_hex("00fF10") == bytes));
    BOOST_TEST(!from_hex("0").has_value());
    BOOST_TEST(!from_hex("0g").has_value());
    BOOST_TEST(to_base32(Bytes(16, 0xFF)) == "ZZZZZZZZZZZZZZZZZZZZZZZZZW");
}

BOOST_AUTO_TEST_CASE(what_turns_the_writing_is_kept_to_itself_and_the_rest_is_as_it_was)
{
    for (const char* text : {"", "PC-01", "受付 ＰＣ", "naïve 😀", "\u200E", "\u058F", "\u0900"})
        BOOST_TEST(isolated(text) == text);
    for (const char* text :
         {"\u0590", "\u08FF", "\u200F", "\u202A", "a\u202Egnp.exe", "\uFB1D", "\uFEFC", "שלום"})
        BOOST_TEST(isolated(text) == "\u2068" + std::string{text} + "\u2069");
    // It cannot end what keeps it to itself.
    BOOST_TEST(isolated("a\u2069\u202Eb") == "\u2068a\u202Eb\u2069");
    BOOST_TEST(isolated("\u2066a\u2069") == "\u2068a\u2069");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori
