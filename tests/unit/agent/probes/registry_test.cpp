#include "agent/probes/probe.hpp"
#include "common/wire/digest.hpp"
#include "tests/support/recorded_tree.hpp"
#include "tests/support/section_bodies.hpp"
#include "tests/support/unplugged.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <vector>

namespace mimamori::agent::probes {
namespace {

using tests::bodies;
using tests::changed_members;
using tests::RecordedMachine;
using tests::Unplugged;
using namespace std::chrono_literals;
using Names = std::set<std::string>;

wire::Facts run_all(const ProbeContext& context)
{
    wire::Facts facts;
    for (const Probe& probe : all_probes())
        probe.run(context, facts);
    return facts;
}

BOOST_AUTO_TEST_SUITE(registry)

BOOST_AUTO_TEST_CASE(every_section_has_its_probe)
{
    Names probes;
    for (const Probe& probe : all_probes())
    {
        BOOST_TEST(wire::section_index(probe.name).has_value(), probe.name);
        BOOST_TEST(probe.interval >= 1s, probe.name);
        BOOST_TEST(probes.insert(std::string{probe.name}).second, probe.name);
        BOOST_TEST(find_probe(probe.name) == &probe);
    }
    // The composition root fills `self`.
    for (const std::string_view section : wire::section_names())
        BOOST_TEST((probes.contains(std::string{section}) || section == "self"), section);
    BOOST_TEST((find_probe("nonsense") == nullptr));
}

BOOST_AUTO_TEST_CASE(every_probe_has_a_source_that_is_taken_away)
{
    Names tried;
    for (const Unplugged& row : tests::unplugged_sources())
        tried.emplace(row.probe);
    for (const Probe& probe : all_probes())
        BOOST_TEST(tried.contains(std::string{probe.name}), probe.name);
}

BOOST_AUTO_TEST_CASE(a_probe_fills_its_own_section_only)
{
    RecordedMachine machine{"debian12"};
    const auto context = machine.context();
    for (const Probe& probe : all_probes())
    {
        wire::Facts facts;
        probe.run(context, facts);
        const auto filled = bodies(facts);
        BOOST_TEST(filled.size() == 1U, probe.name);
        BOOST_TEST(filled.contains(std::string{probe.name}), probe.name);
    }
}

BOOST_DATA_TEST_CASE(
    a_source_that_is_gone_makes_its_facts_unknown_and_nothing_else,
    boost::unit_test::data::make(tests::unplugged_sources()),
    row)
{
    static const auto before = [] {
        RecordedMachine whole{"debian12"};
        return bodies(run_all(whole.context()));
    }();
    RecordedMachine machine{"debian12"};
    for (const std::string_view path : row.removed)
        machine.tree.remove(path);
    const auto facts = run_all(machine.context());
    const auto after = bodies(facts);

    BOOST_TEST(
        tests::says_unknown(facts, row.probe, row.fact, row.source),
        after.at(std::string{row.probe}));

    BOOST_TEST(after.size() == before.size());
    for (const auto& [section, body] : before)
    {
        if (section == row.probe)
        {
            for (const std::string& member : changed_members(body, after.at(section)))
                BOOST_TEST(row.members.contains(member), section + '.' + member);
        }
        else if (!row.other_sections.contains(section))
            BOOST_TEST(body == after.at(section));
    }
}

const std::string_view machines[] = {"debian12", "ubuntu2204", "rocky9", "centos7", "minimal"};

BOOST_DATA_TEST_CASE(
    an_idle_device_has_the_same_digests_for_a_day, boost::unit_test::data::make(machines), name)
{
    RecordedMachine machine{name};
    const auto first = bodies(run_all(machine.context()));
    for (const auto passed : {1min, 14min, 60min, 12 * 60min, 11 * 60min})
    {
        machine.clock.advance(passed);
        for (const auto& [section, body] : bodies(run_all(machine.context())))
            BOOST_TEST(wire::digest_of(body) == wire::digest_of(first.at(section)), section);
    }
}

BOOST_AUTO_TEST_CASE(this_machine_has_the_same_digests_a_moment_later)
{
    // Left out: what runs and who talks to whom does change on a machine that builds and tests.
    const Names busy{"processes", "listeners", "peers", "neighbours"};
    const SystemClock clock;
    const RunningSystem live;
    Memory memory{{}, "/", clock};
    const ProbeContext context{"/", clock, live, memory};
    Names different;
    // Another try, in case a package was being installed.
    for (int i = 0; i < 3; ++i)
    {
        different.clear();
        const auto first = bodies(run_all(context));
        for (const auto& [section, body] : bodies(run_all(context)))
        {
            if (!busy.contains(section) && body != first.at(section))
                different.insert(section);
        }
        if (different.empty())
            break;
    }
    BOOST_TEST(different == Names{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(sections_of_all_machines_are_read_back_by_the_collectors_reader)
{
    for (const std::string_view name : machines)
    {
        RecordedMachine machine{name};
        const auto facts = run_all(machine.context());
        const auto back = wire::from_json<wire::Facts>(wire::to_json(facts));
        BOOST_TEST_REQUIRE(back.has_value(), (back ? "" : back.error().message));
        BOOST_TEST((*back == facts), name);
    }
}

BOOST_AUTO_TEST_CASE(new_programs_are_left_for_whoever_makes_events)
{
    RecordedMachine machine{"debian12"};
    const auto context = machine.context();
    const auto facts = run_all(context);
    BOOST_TEST_REQUIRE(facts.processes.has_value());
    BOOST_TEST(facts.processes->programs.size() == 5U);
    BOOST_TEST(machine.memory.new_programs.size() == 5U);
    machine.memory.new_programs.clear();
    run_all(context);
    BOOST_TEST(machine.memory.new_programs.empty());
    const auto& viewer = facts.processes->programs.front();
    BOOST_TEST(viewer.path == "/opt/viewer/viewer");
    BOOST_TEST(viewer.signer == "dpkg:viewer-pro");
    BOOST_TEST(viewer.version == "3.0~rc1");
    BOOST_TEST(viewer.user == "nurse");
    BOOST_TEST(viewer.user_writable);
    BOOST_TEST(viewer.parent == "/usr/lib/systemd/systemd");
}

BOOST_AUTO_TEST_CASE(memory_survives_a_restart)
{
    RecordedMachine machine{"debian12"};
    const tests::RecordedTree folder;
    std::map<std::string, std::string> first;
    {
        Memory memory{folder.root(), machine.tree.root(), machine.clock};
        BOOST_TEST(memory.load().has_value());
        first = bodies(run_all({machine.tree.root(), machine.clock, machine.live, memory}));
        BOOST_TEST(memory.save().has_value());
    }
    machine.clock.advance(1h);
    machine.tree.write("/.live/netlink_neighbours", "");
    Memory memory{folder.root(), machine.tree.root(), machine.clock};
    BOOST_TEST(memory.load().has_value());
    for (const auto& [section, body] :
         bodies(run_all({machine.tree.root(), machine.clock, machine.live, memory})))
        BOOST_TEST(body == first.at(section));
    BOOST_TEST(memory.new_programs.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
