#include "tests/support/section_bodies.hpp"
#include "tests/support/unplugged_windows.hpp"
#include "tests/unit/agent/windows/ward.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

namespace mimamori::agent::probes::windows {
namespace {

using namespace test;

BOOST_AUTO_TEST_SUITE(windows_unplugged)

BOOST_AUTO_TEST_CASE(every_probe_has_a_source_that_is_taken_away)
{
    std::set<std::string_view> tried;
    for (const auto& row : tests::unplugged_windows_sources())
        tried.insert(row.probe);
    for (const Probe& probe : windows::all_probes())
        BOOST_TEST(tried.contains(probe.name), probe.name);
}

BOOST_AUTO_TEST_CASE(a_probe_fills_its_own_section_only)
{
    Ward ward;
    for (const Probe& probe : windows::all_probes())
    {
        wire::Facts facts;
        probe.run(ward.context, facts);
        const auto filled = tests::bodies(facts);
        BOOST_TEST(filled.size() == 1U, probe.name);
        BOOST_TEST(filled.contains(std::string{probe.name}), probe.name);
    }
}

BOOST_DATA_TEST_CASE(
    a_source_that_is_gone_makes_its_facts_unknown_and_nothing_else,
    boost::unit_test::data::make(tests::unplugged_windows_sources()),
    row)
{
    static const auto before = tests::bodies(Ward{}.facts());
    Ward ward;
    row.take_away(ward.machine);
    const auto facts = ward.facts();
    const auto after = tests::bodies(facts);
    BOOST_TEST(
        tests::says_unknown(facts, row.probe, row.fact, row.why), after.at(std::string{row.probe}));
    BOOST_TEST(after.size() == before.size());
    for (const auto& [section, body] : before)
    {
        if (section == row.probe)
        {
            for (const std::string& member : tests::changed_members(body, after.at(section)))
                BOOST_TEST(row.members.contains(member), section + '.' + member);
        }
        else if (!row.other_sections.contains(section))
            BOOST_TEST(body == after.at(section));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes::windows
