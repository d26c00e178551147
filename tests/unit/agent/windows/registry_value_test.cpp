#include "agent/windows/registry_value.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::agent::windows {
namespace {

using namespace std::string_literals;

template <class T>
std::string why(const Result<T>& result)
{
    return result ? "none" : result.error().message;
}

BOOST_AUTO_TEST_SUITE(windows_registry_value)

BOOST_AUTO_TEST_CASE(text_survives_the_way_to_utf16_and_back)
{
    for (const std::string text : {"", "Windows 10 Pro", "ウイルスバスター", "𠮷野家", "令和８年"})
        BOOST_TEST(utf8_of_utf16(utf16_of_utf8(text)).value() == text);
    // What is no UTF-8 becomes a mark, and stays one.
    BOOST_TEST(utf8_of_utf16(utf16_of_utf8("a\xFFz")).value() == "a\xEF\xBF\xBDz");
}

BOOST_AUTO_TEST_CASE(text_ends_at_the_first_nul)
{
    const RegistryValue value{
        ValueType::text, utf16_of_utf8("Tokyo Standard Time") + "\0\0\xFF\xDF"s};
    BOOST_TEST(text_of(value).value() == "Tokyo Standard Time");
    BOOST_TEST(text_of({ValueType::text, ""}).value().empty()); // No NUL at all.
}

BOOST_AUTO_TEST_CASE(text_that_is_no_utf16_is_refused)
{
    BOOST_TEST(
        why(text_of({ValueType::text, "abc"})) == "is not UTF-16: it has an odd number of bytes");
    // Halves of pairs: a low one alone, a high one at the end, two high ones.
    for (const std::string& half : {"\x00\xDC"s, "a\0\x00\xD8"s, "\x00\xD8\x00\xD8"s})
        BOOST_TEST(
            why(text_of({ValueType::text, half})) == "is not UTF-16: it holds half of a character");
}

BOOST_AUTO_TEST_CASE(a_value_of_another_type_is_named_not_interpreted)
{
    BOOST_TEST(why(text_of({ValueType::dword, "\1\0\0\0"s})) == "is REG_DWORD, not a text");
    BOOST_TEST(why(number_of({ValueType::text, "1\0"s})) == "is REG_SZ, not a number");
    BOOST_TEST(why(binary_of({ValueType::qword, ""s})) == "is REG_QWORD, not REG_BINARY");
    BOOST_TEST(why(texts_of({ValueType::text, "a\0"s})) == "is REG_SZ, not a list of texts");
    BOOST_TEST(why(number_of({static_cast<ValueType>(99), ""})) == "is type 99, not a number");
}

BOOST_AUTO_TEST_CASE(a_number_has_the_size_of_its_type)
{
    BOOST_TEST(number_of({ValueType::dword, "\x38\x19\0\0"s}).value() == 6456U);
    BOOST_TEST(
        number_of({ValueType::qword, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s}).value()
        == 0xFFFF'FFFF'FFFF'FFFFU);
    BOOST_TEST(why(number_of({ValueType::dword, "\1\0\0"s})) == "has 3 bytes where a number has 4");
    BOOST_TEST(
        why(number_of({ValueType::qword, "\1\0\0\0"s})) == "has 4 bytes where a number has 8");
}

BOOST_AUTO_TEST_CASE(a_list_of_texts_leaves_out_empty_ones)
{
    const std::string list = utf16_of_utf8("one") + "\0\0"s + utf16_of_utf8("二") + "\0\0\0\0"s;
    const auto texts = texts_of({ValueType::texts, list}).value();
    BOOST_TEST_REQUIRE(texts.size() == 2U);
    BOOST_TEST(texts[0] == "one");
    BOOST_TEST(texts[1] == "二");
    BOOST_TEST(texts_of({ValueType::texts, ""}).value().empty());
    BOOST_TEST(!texts_of({ValueType::texts, list + "x"}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::windows
