// Services, ports and peers of a device compared with what is usual for its model.

#include "collector/judge/profile_decisions.hpp"
#include "tests/unit/collector/judge/judge_fixture.hpp"

namespace mimamori::collector::judge {
namespace {

using namespace test;
using rules::ItemKind;

struct ItemSite : ProgramSite
{
    void has_services(const DeviceId& device, const std::vector<std::string>& names)
    {
        wire::ServicesSection section;
        for (const std::string& name : names)
        {
            wire::Service& one = section.services.emplace_back();
            one.name = name;
            one.start_type = "automatic";
            one.command = "/usr/sbin/" + name;
        }
        put(device, "services", section);
        judge(device);
    }

    void has_peers(const DeviceId& device, std::vector<wire::RemotePeer> peers)
    {
        wire::PeersSection section;
        section.peers = std::move(peers);
        put(device, "peers", section);
        judge(device);
    }

    Result<Touched<storage::ProfileItem>> approve(ItemKind kind, const std::string& key)
    {
        const ProfileWish wish{"Maker M1", {kind, key}, "needed for work"};
        auto done = database->write_and_wait([&](storage::Session& session) {
            return approve_item(session, wish, "sato", clock.now());
        });
        evaluator->forget();
        return done;
    }

    Result<Touched<storage::Item>> remove(ItemKind kind, const std::string& key)
    {
        const ProfileWish wish{"Maker M1", {kind, key}, "not needed"};
        auto done = database->write_and_wait([&](storage::Session& session) {
            return remove_item(session, wish, options.policy, "sato", clock.now());
        });
        evaluator->forget();
        return done;
    }

