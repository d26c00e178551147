#include "agent/probes/text.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::agent::probes {
namespace {

BOOST_AUTO_TEST_SUITE(text)

struct GlobCase
{
    std::string_view pattern;
    std::string_view name;
    bool fits;

    friend std::ostream& operator<<(std::ostream& out, const GlobCase& c)
    {
        return out << c.pattern << " on " << c.name;
    }
};

const GlobCase globs[] = {
    {"*", "", true},
    {"*", "anything", true},
    {"", "", true},
    {"", "a", false},
    {"lib*", "libc6", true},
    {"lib*", "glibc", false},
    {"*-dev", "libc6-dev", true},
    {"*-dev", "libc6-devel", false},
    {"a*b*c", "a1b2b3c", true},
    {"a*b*c", "a1b2b3", false},
    {"?", "a", true},
    {"?", "", false},
    {"?", "ab", false},
    {"[abc]x", "bx", true},
    {"[a-c]x", "dx", false},
    {"[!a-c]x", "dx", true},
    {"[]]", "]", true},
    {"[a", "[a", true},
    {"linux-image-[0-9]*", "linux-image-6.1.0", true},
};

BOOST_DATA_TEST_CASE(globs_fit_as_in_the_shell, boost::unit_test::data::make(globs), c)
{
    BOOST_TEST(matches_glob(c.pattern, c.name) == c.fits);
}

BOOST_AUTO_TEST_CASE(a_hostile_glob_ends_soon)
{
    const std::string name(2000, 'a');
    std::string pattern;
    for (int i = 0; i < 200; ++i)
        pattern += "*a";
    BOOST_TEST(!matches_glob(pattern + "b", name));
}

BOOST_AUTO_TEST_CASE(assignments_lose_their_quotes_and_comments)
{
    const auto values = parse_assignments("# A=1\nB=\"two words\"\r\n C = 'x' \nD\nB=last\n");
    BOOST_TEST(values.size() == 2U);
    BOOST_TEST(values.at("B") == "last");
    BOOST_TEST(values.at("C") == "x");
}

BOOST_AUTO_TEST_CASE(ini_lines_know_their_section)
{
    const auto lines = parse_ini("a=0\n[one]\n; no\nb = 1 \n[two]\nc=x=y\n[broken\n");
    BOOST_TEST_REQUIRE(lines.size() == 3U);
    BOOST_TEST(lines[0].section == "");
    BOOST_TEST(lines[1].section == "one");
    BOOST_TEST(lines[1].value == "1");
    BOOST_TEST(lines[2].value == "x=y");
}

BOOST_AUTO_TEST_CASE(what_a_device_calls_itself_is_made_fit_for_a_fact)
{
    BOOST_TEST(fact_text("  Kingston\tDT\x01\n") == "Kingston DT");
    BOOST_TEST(fact_text("\xff") == "\xef\xbf\xbd");
    BOOST_TEST(fact_text(std::string(5000, 'x')).size() == fact_bytes_max);
    BOOST_TEST(fact_text("\xe8\xa6\x8b\xe5\xae\x88", 4) == "\xe8\xa6\x8b");
}

BOOST_AUTO_TEST_CASE(numbers_are_whole_or_nothing)
{
    BOOST_TEST((to_number<unsigned>("42") == 42U));
    BOOST_TEST((to_number<unsigned>("ff", 16) == 255U));
    BOOST_TEST(!to_number<unsigned>("42x").has_value());
    BOOST_TEST(!to_number<unsigned>("-1").has_value());
    BOOST_TEST(!to_number<std::uint8_t>("256").has_value());
    BOOST_TEST(!to_number<int>("").has_value());
}

BOOST_AUTO_TEST_CASE(a_list_that_was_cut_says_so)
{
    wire::Provenance from;
    std::vector<int> list{1, 2, 3};
    cut_list(list, 3, from, "list");
    BOOST_TEST(from.unknown.empty());
    cut_list(list, 2, from, "list");
    BOOST_TEST(list.size() == 2U);
    BOOST_TEST_REQUIRE(from.unknown.size() == 1U);
    BOOST_TEST(from.unknown[0].why == "only the first 2 are listed; there are more");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
