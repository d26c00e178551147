// What a device has is compared with the profile of its model: ports, services, peers.

#include "collector/rules/peer_unexpected.hpp"
#include "collector/rules/port_unexpected.hpp"
#include "collector/rules/profile_facts.hpp"
#include "collector/rules/service_unexpected.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

namespace mimamori::collector::rules {
namespace {

using namespace test;

/// A device of a model that is not being learned any more.
struct Compared : Case
{
    Compared()
    {
        device.model = "Maker M1";
        for (const ItemKind kind : {ItemKind::port, ItemKind::service, ItemKind::peer})
            site.learning_until[kind] = now;
    }

    void add(ItemKind kind, std::string key)
    {
        site.unusual.push_back({kind, std::move(key), 3, 41, now - days{2}});
    }

    void listen(const char* protocol, const char* address, std::uint16_t port, const char* program)
    {
        if (!device.facts.listeners)
            device.facts.listeners.emplace();
        device.facts.listeners->listeners.push_back({protocol, address, port, program, {}});
    }
};

wire::Service service(std::string name, std::string command, std::string start = "automatic")
{
    wire::Service made;
    made.name = std::move(name);
    made.command = std::move(command);
    made.start_type = std::move(start);
    return made;
}

std::vector<std::string> listed(const ItemKeys& keys)
{
    return {keys.begin(), keys.end()};
}

using Lines = std::vector<std::string>;

BOOST_AUTO_TEST_SUITE(profile_rules)

BOOST_AUTO_TEST_CASE(ports_that_others_reach_are_told_each_once)
{
    Compared made;
    made.listen("tcp", "0.0.0.0", 445, "");
    made.listen("tcp6", "::", 445, "");
    made.listen("udp", "0.0.0.0", 445, "");
    made.listen("tcp", "127.0.0.1", 631, "/usr/sbin/cupsd");
    made.listen("tcp6", "::1", 631, "/usr/sbin/cupsd");
    BOOST_TEST(
        listed(item_keys(*made.device.facts.listeners)) == (Lines{"tcp/445", "udp/445"}),
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(ports_by_chance_count_by_their_program)
{
    Compared made;
    made.listen("tcp", "0.0.0.0", 32'767, "/opt/svc");
    made.listen("tcp", "0.0.0.0", 32'768, "/opt/svc");
    made.listen("tcp", "0.0.0.0", 50'000, "/opt/svc");
    made.listen("tcp", "0.0.0.0", 0, "/opt/svc");
    BOOST_TEST(
        listed(item_keys(*made.device.facts.listeners)) == (Lines{"tcp/32767", "tcp/dynamic svc"}),
        boost::test_tools::per_element());
}

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

struct CommandCase
{
    const char* command;
    const char* program;
};

BOOST_AUTO_TEST_CASE(the_program_of_a_command_is_found_on_both_systems)
{
    const CommandCase cases[] = {
        {R"("C:\Program Files\Lab\lab.exe" -service)", R"(C:\Program Files\Lab\lab.exe)"},
        {R"(C:\Program Files\Lab\Lab.EXE -service)", R"(C:\Program Files\Lab\Lab.EXE)"},
        {R"(C:\Windows\system32\svchost.exe -k netsvcs)", R"(C:\Windows\system32\svchost.exe)"},
        {R"(C:\x.exe.d\run.exe)", R"(C:\x.exe.d\run.exe)"},
        {R"(C:\x.exe)", R"(C:\x.exe)"},
        {R"(C:\Program Files\Lab\lab.exe)", R"(C:\Program Files\Lab\lab.exe)"},
        {"  /usr/sbin/cupsd -l", "/usr/sbin/cupsd"},
        {"/usr/sbin/cupsd", "/usr/sbin/cupsd"},
        {R"("C:\open)", R"(C:\open)"},
        {"", ""},
        {"\"", ""},
    };
    for (const CommandCase& c : cases)
        BOOST_TEST(program_of_command(c.command) == c.program, c.command);
}

struct ServiceCase
{
    const char* name;
    const char* command;
    const char* key;
};

BOOST_AUTO_TEST_CASE(a_service_is_known_by_its_name_and_program_without_their_numbers)
{
    const ServiceCase cases[] = {
        {"Spooler", R"(C:\Windows\System32\spoolsv.exe)", "spooler (spoolsv.exe)"},
        {"GoogleUpdaterService130.0.6679.0", R"("C:\G\130.0.6679.0\updater.exe" --service)",
         "googleupdaterservice# (updater.exe)"},
        {"cups.socket", "", "cups.socket"},
        {"user@1000.service", "/usr/lib/systemd/systemd --user", "user@#.service (systemd)"},
        {"py", "/usr/bin/python3.11 x", "py (python#)"},
        {"py", "/usr/bin/python3.", "py (python#.)"},
        {"agent2.exe", "", "agent#.exe"},
        {"A.7.B", "", "a.#.b"},
    };
    for (const ServiceCase& c : cases)
        BOOST_TEST(service_key(service(c.name, c.command)) == c.key, c.name);
}

BOOST_AUTO_TEST_CASE(only_services_that_start_by_themselves_are_compared)
{
    wire::ServicesSection section;
    for (const char* start : {"automatic", "manual", "disabled", "static", "masked", ""})
        section.services.push_back(service(std::string{"is "} + start, "/opt/x", start));
    BOOST_TEST(
        listed(item_keys(section)) == Lines{"is automatic (x)"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(so_many_items_are_kept_of_a_device)
{
    wire::ServicesSection section;
    const auto letters = [](std::size_t number) {
        std::string text;
        for (; number > 0; number /= 26)
            text.insert(text.begin(), static_cast<char>('a' + number % 26));
        return text;
    };
    for (std::size_t i = 0; i < item_keys_max + 1; ++i)
    {
        section.services.push_back(service("x" + letters(i + 1'000), ""));
        if (i + 1 == item_keys_max)
            BOOST_TEST(item_keys(section).size() == item_keys_max);
    }
    BOOST_TEST(item_keys(section).size() == item_keys_max);
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

struct AddressCase
{
    const char* address;
    bool is_private;
};

BOOST_AUTO_TEST_CASE(addresses_of_the_house_are_private_ones)
{
    const AddressCase cases[] = {
        {"9.255.255.255", false},
        {"10.0.0.0", true},
        {"10.255.255.255", true},
        {"11.0.0.0", false},
        {"172.15.255.255", false},
        {"172.16.0.0", true},
        {"172.31.255.255", true},
        {"172.32.0.0", false},
        {"192.168.0.1", true},
        {"192.169.0.0", false},
        {"169.254.7.7", true},
        {"100.64.0.1", false},
        {"203.0.113.7", false},
        {"::ffff:10.0.0.1", true},
        {"::ffff:8.8.8.8", false},
        {"fd12:3456::1", true},
        {"fc00::1", true},
        {"FD00::1", true},
        {"fe80::1", true},
        {"feb0::1", true},
        {"fec0::1", false},
        {"fe70::1", false},
        {"fb00::1", false},
        {"fe00::1", false},
        {"2001:db8::1", false},
        {"fd::1", false},
        {"fda::1", false},
        {"::1", false},
        {"", false},
        {"feed", false},
    };
    for (const AddressCase& c : cases)
        BOOST_TEST(is_private_address(c.address) == c.is_private, c.address);
}

struct PeerCase
{
    wire::RemotePeer peer;
    const char* key;
};

BOOST_AUTO_TEST_CASE(a_peer_is_known_by_what_for_and_not_by_who_it_is)
{
    const PeerCase cases[] = {
        {{"203.0.113.7", 443, "out", "C:\\P\\Updater2.exe"}, "out outside tcp/443 updater#.exe"},
        {{"10.0.0.7", 104, "out", "/opt/viewer"}, "out inside tcp/104 viewer"},
        {{"10.0.0.7", 445, "in", ""}, "in inside tcp/445"},
        {{"10.0.0.7", 32'767, "out", ""}, "out inside tcp/32767"},
        {{"10.0.0.7", 32'768, "out", "/opt/x y"}, "out inside tcp/dynamic x y"},
    };
    wire::PeersSection section;
    for (const PeerCase& c : cases)
    {
        const PeerKind kind = peer_kind(c.peer);
        BOOST_TEST(peer_key(kind) == c.key);
        const auto parsed = parse_peer_key(c.key);
        BOOST_TEST_REQUIRE(parsed.has_value());
        BOOST_TEST((*parsed == kind));
        section.peers.push_back(c.peer);
    }
    auto again = section.peers.front();
    again.address = "203.0.113.8";
    section.peers.push_back(again);
    BOOST_TEST(item_keys(section).size() == std::size(cases));
    for (const char* odd :
         {"", "out", "out inside", "out inside ", "out inside tcp", "out inside tcp/",
          "out inside udp/7", "inside tcp/7", "out inside tcp/7 ", "out inside tcp/07",
          "out inside tcp/65536", "out inside tcp/32768", "out inside tcp/-1", "in outsidetcp/7",
          "out inside tcp/7x", "out  inside tcp/7"})
        BOOST_TEST(!parse_peer_key(odd), odd);
}

BOOST_AUTO_TEST_CASE(a_peer_of_an_unknown_program_is_like_any_of_that_port)
{
    const ItemKeys profile{"out inside tcp/443 a.exe", "out inside tcp/44", "tcp/443 x"};
    BOOST_TEST(is_usual(profile, ItemKind::peer, "out inside tcp/443 a.exe"));
    BOOST_TEST(is_usual(profile, ItemKind::peer, "out inside tcp/443"));
    BOOST_TEST(is_usual(profile, ItemKind::peer, "out inside tcp/44"));
    BOOST_TEST(!is_usual(profile, ItemKind::peer, "out inside tcp/443 b.exe"));
    BOOST_TEST(!is_usual(profile, ItemKind::peer, "out inside tcp/44 b.exe"));
    BOOST_TEST(!is_usual(profile, ItemKind::peer, "in inside tcp/443"));
    BOOST_TEST(!is_usual(profile, ItemKind::peer, "out outside tcp/443"));
    BOOST_TEST(!is_usual(profile, ItemKind::peer, "out inside tcp/4"));
    BOOST_TEST(!is_usual(profile, ItemKind::port, "tcp/443"));
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

BOOST_AUTO_TEST_CASE(a_list_is_unread_when_nothing_of_it_could_be_read)
{
    std::optional<wire::ServicesSection> services;
    BOOST_TEST(why_items_unread(services) == "services was not collected");
    services.emplace();
    BOOST_TEST(why_items_unread(services) == "");
    services->from.unknown = {{"state", "no bus"}};
    BOOST_TEST(why_items_unread(services) == "");
    services->from.unknown = {{"services", "no access"}};
    BOOST_TEST(why_items_unread(services) == "no access");
    services->services.emplace_back();
    BOOST_TEST(why_items_unread(services) == "");
    services->from.unknown = {{"", "probe failed"}};
    BOOST_TEST(why_items_unread(services) == "probe failed");
    std::optional<wire::PeersSection> peers;
    BOOST_TEST(why_items_unread(peers) == "peers was not collected");
    peers.emplace().from.unknown = {{"peers", "no access"}};
    BOOST_TEST(why_items_unread(peers) == "no access");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
