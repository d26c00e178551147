#include "tests/unit/collector/judge/judge_fixture.hpp"

namespace mimamori::collector::judge {
namespace {

using namespace test;

wire::InterfacesSection interfaces(const std::string& address, const std::string& gateway = {})
{
    wire::InterfacesSection section;
    auto& adapter = section.adapters.emplace_back();
    adapter.name = "eth0";
    adapter.kind = "ethernet";
    adapter.link_up = true;
    adapter.addresses = {address};
    adapter.mac = "02:00:00:00:01:01";
    if (!gateway.empty())
        section.routes = {{"0.0.0.0/0", gateway, "eth0"}};
    return section;
}

wire::NeighboursSection gateway_is(const std::string& address, const std::string& mac)
{
    wire::NeighboursSection section;
    section.neighbours = {{address, mac, "eth0"}};
    return section;
}

wire::ListenersSection listening(std::vector<std::uint16_t> ports)
{
    wire::ListenersSection section;
    for (const std::uint16_t port : ports)
        section.listeners.push_back({"tcp", "0.0.0.0", port, "/usr/sbin/x", ""});
    return section;
}

wire::AccountsSection administrators(std::vector<std::string> ids)
{
    wire::AccountsSection section;
    for (std::string& id : ids)
    {
        auto& account = section.accounts.emplace_back();
        account.id = std::move(id);
        account.administrator = true;
    }
    return section;
}

BOOST_AUTO_TEST_SUITE(baselines)

BOOST_FIXTURE_TEST_CASE(a_device_that_is_carried_elsewhere_is_found_and_closed_by_a_person, Site)
{
    const auto pc = add_device("pc");
    put(pc, "interfaces", interfaces("10.0.0.5/24"));
    judge(pc);
    clock.advance(days{13});
    put(pc, "interfaces", interfaces("10.0.1.5/24")); // Set up in one room, used in another.
    judge(pc);
    BOOST_TEST(findings(pc, "device_moved") == Lines{});
    clock.advance(days{1});
    restart(); // What it knows is in the database.
    put(pc, "interfaces", interfaces("10.9.0.5/24"));
    judge(pc);
    BOOST_TEST(findings(pc, "device_moved") == Lines{"device_moved[10.9.0.0/24] warning open"});
    BOOST_TEST(*finding(pc, "device_moved").evidence.find("home") == "10.0.0.0/24, 10.0.1.0/24");
    const auto id = finding(pc, "device_moved").id;
    clock.advance(1min);
    write([&](storage::Session& session) {
        return act_on_finding(session, id, findings::Resolve{"moved"}, "sato", clock.now());
    });
    clock.advance(1min);
    judge(pc);
    BOOST_TEST(findings(pc, "device_moved") == Lines{});
    put(pc, "interfaces", interfaces("10.0.0.5/24"));
    judge(pc);
    BOOST_TEST(findings(pc, "device_moved") == Lines{});
}

BOOST_FIXTURE_TEST_CASE(a_new_administrator_is_found_and_ends_with_the_right, Site)
{
    const auto pc = add_device("pc");
    put(pc, "accounts", administrators({"0"}));
    judge(pc);
    clock.advance(days{14});
    judge(pc);
    BOOST_TEST(findings(pc, "admin_unexpected") == Lines{});
    put(pc, "accounts", administrators({"0", "1000"}));
    judge(pc);
    BOOST_TEST(findings(pc, "admin_unexpected") == Lines{"admin_unexpected warning open"});
    put(pc, "accounts", administrators({"0"}));
    judge(pc);
    BOOST_TEST(findings(pc, "admin_unexpected") == Lines{});
}

BOOST_FIXTURE_TEST_CASE(two_devices_with_one_address_are_both_told_until_one_changes, Site)
{
    const auto a = add_device("a");
    const auto b = add_device("b");
    const auto c = add_device("c");
    for (const auto& pc : {a, b, c})
        put(pc, "interfaces", interfaces("10.0.0.5/24", "10.0.0.1"));
    put(a, "neighbours", gateway_is("10.0.0.1", "02:00:00:00:09:01"));
    put(b, "neighbours", gateway_is("10.0.0.1", "02:00:00:00:09:01"));
    put(c, "neighbours", gateway_is("10.0.0.1", "02:00:00:00:09:02")); // A closed network.
    for (const auto& pc : {a, b, c, a})
        judge(pc);
    BOOST_TEST(findings(a, "ip_duplicate") == Lines{"ip_duplicate[10.0.0.5 b] warning open"});
    BOOST_TEST(findings(b, "ip_duplicate") == Lines{"ip_duplicate[10.0.0.5 a] warning open"});
    BOOST_TEST(findings(c, "ip_duplicate") == Lines{});

    put(b, "interfaces", interfaces("10.0.0.6/24", "10.0.0.1"));
    judge(b); // And whoever shared the address with it.
    BOOST_TEST(findings(b, "ip_duplicate") == Lines{});
    BOOST_TEST(findings(a, "ip_duplicate") == Lines{});
}

BOOST_FIXTURE_TEST_CASE(an_address_of_a_device_without_known_gateway_may_be_elsewhere, Site)
{
    const auto a = add_device("a");
    const auto b = add_device("b");
    put(a, "interfaces", interfaces("10.0.0.5/24"));
    put(b, "interfaces", interfaces("10.0.0.5/24"));
    judge(a);
    judge(b);
    BOOST_TEST(findings(a, "ip_duplicate") == Lines{"ip_duplicate[10.0.0.5 b] info open"});
    // It is switched off; what it had, another one may have now.
    clock.advance(10min);
    heard(a);
    judge(a);
    BOOST_TEST(findings(a, "ip_duplicate") == Lines{});
}

BOOST_FIXTURE_TEST_CASE(ports_are_learned_from_all_devices_of_the_model, Site)
{
    const auto a = add_device("a");
    const auto b = add_device("b");
    const auto other = add_device("other", "M2");
    put(a, "listeners", listening({445}));
    put(b, "listeners", listening({3389}));
    put(other, "listeners", listening({8080}));
    for (const auto& pc : {a, b, other})
        judge(pc);
    clock.advance(days{14});
    restart();
    put(a, "listeners", listening({445, 3389, 8080}));
    judge(a);
    BOOST_TEST(findings(a, "port_unexpected") == Lines{"port_unexpected[tcp/8080] warning open"});
    // A new device of the model is compared from its first day.
    const auto late = add_device("late");
    put(late, "listeners", listening({23}));
    judge(late);
    BOOST_TEST(findings(late, "port_unexpected") == Lines{"port_unexpected[tcp/23] warning open"});
    put(a, "listeners", listening({445}));
    judge(a);
    BOOST_TEST(findings(a, "port_unexpected") == Lines{});
}

BOOST_FIXTURE_TEST_CASE(who_ends_the_learning_of_a_model_ends_that_of_its_ports, ProgramSite)
{
    const auto pc = add_device("pc");
    put(pc, "listeners", listening({445}));
    judge(pc);
    end_learning();
    put(pc, "listeners", listening({445, 8080}));
    judge(pc);
    BOOST_TEST(findings(pc, "port_unexpected") == Lines{"port_unexpected[tcp/8080] warning open"});
}

BOOST_FIXTURE_TEST_CASE(a_detection_is_found_and_a_person_closes_it, Site)
{
    const auto pc = add_device("pc");
    wire::Event event;
    event.kind = wire::EventKind::antivirus_detection;
    event.text = "EICAR-Test-File in C:\\x.com";
    event.antivirus.emplace().name = "Shield";
    put_event(pc, event);
    judge(pc);
    BOOST_TEST(findings(pc, "av_detection") == Lines{"av_detection action open"});
    BOOST_TEST(*finding(pc, "av_detection").evidence.find("product") == "Shield");
    const auto id = finding(pc, "av_detection").id;
    clock.advance(1min);
    write([&](storage::Session& session) {
        return act_on_finding(session, id, findings::Resolve{"a test"}, "sato", clock.now());
    });
    clock.advance(1min);
    judge(pc);
    BOOST_TEST(findings(pc, "av_detection") == Lines{});
    put_event(pc, event);
    judge(pc);
    BOOST_TEST(findings(pc, "av_detection") == Lines{"av_detection action open"});
}

BOOST_FIXTURE_TEST_CASE(what_an_agent_costs_and_its_version_are_judged, Site)
{
    options.version = "2.0.0";
    restart();
    const auto pc = add_device("pc");
    judge(pc);
    BOOST_TEST(findings(pc, "agent_outdated") == Lines{});
    storage::Sighting sighting;
    sighting.received_at = clock.now();
    sighting.version = "1.0.0";
    liveness.note(AgentId{"agent-pc"}, database.number("SELECT no FROM agent"), pc, sighting);
    write([&](storage::Session& session) -> Result<std::size_t> {
        return liveness.flush(session, 10);
    });
    write([&](storage::Session& session) -> Result<bool> {
        session.prepared("UPDATE agent_live SET footprint = '{\"up_s\":7200,\"cpu_ms\":7200000}'")
            ->run();
        return true;
    });
    judge(pc);
    BOOST_TEST(findings(pc, "agent_outdated") == Lines{"agent_outdated info open"});
    BOOST_TEST(
        findings(pc, "agent_over_budget") == Lines{"agent_over_budget[processor] warning open"});
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
