#include "collector/directory/role_rule.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace mimamori::collector::directory {
namespace {

RoleRule rule(const std::string& text)
{
    return parse_role_rule(text).value();
}

BOOST_AUTO_TEST_SUITE(role_rule)

BOOST_AUTO_TEST_CASE(a_rule_names_role_and_group_and_may_name_sites)
{
    const RoleRule whole = rule("operator: cn=it,ou=groups,dc=example");
    BOOST_TEST(whole.role == "operator");
    BOOST_TEST(whole.group == "cn=it,ou=groups,dc=example");
    BOOST_TEST((whole.sites == std::vector<SiteId>{SiteId{"root"}}));

    const RoleRule wards = rule("department of 7Q K3 :  cn=a: b,dc=example ");
    BOOST_TEST(wards.role == "department");
    BOOST_TEST(wards.group == "cn=a: b,dc=example");
    BOOST_TEST((wards.sites == std::vector<SiteId>{SiteId{"7Q"}, SiteId{"K3"}}));
}

BOOST_AUTO_TEST_CASE(what_is_no_rule_is_refused)
{
    for (const char* wrong :
         {"", ":", "operator", "operator:", "operator: it", ": cn=it", "operator of: cn=it",
          "operator root: cn=it", "operator in root: cn=it", "operator of : cn=it"})
        BOOST_TEST(!parse_role_rule(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_CASE(the_first_group_gives_the_role_and_others_of_that_role_their_sites)
{
    const auto role = role_of(
        {rule("department of A: cn=1"), rule("operator: cn=2"), rule("department of B A: cn=3")});
    BOOST_TEST_REQUIRE(role.has_value());
    BOOST_TEST(role->role == "department");
    BOOST_TEST((role->sites == std::vector<SiteId>{SiteId{"A"}, SiteId{"B"}}));
    BOOST_TEST(!role_of({}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::directory
