#include "collector/storage/site_tree.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace mimamori::collector::storage {
namespace {

const SiteId root{"root"};
const SiteId aoba{"aoba"};
const SiteId ward{"ward"};
const SiteId lab{"lab"};
const SiteId ring{"ring"};
const SiteId gone{"gone"};

SiteTree tree()
{
    return SiteTree{
        {{root, SiteId{}},
         {aoba, root},
         {ward, aoba},
         {lab, root},
         {ring, SiteId{"other"}},
         {SiteId{"other"}, ring}}};
}

std::string line_of(const std::vector<SiteId>& sites)
{
    std::string line;
    for (const SiteId& site : sites)
        line += (line.empty() ? "" : " ") + site.text();
    return line;
}

BOOST_AUTO_TEST_SUITE(site_tree)

BOOST_AUTO_TEST_CASE(a_site_comes_before_those_above_it)
{
    BOOST_TEST(tree().root().text() == "root");
    BOOST_TEST(line_of(tree().above(ward)) == "ward aoba root");
    BOOST_TEST(line_of(tree().above(root)) == "root");
    BOOST_TEST(line_of(tree().above(gone)) == "gone");
    BOOST_TEST(line_of(tree().above(SiteId{})) == "");
    BOOST_TEST(line_of(tree().above(ring)) == "ring other");
}

BOOST_AUTO_TEST_CASE(a_site_lies_within_itself_and_those_above)
{
    BOOST_TEST(tree().is_within(ward, ward));
    BOOST_TEST(tree().is_within(ward, aoba));
    BOOST_TEST(tree().is_within(ward, root));
    BOOST_TEST(tree().is_within(ward, SiteId{}));
    BOOST_TEST(!tree().is_within(ward, lab));
    BOOST_TEST(!tree().is_within(aoba, ward));
    BOOST_TEST(!tree().is_within(ring, root));
    // What is about the collector itself is the root.
    BOOST_TEST(tree().is_within(SiteId{}, root));
    BOOST_TEST(!tree().is_within(SiteId{}, aoba));
}

BOOST_AUTO_TEST_CASE(a_department_belongs_to_the_branch_of_its_hospital)
{
    BOOST_TEST(tree().branch_of(ward).text() == "aoba");
    BOOST_TEST(tree().branch_of(aoba).text() == "aoba");
    BOOST_TEST(tree().branch_of(root).text() == "root");
    BOOST_TEST(tree().branch_of(gone).text() == "root");
    BOOST_TEST(tree().branch_of(ring).text() == "root");
}

BOOST_AUTO_TEST_CASE(a_site_of_one_hospital_needs_no_rows)
{
    const SiteTree none;
    BOOST_TEST(none.root().text() == "root");
    BOOST_TEST(line_of(none.ids()) == "");
    BOOST_TEST(none.is_within(root, root));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::storage
