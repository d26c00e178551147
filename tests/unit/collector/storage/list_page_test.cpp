#include "collector/storage/list_page.hpp"
#include "tests/support/collector_database.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace mimamori::collector::storage {
namespace {

using Names = std::vector<std::string>;

constexpr ListField some_fields[] = {
    {"name", FieldKind::text, "t.name"},
    {"count", FieldKind::number, "t.k"},
    {"seen", FieldKind::moment, "t.seen"},
    {"note", FieldKind::text, "t.note", "", {}, false},
};

/// Two of a kind, one without a moment, numbers in names.
const ListSource source{
    {some_fields, "t.name, t.note"},
    "name",
    "t.name",
    "(SELECT 1 AS no, 'pc-10' AS name, 3 AS k, 500 AS seen, 'CT' AS note"
    " UNION ALL SELECT 2, 'PC-9', 3, NULL, '' UNION ALL SELECT 3, 'pc-9', 1, 400, 'Ａ棟 ct'"
    " UNION ALL SELECT 4, '受付', 2, 500, NULL UNION ALL SELECT 5, 'PC-2', 3, 400, '') t",
    {},
    "t.no"};

struct ListSite
{
    asio::io_context io; // Before the database: its threads resume what waits here.
    tests::CollectorDatabase database;

    Result<ListPage<std::string>> page(const ListAsk& ask)
    {
        auto look = [&](Session& session) {
            return read_page<std::string>(session, source, ask, [](const Statement& row) {
                return std::string{row.text(columns_before)};
            });
        };
        return test::run_coro(io, database->read(look));
    }

    /// All pages of that size, one after the other.
    Names all(const std::string& sort, std::size_t rows_max, const std::string& filter = {})
    {
        ListAsk ask;
        ask.sort = sort;
        ask.rows_max = rows_max;
        ask.terms = parse_filter(filter).terms;
        Names names;
        for (int pages = 0; pages < 9; ++pages)
        {
            auto read = page(ask);
            BOOST_TEST_REQUIRE(read.has_value());
            names.insert(names.end(), read->rows.begin(), read->rows.end());
            if (!read->next)
                return names;
            ask.after = read->next;
        }
        BOOST_ERROR("the pages do not end");
        return names;
    }
};

BOOST_FIXTURE_TEST_SUITE(list_page, ListSite)

BOOST_AUTO_TEST_CASE(pages_of_any_size_are_the_list_in_any_order)
{
    const Names by_name{"PC-2", "PC-9", "pc-9", "pc-10", "受付"};
    BOOST_TEST(all("", 10) == by_name, boost::test_tools::per_element());
    for (const char* sort : {"name", "count", "seen"})
        for (const std::string direction : {"", "-"})
        {
            const Names whole = all(direction + sort, 10);
            for (const std::size_t rows_max : {1, 2, 3, 5})
                BOOST_TEST(
                    all(direction + sort, rows_max) == whole, boost::test_tools::per_element());
        }
    Names backwards = all("-seen", 2);
    std::reverse(backwards.begin(), backwards.end());
    BOOST_TEST(all("seen", 2) == backwards, boost::test_tools::per_element());
    BOOST_TEST(all("seen", 9).front() == "PC-9"); // No moment is older than any.
}

BOOST_AUTO_TEST_CASE(words_narrow_the_whole_list_and_its_count)
{
    BOOST_TEST((all("name", 1, "ct") == Names{"pc-9", "pc-10"}));
    BOOST_TEST((all("-count", 1, "count>1 pc") == Names{"PC-2", "PC-9", "pc-10"}));
    ListAsk ask;
    ask.rows_max = 1;
    ask.terms = parse_filter("ct").terms;
    BOOST_TEST(page(ask)->total == 2);
    ask.terms = parse_filter("nowhere").terms;
    BOOST_TEST(page(ask)->total == 0);
    BOOST_TEST(!page(ask)->next);
}

BOOST_AUTO_TEST_CASE(what_the_list_lacks_is_refused)
{
    for (const char* sort : {"colour", "-", "note", "t.name", "name; DROP TABLE device"})
    {
        ListAsk ask;
        ask.sort = sort;
        const auto read = page(ask);
        BOOST_TEST_REQUIRE(!read.has_value(), sort);
        BOOST_TEST((read.error().code == Errc::invalid_input));
    }
    ListAsk ask;
    ask.terms = parse_filter("colour:red").terms;
    BOOST_TEST(!page(ask).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::storage
