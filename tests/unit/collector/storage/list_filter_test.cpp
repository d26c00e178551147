#include "collector/storage/list_filter.hpp"
#include "collector/storage/text_order.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace mimamori::collector::storage {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view colours[] = {"red", "blue"};

constexpr ListField some_fields[] = {
    {"name", FieldKind::text, "n"},    {"colour", FieldKind::choice, "c", "", colours},
    {"until", FieldKind::day, "u"},    {"year", FieldKind::year, "y"},
    {"count", FieldKind::number, "k"}, {"seen", FieldKind::moment, "s"},
    {"site", FieldKind::site, "t"},
};

constexpr ListFields fields{some_fields, "n, c"};

const FilterTime now{parse_rfc3339("2026-11-22T12:00:00Z").value(), 9h};

/// What is wrong with a filter: "at: why"; "" when nothing is.
std::string problem(std::string_view filter)
{
    const ParsedFilter parsed = parse_filter(filter);
    const auto bad = parsed.bad ? parsed.bad : condition_of(fields, parsed.terms, now).bad;
    return bad ? std::to_string(bad->at) + ": " + bad->text : "";
}

std::string sql(std::string_view filter)
{
    const Condition made = condition_of(fields, parse_filter(filter).terms, now);
    BOOST_TEST_REQUIRE(!made.bad);
    const auto places = std::count(made.sql.begin(), made.sql.end(), '?');
    BOOST_TEST(static_cast<std::size_t>(places) == made.values.size(), filter);
    return made.sql;
}

SqlValue first_value(std::string_view filter)
{
    return condition_of(fields, parse_filter(filter).terms, now).values.at(0);
}

BOOST_AUTO_TEST_SUITE(list_filter)

BOOST_AUTO_TEST_CASE(terms_hold_together_and_values_are_alternatives)
{
    const auto parsed = parse_filter("colour:red,blue -name~\"a \\\"b\\\" c\"　room count>=3");
    BOOST_TEST_REQUIRE(!parsed.bad);
    BOOST_TEST_REQUIRE(parsed.terms.size() == 4);
    BOOST_TEST((parsed.terms[0].values == std::vector<std::string>{"red", "blue"}));
    BOOST_TEST(parsed.terms[1].negated);
    BOOST_TEST(parsed.terms[1].values[0] == "a \"b\" c");
    BOOST_TEST(parsed.terms[1].at == 16);
    BOOST_TEST(parsed.terms[2].field.empty());
    BOOST_TEST(parsed.terms[2].values[0] == "room");
    BOOST_TEST((parsed.terms[3].op == FilterOp::more_or_is));
}

BOOST_AUTO_TEST_CASE(an_empty_filter_takes_everything)
{
    for (const char* filter : {"", "  ", "　", "\t"})
        BOOST_TEST(sql(filter) == "1", filter);
}

BOOST_AUTO_TEST_CASE(words_that_are_no_field_are_words)
{
    BOOST_TEST(
        sql("10.0.0.1:80 - 00:1b a,b")
        == "1 AND (found_in(?, n, c)) AND (found_in(?, n, c)) AND (found_in(?, n, c))"
           " AND (found_in(?, n, c))");
    BOOST_TEST(std::get<std::string>(first_value("ＣＴ")) == "ct");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_with_its_place)
{
    const std::pair<const char*, const char*> cases[] = {
        {"size:3", "0: there is no size"},
        {"red shape:x", "4: there is no shape"},
        {"colour:green", "0: colour: one of red, blue"},
        {"colour<red", "0: colour: one of red, blue"},
        {"colour:red,,blue", "11: a value is missing"},
        {"colour:", "7: a value is missing"},
        {"name:\"abc", "5: a quote that does not end"},
        {"name:\"a\"b", "8: a blank is missing behind the quote"},
        {"name:a\"b", "6: a quote in the middle of a word"},
        {"until:2026-02-30", "0: until: a day such as 2026-01-31"},
        {"until~2026", "0: until: a day such as 2026-01-31"},
        {"year:27", "0: year: a year such as 2027"},
        {"count:many", "0: count: a number"},
        {"seen<often", "0: seen: a day, a time, or an age such as 30d"},
        {"seen<-1d", "0: seen: a day, a time, or an age such as 30d"},
        {"seen<100001d", "0: seen: a day, a time, or an age such as 30d"},
        {"until<2026-01-01,2027-01-01", "0: one value can be compared with"},
        {"site<x", "0: site: the id of a site"},
        {"\"\"", "0: an empty word"},
        {"a\xff", "0: no text"},
    };
    for (const auto& [filter, why] : cases)
        BOOST_TEST(problem(filter) == why, filter);
}