    std::string evidence(const DeviceId& device, const char* rule, const char* name)
    {
        const auto record = finding(device, rule);
        const std::string* value = record.evidence.find(name);
        return value ? *value : "(none)";
    }
};

const wire::RemotePeer viewer{"10.0.0.7", 104, "out", "/opt/viewer"};
const wire::RemotePeer other_viewer{"10.0.0.8", 104, "out", "/opt/viewer"};
const wire::RemotePeer updater{"203.0.113.7", 443, "out", "/opt/updater"};

BOOST_FIXTURE_TEST_SUITE(model_items, ItemSite)

BOOST_AUTO_TEST_CASE(services_are_learned_from_all_devices_of_the_model)
{
    const auto a = add_device("a");
    const auto b = add_device("b");
    const auto other = add_device("other", "M2");
    has_services(a, {"cups"});
    has_services(b, {"ssh", "cups"});
    has_services(other, {"odd"});
    clock.advance(days{14} - 1ms);
    has_services(a, {"cups", "late"});
    BOOST_TEST(findings(a, "service_unexpected") == Lines{});
    clock.advance(1ms);
    restart(); // What it knows is in the database.
    has_services(a, {"cups", "ssh", "late", "odd"});
    BOOST_TEST(
        findings(a, "service_unexpected") == Lines{"service_unexpected[odd (odd)] warning open"});
    BOOST_TEST(evidence(a, "service_unexpected", "devices") == "1");
    BOOST_TEST(evidence(a, "service_unexpected", "model_devices") == "2");
    BOOST_TEST(evidence(a, "service_unexpected", "model") == "Maker M1");
    BOOST_TEST(evidence(a, "service_unexpected", "service") == "odd (odd)");
    has_services(a, {"cups"});
    BOOST_TEST(findings(a, "service_unexpected") == Lines{});
}

BOOST_AUTO_TEST_CASE(who_has_the_same_is_told_how_many_there_are_now)
{
    std::vector<DeviceId> pcs;
    for (const char* name : {"a", "b", "c"})
        pcs.push_back(add_device(name));
    for (const DeviceId& pc : pcs)
        has_services(pc, {"cups"});
    end_learning();
    has_services(pcs[0], {"cups", "odd"});
    BOOST_TEST(evidence(pcs[0], "service_unexpected", "devices") == "1");
    has_services(pcs[1], {"cups", "odd"});
    for (const DeviceId& pc : {pcs[0], pcs[1]})
    {
        BOOST_TEST(evidence(pc, "service_unexpected", "devices") == "2");
        BOOST_TEST(evidence(pc, "service_unexpected", "model_devices") == "3");
    }
    has_services(pcs[1], {"cups"});
    BOOST_TEST(evidence(pcs[0], "service_unexpected", "devices") == "1");
    // A new device of the model is compared from its first day, and counts.
    const auto late = add_device("late");
    has_services(late, {"odd"});
    BOOST_TEST(evidence(late, "service_unexpected", "devices") == "2");
    BOOST_TEST(evidence(late, "service_unexpected", "model_devices") == "4");
}

BOOST_AUTO_TEST_CASE(another_peer_of_a_kind_that_is_known_changes_nothing)
{
    const auto pc = add_device("pc");
    has_peers(pc, {viewer});
    end_learning();
    judge(pc);
    wire::PeersSection section;
    section.peers = {viewer, other_viewer};
    put(pc, "peers", section);
    BOOST_TEST(!judge_once(pc).has_value());
    BOOST_TEST(!judge_once(pc).has_value());
    BOOST_TEST(findings(pc, "peer_unexpected") == Lines{});
    has_peers(pc, {viewer, other_viewer, updater});
    BOOST_TEST(
        findings(pc, "peer_unexpected")
        == Lines{"peer_unexpected[out outside tcp/443 updater] warning open"});
    BOOST_TEST(evidence(pc, "peer_unexpected", "flow") == "updater → 203.0.113.7 tcp/443");
    has_peers(pc, {viewer});
    BOOST_TEST(findings(pc, "peer_unexpected") == Lines{});
}

BOOST_AUTO_TEST_CASE(what_a_model_begins_to_tell_later_is_learned_from_then_on)
{
    const auto pc = add_device("pc");
    wire::ListenersSection listeners;
    listeners.listeners = {{"tcp", "0.0.0.0", 445, "", ""}};
    put(pc, "listeners", listeners);
    judge(pc);
    end_learning();
    clock.advance(days{90});
    has_services(pc, {"cups"}); // A newer agent.
    clock.advance(days{14} - 1ms);
    has_services(pc, {"cups", "ssh"});
    BOOST_TEST(findings(pc, "service_unexpected") == Lines{});
    clock.advance(1ms);
    has_services(pc, {"cups", "ssh", "odd"});
    BOOST_TEST(
        findings(pc, "service_unexpected") == Lines{"service_unexpected[odd (odd)] warning open"});
    // Ports were told before the learning was ended.
    listeners.listeners.push_back({"tcp", "0.0.0.0", 8080, "/opt/web", ""});
    put(pc, "listeners", listeners);
    judge(pc);
    BOOST_TEST(findings(pc, "port_unexpected") == Lines{"port_unexpected[tcp/8080] warning open"});
}

BOOST_AUTO_TEST_CASE(having_none_is_something_to_learn_as_well)
{
    const auto pc = add_device("pc");
    has_peers(pc, {});
    end_learning();
    has_peers(pc, {updater});
    BOOST_TEST(findings(pc, "peer_unexpected").size() == 1);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_ends_no_finding)
{
    const auto pc = add_device("pc");
    has_services(pc, {"cups"});
    end_learning();
    has_services(pc, {"cups", "odd"});
    wire::ServicesSection section;
    section.from.unknown = {{"services", "access denied"}};
    put(pc, "services", section);
    judge(pc);
    BOOST_TEST(
        findings(pc, "service_unexpected") == Lines{"service_unexpected[odd (odd)] warning open"});
    BOOST_TEST(
        database.text("SELECT verdicts FROM judged").find("access denied") != std::string::npos);
    has_services(pc, {"cups"});
    BOOST_TEST(findings(pc, "service_unexpected") == Lines{});
}

BOOST_AUTO_TEST_CASE(a_device_that_tells_nothing_is_unknown_and_not_good)
{
    const auto pc = add_device("pc");
    judge(pc);
    const std::string verdicts = database.text("SELECT verdicts FROM judged");
    for (const char* section : {"services", "peers"})
        BOOST_TEST(
            verdicts.find(std::string{section} + " was not collected") != std::string::npos,
            verdicts);
}

BOOST_AUTO_TEST_CASE(a_device_of_another_model_is_compared_with_that_one)
{
    const auto a = add_device("a");
    const auto b = add_device("b", "M2");
    has_services(a, {"cups"});
    has_services(b, {"ssh"});
    end_learning();
    end_learning("Maker M2");
    judge(a);
    wire::HardwareSection hardware;
    hardware.vendor = "Maker";
    hardware.model = "M2";
    put(a, "hardware", hardware);
    judge(a);
    BOOST_TEST(
        findings(a, "service_unexpected") == Lines{"service_unexpected[cups (cups)] warning open"});
    BOOST_TEST(evidence(a, "service_unexpected", "model_devices") == "2");
}

BOOST_AUTO_TEST_CASE(a_person_makes_something_usual_and_takes_it_back)
{
    const auto a = add_device("a");
    const auto b = add_device("b");
    has_services(a, {"cups"});
    has_services(b, {"cups"});
    BOOST_TEST((remove(ItemKind::service, "cups (cups)").error().code == Errc::conflict));
    end_learning();
    has_services(a, {"cups", "odd"});
    const auto approved = approve(ItemKind::service, "odd (odd)");
    BOOST_TEST_REQUIRE(approved.has_value());
    BOOST_TEST((approved->devices == std::vector{a}));
    BOOST_TEST(database.text("SELECT action FROM change_log ORDER BY no DESC") == "model.add_item");
    judge(a);
    BOOST_TEST(findings(a, "service_unexpected") == Lines{});
    has_services(b, {"cups", "odd"});
    BOOST_TEST(findings(b, "service_unexpected") == Lines{});
    BOOST_TEST((approve(ItemKind::service, "odd (odd)").error().code == Errc::conflict));

    const auto removed = remove(ItemKind::service, "odd (odd)");
    BOOST_TEST_REQUIRE(removed.has_value());
    BOOST_TEST(removed->devices.size() == 2);
    for (const DeviceId& pc : removed->devices)
    {
        judge(pc);
        BOOST_TEST(findings(pc, "service_unexpected").size() == 1);
    }
    BOOST_TEST((remove(ItemKind::service, "odd (odd)").error().code == Errc::not_found));
    // Since when services are told is kept.
    BOOST_TEST((remove(ItemKind::service, "").error().code == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(only_what_a_device_can_have_is_made_usual)
{
    add_device("a");
    has_services(DeviceId{"a"}, {"cups"});

    struct Odd
    {
        ItemKind kind;
        const char* key;
    };

    for (const Odd& odd :
         {Odd{ItemKind::port, "445"}, Odd{ItemKind::port, ""}, Odd{ItemKind::service, "Cups"},
          Odd{ItemKind::service, "x7"}, Odd{ItemKind::service, ""},
          Odd{ItemKind::peer, "10.0.0.7"}})
        BOOST_TEST((approve(odd.kind, odd.key).error().code == Errc::invalid_input), odd.key);
    const ProfileWish nowhere{"Maker M9", {ItemKind::port, "tcp/7"}, "needed"};
    const ProfileWish silent{"Maker M1", {ItemKind::port, "tcp/7"}, ""};
    const auto attempt = [&](const ProfileWish& wish) {
        return database
            ->write_and_wait([&](storage::Session& session) {
                return approve_item(session, wish, "sato", clock.now());
            })
            .error()
            .code;
    };
    BOOST_TEST((attempt(nowhere) == Errc::not_found));
    BOOST_TEST((attempt(silent) == Errc::invalid_input));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
