#include "collector/rules/admin_unexpected.hpp"
#include "collector/rules/device_moved.hpp"
#include "collector/rules/ip_duplicate.hpp"
#include "collector/rules/ip_not_issued.hpp"
#include "collector/rules/network_facts.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

namespace mimamori::collector::rules {
namespace {

using namespace test;

wire::Adapter adapter(const char* kind, std::vector<std::string> addresses)
{
    wire::Adapter made;
    made.name = "eth0";
    made.kind = kind;
    made.link_up = true;
    made.addresses = std::move(addresses);
    return made;
}

/// A device in 10.0.0.0/24.
struct Connected : Case
{
    Connected()
    {
        device.facts.interfaces.emplace().adapters = {
            adapter("ethernet", {"10.0.0.2/24", "fd00::2/64"}),
            adapter("bridge", {"172.17.0.1/16"})};
    }
};

BOOST_AUTO_TEST_SUITE(baseline_rules)

BOOST_AUTO_TEST_CASE(addresses_of_the_house_are_those_of_cables_and_radio)
{
    Connected made;
    auto& interfaces = *made.device.facts.interfaces;
    BOOST_TEST((own_addresses(interfaces) == std::vector<std::string>{"10.0.0.2"}));
    BOOST_TEST((own_networks(interfaces) == std::vector<std::string>{"10.0.0.0/24"}));
    interfaces.adapters.push_back(adapter("wifi", {"10.0.0.2/24", "169.254.1.1/16"}));
    BOOST_TEST(own_addresses(interfaces).size() == 1);
    interfaces.routes = {
        {"0.0.0.0/0", "10.0.0.1", "eth0"},
        {"0.0.0.0/0", "10.0.0.1", "eth1"},
        {"0.0.0.0/0", "", "eth2"},
        {"10.9.0.0/16", "10.0.0.9", "eth0"},
        {"::/0", "fe80::1", "eth0"}};
    BOOST_TEST((own_gateways(interfaces) == std::vector<std::string>{"10.0.0.1"}));
}

struct WithinCase
{
    const char* address;
    const char* network;
    bool expected;
};

BOOST_AUTO_TEST_CASE(whether_an_address_lies_in_a_network)
{
    const WithinCase cases[] = {
        {"10.20.7.0", "10.20.7.0/24", true},   {"10.20.7.255", "10.20.7.0/24", true},
        {"10.20.8.0", "10.20.7.0/24", false},  {"10.20.6.255", "10.20.7.0/24", false},
        {"10.20.7.31", "10.20.7.31/32", true}, {"10.20.7.30", "10.20.7.31/32", false},
        {"10.20.7.31", "10.20.7.99/24", true}, {"1.2.3.4", "0.0.0.0/0", true},
        {"10.20.7.31", "10.20.7.0", false},    {"10.20.7.31", "", false},
        {"", "10.20.7.0/24", false},           {"fd00::1", "10.20.7.0/24", false},
        {"10.20.7.31", "10.20.7.0/33", false}, {"10.20.7.31/24", "10.20.7.0/24", false},
    };
    for (const WithinCase& c : cases)
        BOOST_TEST(is_within(c.address, c.network) == c.expected, c.address << ' ' << c.network);
}

BOOST_AUTO_TEST_CASE(an_address_that_was_not_issued_is_found_where_the_issued_ones_are_known)
{
    Connected made;
    BOOST_TEST(
        made.verdict(judge_ip_not_issued) == "not applicable: no issued networks are written down");
    made.policy.issued_networks = {"192.168.1.0/24", "10.0.0.0/24"};
    BOOST_TEST(made.verdict(judge_ip_not_issued) == "good");
    made.policy.issued_networks = {"192.168.1.0/24"};
    const Finding finding = made.finding(judge_ip_not_issued);
    BOOST_TEST((finding.severity == Severity::warning));
    BOOST_TEST(finding.subject == "10.0.0.2");
    BOOST_TEST(value_of(finding, "address") == "10.0.0.2");
    made.device.facts.interfaces->from.unknown = {{"", "no netlink"}};
    BOOST_TEST(made.verdict(judge_ip_not_issued) == "unknown: no netlink");
}

AddressHolder holder(SameNetwork network, std::chrono::milliseconds quiet = 0ms)
{
    return {"10.0.0.2", DeviceId{"other"}, "PC-2", now - quiet, network};
}

BOOST_AUTO_TEST_CASE(two_devices_with_one_address_in_one_network)
{
    Connected made;
    BOOST_TEST(made.verdict(judge_ip_duplicate) == "good");
    made.site.address_holders = {holder(SameNetwork::yes)};
    const Finding finding = made.finding(judge_ip_duplicate);
    BOOST_TEST((finding.severity == Severity::warning));
    BOOST_TEST(finding.subject == "10.0.0.2 other");
    BOOST_TEST(value_of(finding, "other") == "PC-2");
    BOOST_TEST(value_of(finding, "other_id") == "other");
    BOOST_TEST(value_of(finding, "case") == "(none)");
    made.site.address_holders = {holder(SameNetwork::unknown)};
    BOOST_TEST(made.verdict(judge_ip_duplicate) == "bad info");
    BOOST_TEST(value_of(made.finding(judge_ip_duplicate), "case") == "perhaps");
    made.site.address_holders = {holder(SameNetwork::no)};
    BOOST_TEST(made.verdict(judge_ip_duplicate) == "good");
    // An address that this device has given up.
    made.site.address_holders = {holder(SameNetwork::yes)};
    made.site.address_holders[0].address = "10.0.0.3";
    BOOST_TEST(made.verdict(judge_ip_duplicate) == "good");
    made.device.facts.interfaces.reset();
    BOOST_TEST(made.verdict(judge_ip_duplicate) == "unknown: interfaces was not collected");
}

BOOST_AUTO_TEST_CASE(a_device_that_is_off_holds_no_address)
{
    Connected made;
    made.site.address_holders = {holder(SameNetwork::yes, 10min - 1ms)};
    BOOST_TEST(made.verdict(judge_ip_duplicate) == "bad warning");
    BOOST_TEST((made.judge(judge_ip_duplicate).look_again_at == now + 1ms));
    made.site.address_holders = {holder(SameNetwork::yes, 10min)};
    BOOST_TEST(made.verdict(judge_ip_duplicate) == "good");
}

BOOST_AUTO_TEST_CASE(a_device_in_a_network_that_is_new_after_its_first_weeks_was_moved)
{
    Connected made;
    BOOST_TEST(made.verdict(judge_device_moved) == "unknown: the device is in no network");
    made.site.networks = {
        {"192.168.1.0/24", now - days{90}}, {"10.0.0.0/24", now - days{76} - 1ms}};
    BOOST_TEST(made.verdict(judge_device_moved) == "good");
    made.site.networks[1].first_seen_at = now - days{76};
    const Finding finding = made.finding(judge_device_moved);
    BOOST_TEST((finding.severity == Severity::warning));
    BOOST_TEST(finding.subject == "10.0.0.0/24");
    BOOST_TEST((finding.happened_at == now - days{76}));
    BOOST_TEST(value_of(finding, "home") == "192.168.1.0/24");
    // It was elsewhere and is back.
    made.device.facts.interfaces->adapters = {adapter("ethernet", {"192.168.1.5/24"})};
    BOOST_TEST(made.verdict(judge_device_moved) == "good");
    made.device.facts.interfaces->adapters.clear();
    BOOST_TEST(made.verdict(judge_device_moved) == "unknown: the device is in no network");
    made.device.facts.interfaces.reset();
    BOOST_TEST(made.verdict(judge_device_moved) == "unknown: interfaces was not collected");
}

BOOST_AUTO_TEST_CASE(a_notebook_is_carried_about)
{
    Connected made;
    made.site.networks = {
        {"192.168.1.0/24", now - days{90}},
        {"192.168.2.0/24", now - days{89}},
        {"10.0.0.0/24", now - days{5}}};
    made.device.facts.hardware.emplace().chassis = "desktop";
    BOOST_TEST(made.verdict(judge_device_moved) == "bad warning");
    BOOST_TEST(
        value_of(made.finding(judge_device_moved), "home") == "192.168.1.0/24, 192.168.2.0/24");
    made.device.facts.hardware->chassis = "notebook";
    BOOST_TEST(made.verdict(judge_device_moved) == "bad info");
}

wire::Account account(const char* id, bool administrator)
{
    wire::Account made;
    made.name = std::string{"name of "} + id;
    made.id = id;
    made.administrator = administrator;
    return made;
}

BOOST_AUTO_TEST_CASE(an_administrator_after_the_first_weeks_is_counted_and_not_named)
{
    Case made;
    BOOST_TEST(made.verdict(judge_admin_unexpected) == "unknown: accounts was not collected");
    auto& accounts = made.device.facts.accounts.emplace().accounts;
    accounts = {account("0", true), account("1000", true), account("1001", false)};
    BOOST_TEST(made.verdict(judge_admin_unexpected) == "unknown: no account is an administrator");
    made.site.administrators = {{"0", now - days{90}}, {"1000", now - days{76} - 1ms}};
    BOOST_TEST(made.verdict(judge_admin_unexpected) == "good");
    made.site.administrators[1].first_seen_at = now - days{76};
    Finding finding = made.finding(judge_admin_unexpected);
    BOOST_TEST((finding.severity == Severity::warning));
    BOOST_TEST((finding.happened_at == now - days{76}));
    BOOST_TEST(value_of(finding, "count") == "1");
    BOOST_TEST(finding.evidence.to_json().find("1000") == std::string::npos);

    accounts[2].administrator = true;
    made.site.administrators.push_back({"1001", now - days{1}});
    finding = made.finding(judge_admin_unexpected);
    BOOST_TEST((finding.happened_at == now - days{1}));
    BOOST_TEST(value_of(finding, "count") == "2");
    // What is no administrator any more, or cannot be used, is over.
    accounts[2].enabled = false;
    accounts[1].administrator = false;
    BOOST_TEST(made.verdict(judge_admin_unexpected) == "good");
    accounts[2].enabled = true;
    BOOST_TEST(made.verdict(judge_admin_unexpected) == "bad warning");
}

BOOST_AUTO_TEST_CASE(an_account_without_an_id_is_known_by_its_name)
{
    BOOST_TEST(account_key(account("7", true)) == "7");
    BOOST_TEST(account_key(account("", true)) == "name of ");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
