#include "common/http/message.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::http {
namespace {

BOOST_AUTO_TEST_SUITE(headers)

BOOST_AUTO_TEST_CASE(a_field_is_found_whatever_the_case_of_its_name)
{
    Headers headers;
    headers.add("Content-Type", "text/plain");
    headers.add("X-Twice", "first");
    headers.add("x-twice", "second");
    BOOST_TEST(headers["content-TYPE"] == "text/plain");
    BOOST_TEST(headers["X-Twice"] == "first");
    BOOST_TEST(headers.count("X-TWICE") == 2u);
    BOOST_TEST(headers["Content"] == "");
    BOOST_TEST(!headers.has("Content"));
    BOOST_TEST(headers.at(2).value == "second");
}

BOOST_AUTO_TEST_CASE(an_empty_value_is_a_field)
{
    Headers headers;
    headers.add("X-Empty", "");
    BOOST_TEST(headers.has("X-Empty"));
    headers.clear();
    BOOST_TEST(headers.size() == 0u);
    BOOST_TEST(!headers.has("X-Empty"));
}

BOOST_AUTO_TEST_CASE(names_compare_letter_by_letter_only)
{
    BOOST_TEST(equal_without_case("GZip", "gzip"));
    BOOST_TEST(!equal_without_case("[", "{")); // Differ by the same bit as letters do.
    BOOST_TEST(!equal_without_case("gzip", "gzip "));
}

BOOST_AUTO_TEST_CASE(a_status_has_its_phrase)
{
    BOOST_TEST(reason_phrase(Status::content_too_large) == "Content Too Large");
    BOOST_TEST(reason_phrase(static_cast<Status>(299)) == "Status");
    BOOST_TEST(to_text(Method::delete_) == "DELETE");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::http
