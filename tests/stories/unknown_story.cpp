// What could not be read is shown as unknown, with its source and the reason, and costs nothing
// else; what has not changed is not sent.

#include "agent/probes/probe.hpp"
#include "agent/probes/windows/process_list.hpp"
#include "agent/probes/windows/sections.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"
#include "common/wire/sections.hpp"
#include "tests/support/private_machine.hpp"
#include "tests/support/recorded_tree.hpp"
#include "tests/support/site_peer.hpp"
#include "tests/support/unplugged.hpp"
#include "tests/support/unplugged_windows.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

namespace mimamori {
namespace {

using tests::text;
using tests::wait_until;

/// A device whose facts come from the agent's own probes over a recorded machine.
struct RecordedDevice
{
    tests::Site site;
    tests::TestDevice device{"pc-17"};
    std::string id;
    std::uint64_t seq{0};

    RecordedDevice()
    {
        site.start_collector();
        tests::enrol(device, site);
        const auto agents = site.web().json("/api/v1/agents");
        id = agents.at("items").at(0).at("device_id").as_string().c_str();
    }

    void report(const wire::Facts& facts) { tests::report_facts(device, ++seq, facts); }

    boost::json::object facts_in_api() { return site.device(id).at("facts").as_object(); }
};

wire::Facts run_all(tests::RecordedMachine& machine)
{
    wire::Facts facts;
    const auto context = machine.context();
    for (const auto& probe : agent::probes::all_probes())
        probe.run(context, facts);
    return facts;
}

/// The PC of a ward, after `take_away` took something away from it.
template <class TakeAway>
wire::Facts run_all_of_windows(TakeAway take_away)
{
    namespace windows = agent::probes::windows;
    const tests::FakeClock clock{parse_rfc3339("2026-11-22T10:00:00Z").value()};
    tests::RecordedWindows machine;
    tests::add_ward(machine);
    take_away(machine);
    agent::probes::Memory memory{
        {}, std::make_unique<windows::ProcessList>(machine.machine()), clock};
    const agent::probes::ProbeContext context{{}, clock, machine, memory};
    wire::Facts facts;
    for (const auto& probe : windows::all_probes())
        probe.run(context, facts);
    return facts;
}

/// Every "unknown because" of a section, as the page of the device lists them.
std::vector<boost::json::object> unknown_in(const boost::json::object& section)
{
    std::vector<boost::json::object> all;
    const auto take = [&](const boost::json::object& from) {
        if (const auto* unknown = from.if_contains("unknown"))
            for (const auto& one : unknown->as_array())
                all.push_back(one.as_object());
    };
    if (const auto* from = section.if_contains("from"))
        take(from->as_object());
    if (const auto* products = section.if_contains("products"))
        for (const auto& product : products->as_array())
            take(product.as_object());
    return all;
}

bool is_named(
    const boost::json::object& facts,
    std::string_view section,
    std::string_view fact,
    std::string_view why)
{
    for (const auto& unknown : unknown_in(facts.at(section).as_object()))
    {
        if (text(unknown, "fact") == fact && text(unknown, "why").find(why) != std::string::npos)
            return true;
    }
    return false;
}

BOOST_FIXTURE_TEST_CASE(
    each_source_that_is_gone_is_named_in_the_api_and_the_rest_is_there, RecordedDevice)
{
    tests::RecordedMachine whole{"debian12"};
    report(run_all(whole));
    const auto before = facts_in_api();
    std::set<std::string> probes;
    for (const auto& row : tests::unplugged_sources())
    {
        tests::RecordedMachine machine{"debian12"};
        for (const auto path : row.removed)
            machine.tree.remove(path);
        report(run_all(machine));
        const auto after = facts_in_api();
        probes.emplace(row.probe);

        BOOST_TEST(is_named(after, row.probe, row.fact, row.source), row);
        BOOST_TEST(after.size() == before.size(), row);
        for (const auto& section : before)
        {
            const std::string name{section.key()};
            if (name != row.probe && !row.other_sections.contains(name))
                BOOST_TEST(
                    (after.at(name) == section.value()),
                    row << ", section " << name << ": " << boost::json::serialize(after.at(name))
                        << " instead of " << boost::json::serialize(section.value()));
        }
    }
    for (const auto& probe : agent::probes::all_probes())
        BOOST_TEST(probes.contains(std::string{probe.name}), probe.name);
}

BOOST_FIXTURE_TEST_CASE(
    each_source_of_windows_that_is_gone_is_named_in_the_api_and_the_rest_is_there, RecordedDevice)
{
    report(run_all_of_windows([](auto&) {}));
    const auto before = facts_in_api();
    BOOST_TEST(text(before.at("os").as_object(), "product") == "Windows 10 Pro");
    for (const auto& row : tests::unplugged_windows_sources())
    {
        report(run_all_of_windows(row.take_away));
        const auto after = facts_in_api();
        BOOST_TEST(is_named(after, row.probe, row.fact, row.why), row);
        BOOST_TEST(after.size() == before.size(), row);
        for (const auto& section : before)
        {
            const std::string name{section.key()};
            if (name != row.probe && !row.other_sections.contains(name))
                BOOST_TEST(
                    (after.at(name) == section.value()),
                    row << ", section " << name << ": " << boost::json::serialize(after.at(name))
                        << " instead of " << boost::json::serialize(section.value()));
        }
    }
}

struct OnlyWithOwnMounts
{
    boost::test_tools::assertion_result operator()(boost::unit_test::test_unit_id) const
    {
        boost::test_tools::assertion_result can{tests::can_hide_folders()};
        can.message() << "needs the right to mount";
        return can;
    }
};

BOOST_AUTO_TEST_CASE(
    a_folder_that_an_agent_cannot_see_is_unknown_on_its_page,
    *boost::unit_test::precondition(OnlyWithOwnMounts{}))
{
    const tests::TempFolder nothing;
    tests::AgentOptions options;
    options.prefix = tests::seeing({{nothing.path(), "/var/lib/dpkg"}});
    tests::Site site;
    tests::SiteAgent agent{site, "agent", options};
    site.start_collector();
    agent.enrol();
    agent.start();
    boost::json::object facts;
    wait_until("all sections", [&] {
        facts = site.device(agent.device_id()).at("facts").as_object();
        return facts.contains("software") && facts.size() >= wire::section_count - 1;
    });
    std::string why;
    for (const auto& unknown : unknown_in(facts.at("software").as_object()))
        why += text(unknown, "why") + '\n';
    BOOST_TEST(why.find("/var/lib/dpkg/status") != std::string::npos, why);
    BOOST_TEST(!text(facts.at("os").as_object(), "product").empty());
    BOOST_TEST(!text(facts.at("os").as_object(), "kernel").empty());
}

// ------------------------------------------------------------------ nothing new, nothing sent

std::map<std::string, std::string> digests_in(const std::filesystem::path& snapshot)
{
    std::map<std::string, std::string> digests;
    const auto document = boost::json::parse(tests::text_of(snapshot));
    for (const auto& section : document.at("sections").as_array())
        digests[text(section.as_object(), "name")] = text(section.as_object(), "digest");
    return digests;
}

BOOST_AUTO_TEST_CASE(two_snapshots_of_this_machine_have_the_same_digests)
{
    // Left out: what runs and who talks to whom does change on a machine that builds and tests.
    const std::set<std::string> busy{"processes", "listeners", "peers", "neighbours", "logons"};
    const tests::TempFolder folder;
    const auto take = [&](const char* name) {
        const auto file = folder.path() / name;
        const auto output =
            tests::run_program({MIMAMORI_AGENT, "snapshot", "--out", file.string()});
        BOOST_TEST_REQUIRE(output.exit_code == 0, output.text);
        return digests_in(file);
    };
    std::set<std::string> different;
    // Another try, in case a package was being installed.
    for (int i = 0; i < 3; ++i)
    {
        different.clear();
        const auto first = take("first");
        const auto second = take("second");
        BOOST_TEST(first.size() >= wire::section_count - 1);
        for (const auto& [name, digest] : first)
            if (!busy.contains(name) && second.at(name) != digest)
                different.insert(name);
        if (different.empty())
            break;
    }
    BOOST_TEST(different == std::set<std::string>{}, boost::test_tools::per_element());
}

} // namespace
} // namespace mimamori
