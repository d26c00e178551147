#include "agent/uplink/machine.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::agent::uplink {
namespace {

BOOST_AUTO_TEST_SUITE(machine_of_facts)

BOOST_AUTO_TEST_CASE(facts_come_from_three_sections_and_junk_stays_behind)
{
    wire::Facts facts;
    facts.os.emplace().hostname = "PC-07";
    facts.os->product = "Debian GNU/Linux 12 (bookworm)";
    auto& hardware = facts.hardware.emplace();
    hardware.serial = "Default string";
    hardware.board_serial = "/8D7JKX2/";
    hardware.vendor = "Dell Inc.";
    hardware.disks.emplace_back().serial = "S3Z9NB0K123456A";
    auto& interfaces = facts.interfaces.emplace();
    const auto add = [&](std::string kind, std::string mac) {
        auto& adapter = interfaces.adapters.emplace_back();
        adapter.kind = std::move(kind);
        adapter.mac = std::move(mac);
    };
    add("ethernet", "3c:52:82:aa:bb:cc");
    add("wifi", "3c:52:82:aa:bb:cd");
    add("vpn", "3c:52:82:aa:bb:ce");
    add("bridge", "02:42:ac:11:00:02");
    add("loopback", "00:00:00:00:00:00");

    const auto machine = machine_facts_of(facts);
    BOOST_TEST(machine.hostname == "PC-07");
    BOOST_TEST(machine.os == "Debian GNU/Linux 12 (bookworm)");
    BOOST_TEST(machine.serial.empty());
    BOOST_TEST(machine.board_serial == "/8D7JKX2/");
    BOOST_TEST(machine.vendor == "Dell Inc.");
    BOOST_TEST((machine.disk_serials == std::vector<std::string>{"S3Z9NB0K123456A"}));
    BOOST_TEST(
        (machine.macs == std::vector<std::string>{"3c:52:82:aa:bb:cc", "3c:52:82:aa:bb:cd"}));
}

BOOST_AUTO_TEST_CASE(nothing_found_is_nothing_said)
{
    BOOST_TEST((machine_facts_of({}) == wire::MachineFacts{}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::uplink
