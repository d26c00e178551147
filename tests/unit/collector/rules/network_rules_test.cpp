#include "collector/rules/dual_homed.hpp"
#include "collector/rules/mobile_network.hpp"
#include "collector/rules/network_facts.hpp"
#include "collector/rules/second_gateway.hpp"
#include "collector/rules/service_unneeded.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

#include <initializer_list>

namespace mimamori::collector::rules {
namespace {

using namespace test;

struct Networks : Case
{
    Networks() { device.facts.interfaces.emplace(); }

    wire::Adapter& adapter(const char* name, const char* kind, const char* address)
    {
        auto& added = device.facts.interfaces->adapters.emplace_back();
        added.name = name;
        added.kind = kind;
        added.link_up = true;
        added.addresses = {address};
        return added;
    }

    void route(const char* destination, const char* gateway, const char* name)
    {
        device.facts.interfaces->routes.push_back({destination, gateway, name});
    }
};

BOOST_AUTO_TEST_SUITE(network_rules)

BOOST_AUTO_TEST_CASE(the_network_of_an_address)
{
    BOOST_TEST(network_of("10.20.7.31/24") == "10.20.7.0/24");
    BOOST_TEST(network_of("10.20.7.31/32") == "10.20.7.31/32");
    BOOST_TEST(network_of("fd00:1::5/64") == "fd00:1::/64");
    for (const char* none :
         {"127.0.0.1/8", "169.254.3.4/16", "::1/128", "fe80::1/64", "10.20.7.31", "10.0.0.1/33",
          "10.0.0.300/24", "", "/", "あ/24"})
        BOOST_TEST(network_of(none) == "", none);
}

BOOST_AUTO_TEST_CASE(a_modem_is_a_way_out_when_it_is_connected_and_worth_knowing_when_not)
{
    Networks made;
    made.adapter("eth0", "ethernet", "10.0.0.2/24");
    BOOST_TEST(made.verdict(judge_mobile_network) == "good");
    auto& modem = made.adapter("wwan0", "wwan", "100.64.0.2/30");
    modem.description = "LTE modem";
    BOOST_TEST(value_of(made.finding(judge_mobile_network), "adapter") == "LTE modem");
    BOOST_TEST(made.verdict(judge_mobile_network) == "bad action");
    modem.link_up = false;
    BOOST_TEST(made.verdict(judge_mobile_network) == "bad info");
    BOOST_TEST(value_of(made.finding(judge_mobile_network), "case") == "not_connected");
    made.adapter("usb0", "tethering", "172.20.10.2/28");
    BOOST_TEST(made.verdict(judge_mobile_network) == "bad 2 info action");
}

BOOST_AUTO_TEST_CASE(two_networks_of_the_house_are_told_and_joining_them_is_worse)
{
    Networks made;
    made.adapter("eth0", "ethernet", "10.0.0.2/24").addresses.push_back("fd00::2/64");
    BOOST_TEST(made.verdict(judge_dual_homed) == "good");
    made.adapter("eth1", "ethernet", "10.0.0.3/24"); // The same network twice.
    made.adapter("docker0", "bridge", "172.17.0.1/16");
    made.adapter("eth2", "ethernet", "169.254.1.1/16");
    made.adapter("eth3", "ethernet", "192.168.9.1/24").link_up = false;
    BOOST_TEST(made.verdict(judge_dual_homed) == "good");
    made.adapter("wlan0", "wifi", "192.168.100.5/24");
    const Finding finding = made.finding(judge_dual_homed);
    BOOST_TEST((finding.severity == Severity::info));
    BOOST_TEST(value_of(finding, "network") == "10.0.0.0/24");
    BOOST_TEST(value_of(finding, "other_network") == "192.168.100.0/24");
    made.device.facts.interfaces->forwarding = false;
    BOOST_TEST(made.verdict(judge_dual_homed) == "bad info");
    made.device.facts.interfaces->forwarding = true;
    BOOST_TEST(made.verdict(judge_dual_homed) == "bad action");
    BOOST_TEST(value_of(made.finding(judge_dual_homed), "case") == "forwarding");
}

BOOST_AUTO_TEST_CASE(two_adapters_with_a_default_route_are_one_too_many)
{
    Networks made;
    BOOST_TEST(made.verdict(judge_second_gateway) == "good");
    made.route("0.0.0.0/0", "10.0.0.1", "eth0");
    made.route("::/0", "fe80::1", "eth0"); // Both families of one way.
    made.route("10.9.0.0/16", "10.0.0.9", "eth1");
    BOOST_TEST(made.verdict(judge_second_gateway) == "good");
    made.route("0.0.0.0/0", "192.168.1.1", "wlan0");
    const Finding finding = made.finding(judge_second_gateway);
    BOOST_TEST((finding.severity == Severity::warning));
    BOOST_TEST(value_of(finding, "adapters") == "eth0, wlan0");
    BOOST_TEST(value_of(finding, "count") == "2");
}

BOOST_AUTO_TEST_CASE(services_that_talk_in_the_clear_are_named)
{
    struct PortCase
    {
        const char* protocol;
        const char* address;
        std::uint16_t port;
        const char* expected;
    };

    const PortCase cases[] = {
        {"tcp", "0.0.0.0", 21, "bad warning"},  {"tcp6", "::", 23, "bad warning"},
        {"udp", "0.0.0.0", 69, "bad warning"},  {"tcp", "10.0.0.2", 512, "bad warning"},
        {"tcp", "0.0.0.0", 513, "bad warning"}, {"tcp", "0.0.0.0", 514, "bad warning"},
        {"tcp", "0.0.0.0", 22, "good"},         {"tcp", "0.0.0.0", 515, "good"},
        {"udp", "0.0.0.0", 21, "good"},         {"tcp", "0.0.0.0", 69, "good"},
        {"udp", "0.0.0.0", 514, "good"}, // syslog
        {"tcp", "127.0.0.1", 23, "good"},       {"tcp6", "::1", 21, "good"},
    };
    for (const PortCase& c : cases)
    {
        Case made;
        auto& listeners = made.device.facts.listeners.emplace();
        listeners.listeners.push_back({c.protocol, c.address, c.port, "/usr/sbin/in.x", "root"});
        BOOST_TEST(made.verdict(judge_service_unneeded) == c.expected, c.protocol << c.port);
    }
    Case made;
    auto& listeners = made.device.facts.listeners.emplace();
    BOOST_TEST(made.verdict(judge_service_unneeded) == "good");
    listeners.listeners.push_back({"tcp", "0.0.0.0", 23, "/usr/sbin/in.telnetd", "root"});
    listeners.listeners.push_back({"tcp6", "::", 23, "/usr/sbin/in.telnetd", "root"});
    const Finding finding = made.finding(judge_service_unneeded);
    BOOST_TEST(finding.subject == "Telnet");
    BOOST_TEST(value_of(finding, "port") == "23");
    listeners.listeners.push_back({"tcp", "0.0.0.0", 21, "", ""});
    BOOST_TEST(made.verdict(judge_service_unneeded) == "bad 2 warning warning");
}

BOOST_AUTO_TEST_CASE(networks_that_were_not_read_are_unknown)
{
    Case made;
    for (auto* rule : {judge_mobile_network, judge_dual_homed, judge_second_gateway})
    {
        BOOST_TEST(made.verdict(rule) == "unknown: interfaces was not collected");
        Networks unread;
        unread.device.facts.interfaces->from.unknown = {{"", "netlink: Permission denied"}};
        BOOST_TEST(unread.verdict(rule) == "unknown: netlink: Permission denied");
    }
    BOOST_TEST(made.verdict(judge_service_unneeded) == "unknown: listeners was not collected");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