BOOST_AUTO_TEST_CASE(limits_are_tried_on_and_above)
{
    const auto repeated = [](std::string_view text, std::size_t count) {
        std::string made;
        for (std::size_t i = 0; i < count; ++i)
            made += text;
        return made;
    };
    BOOST_TEST(problem(repeated("a ", filter_terms_max)).empty());
    BOOST_TEST(!problem(repeated("a ", filter_terms_max + 1)).empty());
    BOOST_TEST(problem("name:a" + repeated(",a", filter_values_max - 1)).empty());
    BOOST_TEST(!problem("name:a" + repeated(",a", filter_values_max)).empty());
    BOOST_TEST(problem(repeated("a", filter_bytes_max)).empty());
    BOOST_TEST(!problem(repeated("a", filter_bytes_max + 1)).empty());
}

BOOST_AUTO_TEST_CASE(a_day_of_the_site_begins_at_its_midnight)
{
    const auto ms = [](const char* text) { return to_ms(parse_rfc3339(text).value()); };
    BOOST_TEST(
        std::get<std::int64_t>(first_value("seen<2026-11-20")) == ms("2026-11-19T15:00:00Z"));
    BOOST_TEST(
        std::get<std::int64_t>(first_value("seen>2026-11-20")) == ms("2026-11-20T14:59:59.999Z"));
    BOOST_TEST(std::get<std::int64_t>(first_value("seen<7d")) == ms("2026-11-15T12:00:00Z"));
    BOOST_TEST(sql("seen:2026-11-20") == "1 AND ((s IS NOT NULL AND s BETWEEN ? AND ?))");
    BOOST_TEST(sql("seen:\"\"") == "1 AND (s IS NULL)");
    BOOST_TEST(sql("-until<2026-11-20") == "1 AND NOT ((u < ? AND u <> ''))");
}

BOOST_AUTO_TEST_CASE(nothing_that_a_person_writes_becomes_sql)
{
    for (const char* filter : {"name:\"x' OR '1'='1\"", "name~\"?\"", "x';--", "site:\"' OR 1\""})
        BOOST_TEST(sql(filter).find('\'') == std::string::npos, filter);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(text_order)

BOOST_AUTO_TEST_CASE(texts_stand_in_the_order_of_people)
{
    const std::vector<std::string> sorted{"",         "PC-2",  "pc-9",   "PC-10",
                                          "ＰＣ－11", "PC-12", "PC-12a", "Ward 3",
                                          "ward 3b",  "透析1", "透析10"};
    for (std::size_t i = 0; i < sorted.size(); ++i)
        for (std::size_t k = 0; k < sorted.size(); ++k)
        {
            const int order = compare_for_people(sorted[i], sorted[k]);
            BOOST_TEST((order < 0) == (i < k), sorted[i] << " | " << sorted[k]);
            BOOST_TEST((order == 0) == (i == k), sorted[i] << " | " << sorted[k]);
        }
    // Equal to people, and yet two: one of them is always first.
    BOOST_TEST(compare_for_people("PC-1", "pc-01") == -compare_for_people("pc-01", "PC-1"));
    BOOST_TEST(compare_for_people("PC-1", "pc-01") != 0);
}

BOOST_AUTO_TEST_CASE(wide_letters_and_capitals_are_the_same_letters)
{
    BOOST_TEST(folded("ＤＩＡ－０７　Ab～") == "dia-07 ab~");
    BOOST_TEST(folded("透析室ｱ") == "透析室ｱ");
    BOOST_TEST(folded("\xef\xbc") == "\xef\xbc");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::storage
