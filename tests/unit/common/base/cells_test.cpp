#include "common/base/markup.hpp"
#include "common/base/table_cell.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace mimamori {
namespace {

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(what_a_spreadsheet_would_run_gets_an_apostrophe_and_loses_it_again)
{
    for (const char* cell : {"=1+1", "+81", "-1", "@x", "\tx", "\rx"})
    {
        BOOST_TEST(formula_guarded(cell) == "'" + std::string{cell});
        BOOST_TEST(without_formula_guard(formula_guarded(cell)) == cell);
    }
    for (const char* cell : {"", "PC-1", "a=b", "'", "'quoted", "検査科"})
    {
        BOOST_TEST(formula_guarded(cell) == cell);
        BOOST_TEST(without_formula_guard(cell) == cell);
    }
}

BOOST_AUTO_TEST_CASE(quotes_inside_quotes_are_doubled)
{
    BOOST_TEST(csv_quoted("") == "\"\"");
    BOOST_TEST(csv_quoted("a,b") == "\"a,b\"");
    BOOST_TEST(csv_quoted("say \"a\"") == "\"say \"\"a\"\"\"");
}

BOOST_AUTO_TEST_CASE(markup_is_text)
{
    BOOST_TEST(markup_escaped("<b a=\"1\">&</b>") == "&lt;b a=&quot;1&quot;&gt;&amp;&lt;/b&gt;");
    BOOST_TEST(markup_escaped("検査科 'x'") == "検査科 'x'");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori
