#include "agent/probes/interfaces.hpp"
#include "agent/probes/ip_text.hpp"
#include "agent/probes/listeners.hpp"
#include "agent/probes/neighbours.hpp"
#include "agent/probes/netlink.hpp"
#include "agent/probes/peers.hpp"
#include "agent/probes/recent_file.hpp"
#include "tests/support/recorded_tree.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstring>
#include <ostream>

namespace mimamori::agent::probes {
namespace {

using tests::RecordedMachine;
using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

const wire::Adapter& adapter(const wire::InterfacesSection& section, std::string_view name)
{
    for (const wire::Adapter& one : section.adapters)
    {
        if (one.name == name)
            return one;
    }
    throw std::runtime_error{"no adapter " + std::string{name}};
}

Texts lines_of(const wire::NeighboursSection& section)
{
    Texts lines;
    for (const auto& one : section.neighbours)
        lines.push_back(one.adapter + ' ' + one.address + ' ' + one.mac);
    return lines;
}

BOOST_AUTO_TEST_SUITE(network)

BOOST_AUTO_TEST_CASE(adapters_carry_kind_addresses_and_gateways)
{
    RecordedMachine machine{"debian12"};
    const auto section = read_interfaces(machine.context());
    BOOST_TEST(section.adapters.size() == 6U);

    const auto& cable = adapter(section, "enp0s31f6");
    BOOST_TEST(cable.kind == "ethernet");
    BOOST_TEST(cable.description == "e1000e, pci 8086:15bb");
    BOOST_TEST(cable.mac == "00:1b:21:aa:bb:cc");
    BOOST_TEST(cable.link_up);
    const Texts addresses{"10.20.7.31/24", "fd12:3456::31/64", "fe80::21b:21ff:feaa:bbcc/64"};
    BOOST_TEST(cable.addresses == addresses, boost::test_tools::per_element());
    const Texts gateways{"10.20.7.1", "fe80::1"};
    BOOST_TEST(cable.gateways == gateways, boost::test_tools::per_element());
    BOOST_TEST((cable.dhcp == true));

    BOOST_TEST(adapter(section, "wlp2s0").kind == "wifi");
    BOOST_TEST(!adapter(section, "wlp2s0").link_up);
    const auto& phone = adapter(section, "enx0a1b2c3d4e5f");
    BOOST_TEST(phone.kind == "tethering");
    BOOST_TEST(phone.description == "Pixel 7, rndis_host");
    BOOST_TEST(phone.link_up);
    BOOST_TEST(adapter(section, "br0").kind == "bridge");
    BOOST_TEST(adapter(section, "tun0").kind == "vpn");
    BOOST_TEST(adapter(section, "lo").kind == "loopback");
    BOOST_TEST(adapter(section, "lo").mac == "");

    const Texts dns{"10.20.1.53", "10.20.1.54"};
    BOOST_TEST(section.dns == dns, boost::test_tools::per_element());
    BOOST_TEST((section.forwarding == false));
    Texts routes;
    for (const auto& route : section.routes)
        routes.push_back(route.destination + ' ' + route.gateway + ' ' + route.adapter);
    const Texts expected{
        "0.0.0.0/0 10.20.7.1 enp0s31f6", "0.0.0.0/0 192.168.42.129 enx0a1b2c3d4e5f",
        "10.20.7.0/24  enp0s31f6",       "192.168.42.0/24  enx0a1b2c3d4e5f",
        "::/0 fe80::1 enp0s31f6",        "fd12:3456::/64  enp0s31f6"};
    BOOST_TEST(routes == expected, boost::test_tools::per_element());
    BOOST_TEST(section.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(fixed_addresses_are_known_from_the_managers_files)
{
    RecordedMachine machine{"rocky9"};
    const auto section = read_interfaces(machine.context());
    BOOST_TEST((adapter(section, "ens192").dhcp == false));
    BOOST_TEST((adapter(section, "ens224").dhcp == false));
    BOOST_TEST((section.forwarding == true));
    machine.tree.remove("/etc/sysconfig/network-scripts/ifcfg-ens224");
    const auto again = read_interfaces(machine.context());
    BOOST_TEST(!adapter(again, "ens224").dhcp.has_value());
}

BOOST_AUTO_TEST_CASE(behind_the_stub_resolver_the_real_servers_are_found)
{
    RecordedMachine machine{"debian12"};
    machine.tree.write("/etc/resolv.conf", "nameserver 127.0.0.53\noptions edns0\n");
    machine.tree.write("/run/systemd/resolve/resolv.conf", "nameserver 10.20.1.53\n");
    machine.tree.write(
        "/run/systemd/netif/links/2", "ADMIN_STATE=configured\nDNS=10.20.1.53 ::1\n");
    const auto section = read_interfaces(machine.context());
    const Texts dns{"10.20.1.53"};
    BOOST_TEST(section.dns == dns, boost::test_tools::per_element());
    const Texts own{"10.20.1.53", "::1"};
    BOOST_TEST(adapter(section, "enp0s31f6").dns == own, boost::test_tools::per_element());
}

struct KindCase
{
    std::string_view what;
    AdapterTraits traits;
    std::string_view kind;

    friend std::ostream& operator<<(std::ostream& out, const KindCase& c) { return out << c.what; }
};

AdapterTraits hardware(std::string name, std::string driver, std::string product = {})
{
    AdapterTraits traits;
    traits.name = std::move(name);
    traits.driver = std::move(driver);
    traits.product = std::move(product);
    traits.has_device = true;
    return traits;
}

AdapterTraits virtual_one(std::string name, std::string device_type, unsigned type = 1)
{
    AdapterTraits traits;
    traits.name = std::move(name);
    traits.device_type = std::move(device_type);
    traits.type = type;
    return traits;
}

AdapterTraits bridged_tap()
{
    AdapterTraits traits = virtual_one("vnet0", "");
    traits.is_tunnel = true;
    traits.is_bridge_port = true;
    return traits;
}

const KindCase kinds[] = {
    {"a card", hardware("eth0", "igb"), "ethernet"},
    {"a modem", hardware("wwan0", "cdc_mbim"), "wwan"},
    {"a modem under another name", hardware("wwp0s20f0u2", "qmi_wwan"), "wwan"},
    {"an iPhone", hardware("eth1", "ipheth", "iPhone"), "tethering"},
    {"an Android phone", hardware("usb0", "cdc_ncm", "Galaxy"), "tethering"},
    {"a server's management processor",
     hardware("idrac", "cdc_ether", "iDRAC Virtual NIC USB Device"), "ethernet"},
    {"a Bluetooth network", virtual_one("bnep0", ""), "tethering"},
    {"WireGuard", virtual_one("wg0", "wireguard", 65534), "vpn"},
    {"PPP", virtual_one("ppp0", "ppp", 512), "vpn"},
    {"a virtual machine's end", bridged_tap(), "virtual"},
    {"a VLAN", virtual_one("eth0.7", "vlan"), "ethernet"},
    {"a bond", virtual_one("bond0", "bond"), "ethernet"},
    {"a container's end", virtual_one("veth12", ""), "virtual"},
    {"docker's bridge", virtual_one("docker0", "bridge"), "bridge"},
};

BOOST_DATA_TEST_CASE(adapters_are_told_apart, boost::unit_test::data::make(kinds), c)
{
    BOOST_TEST(kind_of(c.traits) == c.kind);
}

BOOST_AUTO_TEST_CASE(files_of_the_network_managers_are_understood)
{
    const std::string_view interfaces =
        "auto lo\niface lo inet loopback\niface eth0 inet6 auto\niface eth0 inet static\n"
        "  address 10.0.0.1\niface eth1 inet dhcp\n";
    BOOST_TEST((interfaces_file_says_dhcp(interfaces, "eth0") == false));
    BOOST_TEST((interfaces_file_says_dhcp(interfaces, "eth1") == true));
    BOOST_TEST(!interfaces_file_says_dhcp(interfaces, "eth2").has_value());
    BOOST_TEST((ifcfg_says_dhcp("BOOTPROTO=\"dhcp\"\n") == true));
    BOOST_TEST(!ifcfg_says_dhcp("DEVICE=x\n").has_value());
    const std::string_view keyfile =
        "[connection]\ninterface-name=eth0\n[ipv4]\nmethod=auto\n[ipv6]\nmethod=manual\n";
    BOOST_TEST((keyfile_says_dhcp(keyfile, "eth0") == true));
    BOOST_TEST(!keyfile_says_dhcp(keyfile, "eth1").has_value());
    BOOST_TEST(
        (networkd_file_says_dhcp("[Match]\nName=en*\n[Network]\nDHCP=yes\n", "eno1") == true));
    BOOST_TEST(
        (networkd_file_says_dhcp("[Match]\nName=x eno1\n[Network]\nAddress=10.0.0.1/8\n", "eno1")
         == false));
    BOOST_TEST(!networkd_file_says_dhcp("[Match]\nName=en*\n", "eth0").has_value());
}

BOOST_AUTO_TEST_CASE(privacy_addresses_are_left_out)
{
    // Two addresses as the kernel writes them: flags 0x01 (temporary) and 0x80 (permanent).
    const auto message = [](std::uint8_t flags, std::uint8_t last) {
        std::string body{"\x0a\x40", 2};
        body += static_cast<char>(flags);
        body += std::string{"\0\2\0\0\0", 5};
        body += std::string{"\x14\0\1\0\xfd", 5} + std::string(14, '\0') + static_cast<char>(last);
        std::string header(16, '\0');
        header[0] = static_cast<char>(16 + body.size());
        header[4] = 20;
        return header + body;
    };
    const auto found = parse_addresses(message(0x01, 7) + message(0x80, 8));
    BOOST_TEST_REQUIRE(found.size() == 2U);
    BOOST_TEST(found[0].temporary);
    BOOST_TEST(!found[0].permanent);
    BOOST_TEST(!found[1].temporary);
    BOOST_TEST(address_text(found[1].address) == "fd00::8");
    BOOST_TEST(parse_addresses(message(0x01, 7).substr(0, 30)).empty());
}

BOOST_AUTO_TEST_CASE(machines_that_answered_are_neighbours)
{
    RecordedMachine machine{"debian12"};
    const auto section = read_neighbours(machine.context());
    const Texts expected{
        "enp0s31f6 10.20.7.1 00:00:5e:00:01:07", "enp0s31f6 10.20.7.40 3c:52:82:11:22:33",
        "enp0s31f6 fe80::1 00:00:5e:00:01:07", "enx0a1b2c3d4e5f 192.168.42.129 02:50:f4:00:00:01"};
    BOOST_TEST(lines_of(section) == expected, boost::test_tools::per_element());
    BOOST_TEST(section.not_listed == 0U);
    BOOST_TEST(section.from.unknown.empty());
}

/// A dump with one machine, 10.20.7.40 at 3c:52:82:11:22:33 on adapter 2, in that state and certain
/// so many hundredths of a second ago.
std::string table_with(std::uint16_t state, std::uint32_t confirmed)
{
    std::string text(56, '\0');
    const auto put = [&text](std::size_t at, auto number) {
        std::memcpy(text.data() + at, &number, sizeof number);
    };
    put(0, std::uint32_t{56});
    put(4, std::uint16_t{28});
    text[16] = 2; // AF_INET
    put(20, std::uint32_t{2});
    put(24, state);
    put(28, std::uint16_t{8});
    put(30, std::uint16_t{1});
    text.replace(32, 4, "\x0a\x14\x07\x28");
    put(36, std::uint16_t{10});
    put(38, std::uint16_t{2});
    text.replace(40, 6, "\x3c\x52\x82\x11\x22\x33");
    put(48, std::uint16_t{8}); // Of the ages only the first.
    put(50, std::uint16_t{3});
    put(52, confirmed);
    return text;
}

BOOST_AUTO_TEST_CASE(only_what_is_certain_for_ten_minutes_is_a_sighting)
{
    RecordedMachine machine{"debian12"};
    const auto seen = [&machine](std::uint16_t state, std::uint32_t confirmed) {
        machine.tree.write("/.live/netlink_neighbours", table_with(state, confirmed));
        std::string text;
        const std::vector<std::string> asked{"02:00:00:00:00:09", "3c:52:82:11:22:33"};
        for (const auto& one : look_for_neighbours(machine.context(), asked))
            text += one.mac + ' ' + std::to_string(one.age_s);
        return text;
    };
    BOOST_TEST(seen(0x02, 150) == "3c:52:82:11:22:33 1");
    BOOST_TEST(seen(0x04, 60'000) == "3c:52:82:11:22:33 600");
    BOOST_TEST(seen(0x04, 60'001) == "");
    BOOST_TEST(seen(0x20, 0) == ""); // It was asked and did not answer.
    BOOST_TEST(seen(0x80, 0) == ""); // Written down by an administrator.
    machine.tree.remove("/.live/netlink_neighbours");
    const std::vector<std::string> asked{"3c:52:82:11:22:33"};
    BOOST_TEST(look_for_neighbours(machine.context(), asked).empty());
}

BOOST_AUTO_TEST_CASE(a_table_that_keeps_what_is_gone_does_not_make_it_a_neighbour)
{
    RecordedMachine machine{"debian12"};
    machine.tree.write("/.live/netlink_neighbours", table_with(0x04, 360'001));
    BOOST_TEST(read_neighbours(machine.context()).neighbours.empty());
    machine.tree.write("/.live/netlink_neighbours", table_with(0x04, 360'000));
    BOOST_TEST(read_neighbours(machine.context()).neighbours.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_neighbour_stays_for_a_day_after_it_was_seen)
{
    RecordedMachine machine{"debian12"};
    BOOST_TEST(read_neighbours(machine.context()).neighbours.size() == 4U);
    machine.tree.write("/.live/netlink_neighbours", "");
    machine.clock.advance(24h);
    BOOST_TEST(read_neighbours(machine.context()).neighbours.size() == 4U);
    machine.clock.advance(1ms);
    BOOST_TEST(read_neighbours(machine.context()).neighbours.empty());
}

struct Item
{
    std::uint32_t number{0};
};
BOOST_DESCRIBE_STRUCT(Item, (), (number))

std::uint32_t number_of(const Item& item)
{
    return item.number;
}

using Items = Recent<Item, number_of>;

BOOST_AUTO_TEST_CASE(a_flood_does_not_push_out_what_was_there)
{
    Items items{{}, 5};
    std::uint32_t left_out = 0;
    items.begin(Timestamp{1h});
    items.note({100});
    items.begin(Timestamp{2h});
    for (std::uint32_t i = 0; i < 10; ++i)
        items.note({i});
    const auto listed = items.oldest(3, left_out);
    BOOST_TEST_REQUIRE(listed.size() == 3U);
    BOOST_TEST(listed[0].number == 0U);
    BOOST_TEST(listed[1].number == 1U);
    BOOST_TEST(listed[2].number == 100U);
    BOOST_TEST(left_out == 8U); // 2 kept and not listed, 6 not kept.
}

BOOST_AUTO_TEST_CASE(what_was_seen_today_survives_a_restart)
{
    const tests::RecordedTree folder;
    const auto file = folder.root() / "items.json";
    std::uint32_t left_out = 0;
    {
        Items items{file, 10};
        BOOST_TEST(items.load().has_value());
        items.begin(Timestamp{100h});
        items.note({7});
        BOOST_TEST(items.save().has_value());
    }
    Items items{file, 10};
    BOOST_TEST(items.load().has_value());
    items.begin(Timestamp{124h});
    BOOST_TEST(items.oldest(10, left_out).size() == 1U);
    items.begin(Timestamp{124h} + 1ms);
    BOOST_TEST(items.oldest(10, left_out).empty());
}

BOOST_AUTO_TEST_CASE(listeners_carry_program_and_user)
{
    RecordedMachine machine{"debian12"};
    const auto section = read_listeners(machine.context());
    Texts lines;
    for (const auto& one : section.listeners)
        lines.push_back(
            one.protocol + ' ' + one.address + ' ' + std::to_string(one.port) + ' ' + one.program
            + ' ' + one.user);
    const Texts expected{
        "tcp 0.0.0.0 22 /usr/sbin/sshd root", "tcp 127.0.0.1 631 /usr/sbin/cupsd root",
        "tcp6 :: 22 /usr/sbin/sshd root", "udp 0.0.0.0 5353 /usr/sbin/avahi-daemon avahi"};
    BOOST_TEST(lines == expected, boost::test_tools::per_element());
    BOOST_TEST(section.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(peers_are_summed_up_with_direction_and_program)
{
    RecordedMachine machine{"debian12"};
    const auto section = read_peers(machine.context());
    Texts lines;
    for (const auto& one : section.peers)
        lines.push_back(
            one.direction + ' ' + one.address + ' ' + std::to_string(one.port) + ' ' + one.program);
    const Texts expected{
        "out 10.20.1.10 104 /opt/viewer/viewer", "out 10.20.7.40 51966 ",
        "in 10.20.9.5 22 /usr/sbin/sshd"};
    BOOST_TEST(lines == expected, boost::test_tools::per_element());
    BOOST_TEST(section.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(a_list_of_sockets_that_was_read_serves_one_more_probe_in_the_same_second)
{
    RecordedMachine machine{"debian12"};
    SocketLists lists;
    const Tree tree{machine.context().root};
    const Timestamp now{1h};
    const auto first = lists.read(tree, "tcp", now);
    BOOST_REQUIRE(first);
    BOOST_TEST(!first->empty());

    machine.tree.remove("/proc/net/tcp");
    const auto second = lists.read(tree, "tcp", now + 999ms);
    BOOST_REQUIRE(second);
    BOOST_TEST(second->size() == first->size());
    BOOST_TEST(!lists.read(tree, "tcp", now + 999ms));

    BOOST_REQUIRE(lists.read(tree, "tcp6", now));
    machine.tree.remove("/proc/net/tcp6");
    BOOST_TEST(!lists.read(tree, "tcp6", now + 1s));
}

BOOST_AUTO_TEST_CASE(descriptors_are_walked_only_for_new_sockets)
{
    RecordedMachine machine{"debian12"};
    read_peers(machine.context());
    // Without the descriptors the known sockets keep their programs.
    machine.tree.remove("/proc/1500");
    const auto again = read_peers(machine.context());
    BOOST_TEST(again.peers.at(0).program == "/opt/viewer/viewer");
    BOOST_TEST(again.peers.size() == 3U);
}

BOOST_AUTO_TEST_CASE(damaged_lines_of_socket_lists_are_passed_over)
{
    const auto sockets = parse_sockets(
        "heading\n"
        "   0: 00000000:0016 00000000:0000 0A 0:0 0:0 0 0 0 1 1\n"
        "   1: 0000000:0016 00000000:0000 0A 0:0 0:0 0 0 0 1 1\n"
        "   2: 00000000:10016 00000000:0000 0A 0:0 0:0 0 0 0 1 1\n"
        "   3: 00000000:0016\n"
        "   4: 00000000:0017 00000000:0000 0A 0:0 0:0 0 x 0 1 1\n",
        "tcp");
    BOOST_TEST_REQUIRE(sockets.size() == 1U);
    BOOST_TEST(sockets[0].local_port == 22);
}

BOOST_AUTO_TEST_CASE(the_ephemeral_range_is_read_or_usual)
{
    BOOST_TEST(parse_port_range("1024\t65535").first == 1024);
    BOOST_TEST(parse_port_range("nonsense").first == 32768);
    BOOST_TEST(parse_port_range("9 1").last == 60999);
}

BOOST_AUTO_TEST_CASE(nftables_names_its_tables)
{
    RecordedMachine machine{"debian12"};
    const auto names =
        parse_nftables_tables(machine.live.netlink_dump(NetlinkTable::nftables).value());
    const Texts expected{"inet filter", "ip nat"};
    BOOST_TEST(names == expected, boost::test_tools::per_element());
}

struct AddressCase
{
    std::vector<std::uint8_t> bytes;
    std::string_view text;

    friend std::ostream& operator<<(std::ostream& out, const AddressCase& c)
    {
        return out << c.text;
    }
};

const AddressCase addresses[] = {
    {{10, 20, 7, 31}, "10.20.7.31"},
    {{0, 0, 0, 0}, "0.0.0.0"},
    {{1, 2, 3}, ""},
    {std::vector<std::uint8_t>(16), "::"},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "::1"},
    {{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, "fe80::"},
    {{0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}, "2001:db8:0:1::1"},
    {{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1}, "2001:db8::1:0:0:1"},
    {{0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, "2001:db8:0:1:1:1:1:1"},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1}, "10.0.0.1"},
};

BOOST_DATA_TEST_CASE(addresses_are_written_shortest, boost::unit_test::data::make(addresses), c)
{
    BOOST_TEST(address_text(c.bytes) == c.text);
}

BOOST_AUTO_TEST_CASE(addresses_that_are_no_machines_are_known)
{
    const std::vector<std::uint8_t> group{224, 0, 0, 251};
    const std::vector<std::uint8_t> machine{223, 255, 255, 255};
    BOOST_TEST(is_no_host(group));
    BOOST_TEST(!is_no_host(machine));
    const std::vector<std::uint8_t> self{127, 9, 9, 9};
    BOOST_TEST(is_loopback(self));
    BOOST_TEST(!is_loopback(machine));
    const std::vector<std::uint8_t> mask{255, 255, 240, 0};
    BOOST_TEST(prefix_length(mask) == 20U);
}

BOOST_AUTO_TEST_CASE(this_machine_answers_the_same_questions)
{
    const RunningSystem live;
    const auto addresses_here = live.netlink_dump(NetlinkTable::addresses);
    BOOST_TEST_REQUIRE(addresses_here.has_value());
    bool has_loopback = false;
    for (const auto& one : parse_addresses(*addresses_here))
        has_loopback = has_loopback || is_loopback(one.address);
    BOOST_TEST(has_loopback);
    BOOST_TEST(live.netlink_dump(NetlinkTable::neighbours).has_value());
    BOOST_TEST(live.kernel_name().value().machine != "");
    BOOST_TEST(live.time_state().has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
