#include "collector/directory/nested_groups.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <vector>

namespace mimamori::collector::directory {
namespace {

using Lines = std::vector<std::string>;

/// A directory of nothing but groups: who is in which.
struct Groups
{
    std::map<std::string, Lines> above;
    std::size_t asked{0};

    Result<Lines> walk(const std::string& account)
    {
        return with_groups_above(account, [this](const Lines& members) -> Result<Lines> {
            ++asked;
            Lines found;
            for (const std::string& member : members)
                found.insert(found.end(), above[member].begin(), above[member].end());
            return found;
        });
    }
};

BOOST_AUTO_TEST_SUITE(nested_groups)

BOOST_AUTO_TEST_CASE(groups_above_groups_are_found_each_once)
{
    Groups groups{{{"sato", {"ward", "night"}}, {"ward", {"it"}}, {"night", {"it"}}}};
    BOOST_TEST(
        groups.walk("sato").value() == (Lines{"sato", "ward", "night", "it"}),
        boost::test_tools::per_element());
    BOOST_TEST(groups.walk("mori").value() == Lines{"mori"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(groups_in_a_circle_end)
{
    Groups groups{{{"sato", {"a"}}, {"a", {"b"}}, {"b", {"c"}}, {"c", {"a", "c", "sato"}}}};
    BOOST_TEST(
        groups.walk("sato").value() == (Lines{"sato", "a", "b", "c"}),
        boost::test_tools::per_element());
    BOOST_TEST(groups.asked == 4);
}

BOOST_AUTO_TEST_CASE(so_many_levels_are_walked_and_no_more)
{
    Groups groups;
    std::string member = "sato";
    for (std::size_t level = 1; level <= nested_levels_max + 1; ++level)
    {
        groups.above[member] = {"level " + std::to_string(level)};
        member = groups.above[member].front();
    }
    const auto found = groups.walk("sato").value();
    // Whoever asks which group has one of them looks one level higher.
    BOOST_TEST(found.size() == nested_levels_max);
    BOOST_TEST(found.back() == "level " + std::to_string(nested_levels_max - 1));
}

BOOST_AUTO_TEST_CASE(who_is_in_too_many_groups_is_refused)
{
    Groups groups;
    for (std::size_t i = 0; i < nested_groups_max; ++i)
        groups.above["sato"].push_back(std::to_string(i));
    BOOST_TEST(groups.walk("sato").value().size() == nested_groups_max + 1);
    groups.above["sato"].push_back("one more");
    BOOST_TEST((groups.walk("sato").error().code == Errc::too_large));
}

BOOST_AUTO_TEST_CASE(an_error_of_the_directory_ends_the_walk)
{
    const auto walked = with_groups_above("sato", [](const Lines&) -> Result<Lines> {
        return Error{Errc::timeout, "no answer in time"};
    });
    BOOST_TEST((walked.error().code == Errc::timeout));
}

struct BaseCase
{
    const char* one;
    const char* other;
    const char* base;
};

BOOST_AUTO_TEST_CASE(two_entries_lie_below_their_common_end)
{
    const BaseCase cases[] = {
        {"cn=it,ou=groups,dc=a,dc=b", "ou=people,dc=a,dc=b", "dc=a,dc=b"},
        {"cn=it,OU=Groups,DC=a, DC=b", "dc=A,dc=B", "DC=a,DC=b"},
        {"dc=a,dc=b", "dc=a,dc=b", "dc=a,dc=b"},
        {"cn=x\\,dc=a", "dc=a", ""},
        {"cn=x\\,y,dc=a", "cn=z,dc=a", "dc=a"},
        {"dc=a", "dc=b", ""},
        {"", "dc=b", ""},
        {"cn=x\\", "cn=x\\", "cn=x\\"},
    };
    for (const BaseCase& c : cases)
        BOOST_TEST(common_base(c.one, c.other) == c.base, c.one);
}

BOOST_AUTO_TEST_CASE(groups_are_searched_below_the_fewest_entries)
{
    const std::string base = "ou=people,dc=a,dc=b";
    BOOST_TEST(
        group_bases(base, {"cn=it,ou=groups,dc=a,dc=b", "cn=ward,ou=people,dc=a,dc=b"})
            == Lines{"dc=a,dc=b"},
        boost::test_tools::per_element());
    BOOST_TEST(
        group_bases(base, {"cn=ward,ou=people,dc=a,dc=b", "cn=it,ou=groups,dc=a,dc=b"})
            == Lines{"dc=a,dc=b"},
        boost::test_tools::per_element());
    BOOST_TEST(
        group_bases(base, {"cn=it,ou=groups,o=c", "cn=x,dc=a,dc=b"})
            == (Lines{"ou=groups,o=c", "dc=a,dc=b"}),
        boost::test_tools::per_element());
    BOOST_TEST(group_bases(base, {}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::directory
