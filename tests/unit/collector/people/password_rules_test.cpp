#include "collector/people/password_rules.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace mimamori::collector::people {
namespace {

std::string why_not(std::string_view password, std::string_view name = "sato")
{
    const auto checked = check_password_rules(password, name);
    return checked ? "" : checked.error().message;
}

BOOST_AUTO_TEST_SUITE(password_rules)

BOOST_AUTO_TEST_CASE(long_and_unlike_others_is_enough)
{
    for (const char* good :
         {"correct horse", "battery staple", "k7Qp-x2m", "朝ごはんは納豆", "sakura no hana",
          "passwords are dull", "abcd1234efgh"})
        BOOST_TEST(why_not(good) == "", good);
}

BOOST_AUTO_TEST_CASE(length_has_two_ends)
{
    const std::string varied = "abXd7-fQ";
    BOOST_TEST(why_not(varied.substr(0, 7)) == "password: 8 to 200 bytes");
    BOOST_TEST(why_not(varied) == "");
    std::string longest;
    while (longest.size() < 200)
        longest += varied;
    BOOST_TEST(why_not(longest) == "");
    BOOST_TEST(why_not(longest + "x") == "password: 8 to 200 bytes");
}

BOOST_AUTO_TEST_CASE(what_is_guessed_first_is_refused)
{
    BOOST_TEST(why_not("abcabcabcabc") == "password: the same few characters");
    BOOST_TEST(why_not("abcdabcdabcd") == "");
    BOOST_TEST(why_not("12345678") == "password: characters in a row");
    BOOST_TEST(why_not("87654321") == "password: characters in a row");
    BOOST_TEST(why_not("QWERTYUIOP") == "password: characters in a row");
    BOOST_TEST(why_not("1qaz2wsx") == "password: characters in a row");
    BOOST_TEST(why_not("Password2026!") == "password: one that everybody tries");
    BOOST_TEST(why_not("2026Sakura!!") == "password: one that everybody tries");
    BOOST_TEST(why_not("mimamori") == "password: one that everybody tries");
}

BOOST_AUTO_TEST_CASE(the_own_name_with_a_number_is_no_secret)
{
    BOOST_TEST(why_not("Tanaka2026", "tanaka") == "password: not the name");
    BOOST_TEST(why_not("tanaka-k1", "TANAKA-K1") == "password: not the name");
    BOOST_TEST(why_not("Tanaka2026", "sato") == "");
    BOOST_TEST(why_not("20261122x9", "1122") == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::people
