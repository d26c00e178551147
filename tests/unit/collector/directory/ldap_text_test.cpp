#include "collector/directory/ldap_text.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace mimamori::collector::directory {
namespace {

BOOST_AUTO_TEST_SUITE(ldap_text)

BOOST_AUTO_TEST_CASE(a_value_in_a_filter_stands_for_itself_whatever_is_in_it)
{
    BOOST_TEST(filter_value("sato-2.k_@h.example") == "sato-2.k_@h.example");
    BOOST_TEST(filter_value("*)(uid=*") == "\\2a\\29\\28uid\\3d\\2a");
    BOOST_TEST(filter_value(std::string{"a\0b\\", 4}) == "a\\00b\\5c");
    BOOST_TEST(filter_value("佐") == "\\e4\\bd\\90");
    BOOST_TEST(filter_value("") == "");
}

BOOST_AUTO_TEST_CASE(binary_values_are_escaped_byte_by_byte)
{
    BOOST_TEST(filter_bytes(std::string{"a\0\xFF", 3}) == "\\61\\00\\ff");
}

BOOST_AUTO_TEST_CASE(the_name_goes_into_each_place_and_is_not_searched_for_places)
{
    BOOST_TEST(fill_filter("(|(uid={user})(mail={user}))", "a*") == "(|(uid=a\\2a)(mail=a\\2a))");
    BOOST_TEST(fill_filter("(uid={user})", "{user}") == "(uid=\\7buser\\7d)");
    BOOST_TEST(fill_filter("(uid=x)", "sato") == "(uid=x)");
}

BOOST_AUTO_TEST_CASE(a_filter_has_a_place_for_the_name_and_whole_parentheses)
{
    BOOST_TEST(is_filter("(uid={user})"));
    BOOST_TEST(is_filter("(&(objectClass=person)(uid={user}))"));
    for (const char* wrong :
         {"", "uid={user}", "(uid=x)", "(uid={user}", "(uid={user}))", ")(uid={user})(", "(", ")"})
        BOOST_TEST(!is_filter(wrong), wrong);
}

BOOST_AUTO_TEST_CASE(active_directory_says_why_a_password_was_refused)
{
    const std::string before = "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext "
                               "error, data ";
    BOOST_TEST(why_refused(before + "775, v4563") == "the account is locked");
    BOOST_TEST(why_refused(before + "532, v4563") == "the password has expired");
    BOOST_TEST(why_refused(before + "52e") == "wrong password");
    BOOST_TEST(why_refused(before + "999, v4563") == "");
    BOOST_TEST(why_refused(before) == "");
    BOOST_TEST(why_refused("") == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::directory
