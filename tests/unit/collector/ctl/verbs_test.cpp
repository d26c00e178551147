#include "collector/ctl/verbs.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::collector::ctl {
namespace {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(ctl_verbs)

BOOST_AUTO_TEST_CASE(a_term_ends_with_the_day_as_the_clocks_of_the_site_show_it)
{
    const auto now = parse_rfc3339("2026-11-22T11:00:00Z").value();
    BOOST_TEST(end_of({}, 9h, now).empty());
    BOOST_TEST(end_of({"2027-03-31", 0}, 9h, now) == "2027-03-31T14:59:59.000Z");
    BOOST_TEST(end_of({"2027-03-31", 0}, 0h, now) == "2027-03-31T23:59:59.000Z");
    BOOST_TEST(end_of({"2027-12-31", 0}, -5h, now) == "2028-01-01T04:59:59.000Z");
    BOOST_TEST(end_of({"", 1}, 9h, now) == "2026-11-23T11:00:00.000Z");
    BOOST_TEST(end_of({"", 40}, 9h, now) == "2027-01-01T11:00:00.000Z");
}

/// Whether `words` are taken behind a verb with a term, and what was read.
struct Parsed
{
    Term term{};
    bool is_taken{false};

    Parsed(TermIs is, std::string words)
    {
        CLI::App app;
        add_term(app, term, is);
        try
        {
            app.parse(std::move(words));
            is_taken = true;
        }
        catch (const CLI::ParseError&)
        {}
    }
};

BOOST_AUTO_TEST_CASE(a_term_is_a_day_or_a_number_of_days_and_not_both)
{
    BOOST_TEST(Parsed(TermIs::needed, "--until 2027-03-31").is_taken);
    BOOST_TEST(Parsed(TermIs::needed, "--days 3").term.days == 3);
    BOOST_TEST(!Parsed(TermIs::needed, "").is_taken);
    BOOST_TEST(Parsed(TermIs::optional, "").is_taken);
    BOOST_TEST(!Parsed(TermIs::optional, "--days 3 --until 2027-03-31").is_taken);
    BOOST_TEST(!Parsed(TermIs::needed, "--until 2027-02-29").is_taken);
    BOOST_TEST(!Parsed(TermIs::needed, "--until tomorrow").is_taken);
    BOOST_TEST(!Parsed(TermIs::needed, "--days 0").is_taken);
    BOOST_TEST(Parsed(TermIs::needed, "--days 3650").is_taken);
    BOOST_TEST(!Parsed(TermIs::needed, "--days 3651").is_taken);
}

BOOST_AUTO_TEST_CASE(names_can_be_parts_of_addresses)
{
    BOOST_TEST(encoded("sato-1.x_~") == "sato-1.x_~");
    BOOST_TEST(encoded("佐 /?&%\r\n") == "%E4%BD%90%20%2F%3F%26%25%0D%0A");
    BOOST_TEST(query_member("rule", "a b") == "&rule=a%20b");
    BOOST_TEST(query_member("rule", "").empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::ctl
