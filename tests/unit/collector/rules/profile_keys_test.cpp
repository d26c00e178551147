// The keys by which profiles of models name ports, services and peers.

#include "tests/unit/collector/rules/profile_case.hpp"

namespace mimamori::collector::rules {
namespace {

using namespace test;
using Lines = std::vector<std::string>;

std::vector<std::string> listed(const ItemKeys& keys)
{
    return {keys.begin(), keys.end()};
}

BOOST_AUTO_TEST_SUITE(profile_keys)

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

struct PortCase
{
    const char* protocol;
    std::uint16_t port;
    const char* program;
    const char* key;
};

BOOST_AUTO_TEST_CASE(ports_by_chance_count_by_their_program)
{
    const PortCase cases[] = {
        {"tcp", 32'767, "/opt/svc", "tcp/32767"},
        {"tcp", 32'768, "/opt/svc", "tcp/dynamic svc"},
        {"tcp6", 50'000, "C:\\P\\Svc-2.14.EXE", "tcp/dynamic svc-#.exe"},
        {"tcp", 50'000, "", "tcp/dynamic "},
        {"udp", 16'383, "/opt/phone", "udp/16383"},
        {"udp6", 16'384, "/opt/phone", "udp/dynamic phone"},
        {"tcp", 16'384, "/opt/phone", "tcp/16384"},
        {"udp", 511, "/sbin/rpcbind", "udp/511"},
        {"udp", 512, "/sbin/rpcbind", "udp/dynamic rpcbind"},
        {"tcp", 1'023, "/sbin/rpc.statd", "tcp/dynamic rpc.statd"},
        {"tcp", 1'024, "/sbin/rpc.statd", "tcp/1024"},
        {"udp", 700, "/sbin/ypbind", "udp/dynamic ypbind"},
        {"udp", 631, "/usr/sbin/cups-browsed", "udp/631"},
        {"tcp", 700, "", "tcp/700"},
    };
    for (const PortCase& c : cases)
    {
        Compared made;
        made.listen(c.protocol, "0.0.0.0", c.port, c.program);
        made.listen(c.protocol, "0.0.0.0", 0, c.program);
        BOOST_TEST(
            listed(item_keys(*made.device.facts.listeners)) == Lines{c.key},
            boost::test_tools::per_element());
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

BOOST_AUTO_TEST_CASE(a_port_by_chance_of_an_unknown_program_is_like_any_by_chance)
{
    const ItemKeys profile{"tcp/445", "tcp/dynamic lsass.exe", "udp/137"};
    BOOST_TEST(is_usual(profile, ItemKind::port, "tcp/dynamic lsass.exe"));
    BOOST_TEST(is_usual(profile, ItemKind::port, "tcp/dynamic "));
    BOOST_TEST(!is_usual(profile, ItemKind::port, "udp/dynamic "));
    BOOST_TEST(!is_usual(profile, ItemKind::port, "tcp/dynamic odd.exe"));
    BOOST_TEST(!is_usual(profile, ItemKind::port, "tcp/dynamic lsass"));
    BOOST_TEST(!is_usual(profile, ItemKind::port, "tcp/44"));
    // The key of a device, not only one made here.
    Compared made;
    made.listen("tcp", "0.0.0.0", 49'664, "");
    const ItemKeys keys = item_keys(*made.device.facts.listeners);
    BOOST_TEST_REQUIRE(keys.size() == 1);
    BOOST_TEST(is_usual(profile, ItemKind::port, *keys.begin()));
}

struct UsualCase
{
    const char* name;
    const char* command;
    bool usual;
};

BOOST_AUTO_TEST_CASE(services_that_windows_makes_automatic_for_a_while_are_usual)
{
    const UsualCase cases[] = {
        {"BITS", R"(C:\Windows\System32\svchost.exe -k netsvcs -p)", true},
        {"bits", R"(c:\windows\system32\SVCHOST.EXE -k netsvcs)", true},
        {"TrustedInstaller", R"(C:\Windows\servicing\TrustedInstaller.exe)", true},
        {"BITS", R"(C:\Windows\Temp\bits.exe)", false},
        {"BITS2", R"(C:\Windows\System32\svchost.exe -k netsvcs)", false},
        {"TrustedInstaller", "", false},
    };
    for (const UsualCase& c : cases)
    {
        const std::string key = service_key(service(c.name, c.command));
        BOOST_TEST(is_usual({}, ItemKind::service, key) == c.usual, key);
        BOOST_TEST(!is_usual({}, ItemKind::port, key));
    }
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
