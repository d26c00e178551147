// What a device has is compared with the profile of its model: ports, services, peers.

#include "collector/rules/peer_unexpected.hpp"
#include "collector/rules/port_unexpected.hpp"
#include "collector/rules/service_unexpected.hpp"
#include "tests/unit/collector/rules/profile_case.hpp"

namespace mimamori::collector::rules {
namespace {

using namespace test;

BOOST_AUTO_TEST_SUITE(profile_rules)

BOOST_AUTO_TEST_CASE(a_port_that_the_model_does_not_have_is_found)
{
    Compared made;
    made.listen("tcp", "0.0.0.0", 445, "");
    made.listen("udp", "0.0.0.0", 445, "");
    made.listen("tcp", "0.0.0.0", 8080, "C:\\Tools\\Web.exe");
    BOOST_TEST(made.verdict(judge_port_unexpected) == "good");
    made.add(ItemKind::port, "udp/445");
    Finding finding = made.finding(judge_port_unexpected);
    BOOST_TEST((finding.severity == Severity::warning));
    BOOST_TEST(finding.subject == "udp/445");
    BOOST_TEST(value_of(finding, "case") == "no_program");
    BOOST_TEST(value_of(finding, "devices") == "3");
    BOOST_TEST(value_of(finding, "model_devices") == "41");
    BOOST_TEST(value_of(finding, "model") == "Maker M1");
    BOOST_TEST(value_of(finding, "first_seen_at") == to_rfc3339(now - days{2}));
    made.site.unusual.clear();
    made.add(ItemKind::port, "tcp/8080");
    finding = made.finding(judge_port_unexpected);
    BOOST_TEST(value_of(finding, "port") == "8080");
    BOOST_TEST(value_of(finding, "protocol") == "tcp");
    BOOST_TEST(value_of(finding, "path") == "C:\\Tools\\Web.exe");
    BOOST_TEST(value_of(finding, "program") == "web.exe");
    BOOST_TEST(value_of(finding, "case") == "(none)");
    // What is not there any more is no finding.
    made.device.facts.listeners->listeners.clear();
    BOOST_TEST(made.verdict(judge_port_unexpected) == "good");
    made.device.facts.listeners->from.unknown = {{"", "open /proc/net/tcp: Permission denied"}};
    BOOST_TEST(
        made.verdict(judge_port_unexpected) == "unknown: open /proc/net/tcp: Permission denied");
    made.device.facts.listeners.reset();
    BOOST_TEST(made.verdict(judge_port_unexpected) == "unknown: listeners was not collected");
}

struct LearningCase
{
    ItemKind kind;
    const char* key;
    Judgement (*rule)(const Inputs&);
};

BOOST_AUTO_TEST_CASE(everything_is_usual_until_the_learning_of_its_kind_ends)
{
    const LearningCase cases[] = {
        {ItemKind::port, "tcp/8080", judge_port_unexpected},
        {ItemKind::service, "odd (odd.exe)", judge_service_unexpected},
        {ItemKind::peer, "out outside tcp/443", judge_peer_unexpected}};
    for (const LearningCase& c : cases)
    {
        BOOST_TEST_CONTEXT(c.key)
        {
            Compared made;
            made.listen("tcp", "0.0.0.0", 8080, "/opt/web");
            for (const LearningCase& other : cases)
                made.add(other.kind, other.key);
            made.site.learning_until[c.kind] = now + 1ms;
            BOOST_TEST(made.verdict(c.rule) == "good");
            BOOST_TEST((made.judge(c.rule).look_again_at == now + 1ms));
            made.site.learning_until[c.kind] = now;
            BOOST_TEST(made.verdict(c.rule) == "bad warning");
            BOOST_TEST(!made.judge(c.rule).look_again_at);
            BOOST_TEST(made.finding(c.rule).subject == c.key);
        }
    }
}

BOOST_AUTO_TEST_CASE(so_many_of_a_kind_get_a_finding_each_and_no_more)
{
    Compared made;
    for (std::uint16_t i = 0; i < 12; ++i)
    {
        const auto port = static_cast<std::uint16_t>(1'000 + i);
        made.listen("tcp", "0.0.0.0", port, "");
        made.add(ItemKind::port, "tcp/" + std::to_string(port));
        made.add(ItemKind::service, std::string(1, static_cast<char>('a' + i)));
        made.add(ItemKind::peer, "out outside tcp/" + std::to_string(port));
    }
    for (const auto rule : {judge_port_unexpected, judge_service_unexpected, judge_peer_unexpected})
    {
        const auto verdict = made.judge(rule).verdict;
        BOOST_TEST(std::get<Bad>(verdict).findings.size() == 10);
    }
}

BOOST_AUTO_TEST_CASE(an_unusual_service_is_shown_as_it_calls_itself)
{
    Compared made;
    made.add(ItemKind::service, "updater# (up.exe)");
    Finding finding = made.finding(judge_service_unexpected);
    BOOST_TEST(value_of(finding, "service") == "updater# (up.exe)"); // Its section is not at hand.
    auto& services = made.device.facts.services.emplace().services;
    services = {
        service("Updater3", "C:\\u\\up.exe -s", "disabled"),
        service("Updater4", "C:\\u\\up.exe -s")};
    services.back().account = "LocalSystem";
    finding = made.finding(judge_service_unexpected);
    BOOST_TEST((finding.severity == Severity::warning));
    BOOST_TEST(finding.subject == "updater# (up.exe)");
    BOOST_TEST(value_of(finding, "name") == "Updater4");
    BOOST_TEST(value_of(finding, "service") == "Updater4 (up.exe)");
    BOOST_TEST(value_of(finding, "command") == "C:\\u\\up.exe -s");
    BOOST_TEST(value_of(finding, "account") == "LocalSystem");
    BOOST_TEST(value_of(finding, "devices") == "3");
    services.back().display_name = "Update helper";
    BOOST_TEST(
        value_of(made.finding(judge_service_unexpected), "service") == "Update helper (up.exe)");
    made.site.services_unread = "services was not collected";
    BOOST_TEST(made.verdict(judge_service_unexpected) == "unknown: services was not collected");
}

struct SeverityCase
{
    const char* key;
    Severity severity;
    const char* kind;
};

BOOST_AUTO_TEST_CASE(what_goes_outside_or_rules_machines_is_a_warning)
{
    const SeverityCase cases[] = {
        {"out inside tcp/104 x", Severity::info, "(none)"},
        {"out inside tcp/dynamic x", Severity::info, "(none)"},
        {"in inside tcp/104 x", Severity::info, "incoming"},
        {"out inside tcp/445", Severity::warning, "(none)"},
        {"in inside tcp/3389", Severity::warning, "incoming"},
        {"out inside tcp/444", Severity::info, "(none)"},
        {"out outside tcp/104 x", Severity::warning, "outside"},
        {"in outside tcp/dynamic", Severity::warning, "outside"},
    };
    for (const SeverityCase& c : cases)
    {
        Compared made;
        made.add(ItemKind::peer, c.key);
        const Finding finding = made.finding(judge_peer_unexpected);
        BOOST_TEST((finding.severity == c.severity), c.key);
        BOOST_TEST(value_of(finding, "case") == c.kind, c.key);
        BOOST_TEST(finding.subject == c.key);
    }
}

BOOST_AUTO_TEST_CASE(an_unusual_peer_is_shown_with_some_of_its_addresses)
{
    Compared made;
    made.add(ItemKind::peer, "out outside tcp/443 up.exe");
    auto& peers = made.device.facts.peers.emplace().peers;
    for (int i = 1; i <= 5; ++i)
        peers.push_back({"203.0.113." + std::to_string(i), 443, "out", "C:\\up.exe"});
    peers.push_back(peers.back()); // The same one by another line.
    peers.push_back({"10.0.0.9", 443, "out", "C:\\up.exe"});
    Finding finding = made.finding(judge_peer_unexpected);
    const std::string five = "203.0.113.1, 203.0.113.2, 203.0.113.3, 203.0.113.4, 203.0.113.5";
    BOOST_TEST(value_of(finding, "addresses") == five);
    BOOST_TEST(value_of(finding, "flow") == "up.exe → " + five + " tcp/443");
    BOOST_TEST(value_of(finding, "port") == "443");
    BOOST_TEST(value_of(finding, "program") == "up.exe");
    peers.push_back({"203.0.113.6", 443, "out", "C:\\up.exe"});
    finding = made.finding(judge_peer_unexpected);
    BOOST_TEST(value_of(finding, "addresses") == five + " + 1");
}

struct FlowCase
{
    wire::RemotePeer peer;
    const char* flow;
};

BOOST_AUTO_TEST_CASE(who_began_stands_first)
{
    const FlowCase cases[] = {
        {{"10.0.0.7", 445, "in", ""}, "10.0.0.7 → tcp/445"},
        {{"10.0.0.7", 5900, "in", "/opt/vnc"}, "10.0.0.7 → vnc tcp/5900"},
        {{"10.0.0.7", 445, "out", ""}, "→ 10.0.0.7 tcp/445"},
        {{"10.0.0.7", 50'000, "out", "/opt/x"}, "x → 10.0.0.7 tcp"},
    };
    for (const FlowCase& c : cases)
    {
        Compared made;
        made.device.facts.peers.emplace().peers = {c.peer};
        made.add(ItemKind::peer, peer_key(peer_kind(c.peer)));
        BOOST_TEST(value_of(made.finding(judge_peer_unexpected), "flow") == c.flow);
    }
    Compared made;
    made.site.peers_unread = "open /proc/net/tcp: Permission denied";
    BOOST_TEST(
        made.verdict(judge_peer_unexpected) == "unknown: open /proc/net/tcp: Permission denied");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
