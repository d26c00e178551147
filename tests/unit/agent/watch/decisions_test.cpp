// What the watches decide, without a kernel.

#include "agent/watch/console_user.hpp"
#include "agent/watch/network_state_linux.hpp"
#include "agent/watch/recent_programs.hpp"
#include "agent/watch/uevent.hpp"
#include "tests/support/recorded_tree.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string>
#include <utmpx.h>

namespace mimamori::agent::watch {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(uevents)

// As the kernel sent it when a memory stick was put in.
const std::string stick_added =
    "add@/devices/pci0000:00/0000:00:14.0/usb1/1-2\0"
    "ACTION=add\0DEVPATH=/devices/pci0000:00/0000:00:14.0/usb1/1-2\0SUBSYSTEM=usb\0"
    "MAJOR=189\0MINOR=4\0DEVNAME=bus/usb/001/005\0DEVTYPE=usb_device\0PRODUCT=951/1666/110\0"
    "TYPE=0/0/0\0BUSNUM=001\0DEVNUM=005\0SEQNUM=4096\0"s;

BOOST_AUTO_TEST_CASE(a_stick_that_is_put_in_is_understood)
{
    const auto event = parse_uevent(stick_added);
    BOOST_TEST_REQUIRE(event.has_value());
    BOOST_TEST(event->action == "add");
    BOOST_TEST(event->device == "/devices/pci0000:00/0000:00:14.0/usb1/1-2");
    BOOST_TEST(event->subsystem == "usb");
    BOOST_TEST(event->type == "usb_device");
    BOOST_TEST(event->product == "951/1666/110");
    BOOST_TEST(is_usb_device(*event));
}

BOOST_AUTO_TEST_CASE(functions_of_a_device_and_other_subsystems_are_not_devices)
{
    auto event = *parse_uevent(stick_added);
    event.type = "usb_interface";
    BOOST_TEST(!is_usb_device(event));
    event.type = "usb_device";
    event.action = "change";
    BOOST_TEST(!is_usb_device(event));
    event.action = "remove";
    BOOST_TEST(is_usb_device(event));
    event.subsystem = "net";
    BOOST_TEST(!is_usb_device(event));
}

BOOST_AUTO_TEST_CASE(other_forms_are_left_alone)
{
    BOOST_TEST(!parse_uevent("").has_value());
    BOOST_TEST(!parse_uevent("libudev\0\xfe\xed\xca\xfe"s).has_value());
    BOOST_TEST(!parse_uevent("@/devices/x").has_value());
    BOOST_TEST(!parse_uevent("add@devices/x").has_value());
    BOOST_TEST(!parse_uevent("add").has_value());
    for (std::size_t cut = 0; cut < stick_added.size(); ++cut)
        (void)parse_uevent(std::string_view{stick_added}.substr(0, cut)); // No cut breaks it.
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(network_state)

void append(std::string& to, const void* data, std::size_t size)
{
    to.append(static_cast<const char*>(data), size);
    to.resize((to.size() + 3) / 4 * 4);
}

std::string message(unsigned short type, const std::string& body)
{
    nlmsghdr head{};
    head.nlmsg_len = static_cast<std::uint32_t>(NLMSG_LENGTH(body.size()));
    head.nlmsg_type = type;
    std::string bytes;
    append(bytes, &head, sizeof head);
    append(bytes, body.data(), body.size());
    return bytes;
}

std::string attribute(unsigned short type, const std::string& value)
{
    rtattr head{};
    head.rta_len = static_cast<unsigned short>(RTA_LENGTH(value.size()));
    head.rta_type = type;
    std::string bytes;
    append(bytes, &head, sizeof head);
    append(bytes, value.data(), value.size());
    return bytes;
}

std::string link(unsigned flags, const std::string& name = "eth0\0"s)
{
    ifinfomsg head{};
    head.ifi_index = 2;
    head.ifi_flags = flags;
    std::string body;
    append(body, &head, sizeof head);
    body += attribute(IFLA_IFNAME, name) + attribute(IFLA_STATS, std::string(96, '\x07'));
    return message(RTM_NEWLINK, body);
}

std::string address(unsigned short type, const std::string& octets, unsigned char prefix)
{
    ifaddrmsg head{};
    head.ifa_family = 2;
    head.ifa_prefixlen = prefix;
    head.ifa_index = 2;
    std::string body;
    append(body, &head, sizeof head);
    body += attribute(IFA_LOCAL, octets);
    return message(type, body);
}

BOOST_AUTO_TEST_CASE(a_link_that_goes_up_or_down_counts_and_its_repetition_does_not)
{
    NetworkState state;
    BOOST_TEST(state.take(link(IFF_UP | IFF_RUNNING)));
    BOOST_TEST(!state.take(link(IFF_UP | IFF_RUNNING)));
    BOOST_TEST(!state.take(link(IFF_UP | IFF_RUNNING | IFF_PROMISC))); // Somebody sniffs.
    BOOST_TEST(state.take(link(IFF_UP)));
    BOOST_TEST(state.take(link(IFF_UP, "lan0\0"s)));
}

BOOST_AUTO_TEST_CASE(an_address_counts_once_and_again_when_it_goes)
{
    NetworkState state;
    BOOST_TEST(state.take(address(RTM_NEWADDR, "\x0a\x00\x00\x05"s, 24)));
    BOOST_TEST(!state.take(address(RTM_NEWADDR, "\x0a\x00\x00\x05"s, 24))); // Lifetime renewed.
    BOOST_TEST(state.take(address(RTM_NEWADDR, "\x0a\x00\x00\x05"s, 16)));
    BOOST_TEST(state.take(address(RTM_NEWADDR, "\x0a\x00\x00\x06"s, 24)));
    BOOST_TEST(state.take(address(RTM_DELADDR, "\x0a\x00\x00\x06"s, 24)));
    BOOST_TEST(state.take(address(RTM_NEWADDR, "\x0a\x00\x00\x06"s, 24)));
}

BOOST_AUTO_TEST_CASE(several_messages_in_one_datagram_are_all_read)
{
    NetworkState state;
    BOOST_TEST(state.take(link(IFF_UP)));
    BOOST_TEST(state.take(link(IFF_UP) + address(RTM_NEWADDR, "\x0a\x00\x00\x05"s, 24)));
    BOOST_TEST(!state.take(link(IFF_UP) + address(RTM_NEWADDR, "\x0a\x00\x00\x05"s, 24)));
}

BOOST_AUTO_TEST_CASE(broken_messages_change_nothing)
{
    const std::string whole = link(IFF_UP) + address(RTM_NEWADDR, "\x0a\x00\x00\x05"s, 24);
    for (std::size_t cut = 0; cut < link(IFF_UP).size(); ++cut)
    {
        NetworkState state;
        BOOST_TEST(!state.take(std::string_view{whole}.substr(0, cut)));
    }
    std::string lying = link(IFF_UP);
    lying[NLMSG_HDRLEN + sizeof(ifinfomsg)] = '\x01'; // An attribute shorter than its head.
    NetworkState state;
    (void)state.take(lying);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(recent_programs)

using Time = RecentPrograms::Time;

BOOST_AUTO_TEST_CASE(a_program_is_remembered_for_ten_minutes)
{
    RecentPrograms recent;
    const Time begin{100h};
    BOOST_TEST(!recent.was_seen("a", begin));
    BOOST_TEST(recent.was_seen("a", begin + 10min - 1ns));
    BOOST_TEST(!recent.was_seen("a", begin + 10min));
    BOOST_TEST(!recent.was_seen("b", begin));
}

BOOST_AUTO_TEST_CASE(memory_is_bounded)
{
    RecentPrograms recent;
    const Time begin{100h};
    for (std::size_t i = 0; i < 10 * RecentPrograms::programs_max; ++i)
        BOOST_TEST(!recent.was_seen(std::to_string(i), begin));
    BOOST_TEST(recent.was_seen(std::to_string(10 * RecentPrograms::programs_max - 1), begin));
}

BOOST_AUTO_TEST_CASE(three_hundred_starts_a_second_are_borne_and_more_are_not)
{
    const Time begin{100h};
    StartRate at_limit;
    bool is_too_high = false;
    for (int second = 0; second <= 10; ++second)
        is_too_high = at_limit.is_too_high(second == 10 ? 0 : 300, begin + second * 1s);
    BOOST_TEST(!is_too_high);
    BOOST_TEST(at_limit.last_rate() == 300U);

    StartRate above;
    for (int second = 0; second <= 10; ++second)
        is_too_high = above.is_too_high(second == 10 ? 0 : 302, begin + second * 1s);
    BOOST_TEST(is_too_high);
    BOOST_TEST(above.last_rate() == 302U);
}

BOOST_AUTO_TEST_CASE(a_short_burst_is_borne)
{
    const Time begin{100h};
    StartRate rate;
    BOOST_TEST(!rate.is_too_high(2500, begin));
    BOOST_TEST(!rate.is_too_high(1, begin + 9s));
    BOOST_TEST(!rate.is_too_high(1, begin + 11s));
    BOOST_TEST(!rate.is_too_high(1, begin + 50s)); // A new window after a rest.
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(console_users)

std::string utmp_entry(short type, const char* user, const char* host, int at_s)
{
    utmpx entry{};
    entry.ut_type = type;
    std::strncpy(entry.ut_user, user, sizeof entry.ut_user);
    std::strncpy(entry.ut_host, host, sizeof entry.ut_host);
    entry.ut_tv.tv_sec = at_s;
    return {reinterpret_cast<const char*>(&entry), sizeof entry};
}

BOOST_AUTO_TEST_CASE(the_seat_tells_whose_session_it_shows)
{
    tests::RecordedTree machine;
    machine.write("/run/systemd/seats/seat0", "CAN_GRAPHICAL=1\nACTIVE=c2\nACTIVE_UID=1000\n");
    machine.write("/run/systemd/sessions/c2", "UID=1000\nUSER=tanaka\nACTIVE=1\nCLASS=user\n");
    machine.write("/run/utmp", utmp_entry(USER_PROCESS, "suzuki", "", 5));
    BOOST_TEST(console_user(machine.root()) == "tanaka");
    machine.write("/run/systemd/sessions/c2", "UID=118\nUSER=gdm\nCLASS=greeter\n");
    machine.remove("/run/utmp");
    BOOST_TEST(console_user(machine.root()) == "");
}

BOOST_AUTO_TEST_CASE(without_a_seat_the_newest_local_entry_of_utmp_counts)
{
    tests::RecordedTree machine;
    machine.write(
        "/run/utmp", utmp_entry(BOOT_TIME, "reboot", "", 1)
                         + utmp_entry(USER_PROCESS, "suzuki", ":0", 5)
                         + utmp_entry(USER_PROCESS, "sato", "", 7)
                         + utmp_entry(USER_PROCESS, "remote", "10.0.0.9", 9)
                         + utmp_entry(DEAD_PROCESS, "gone", "", 11));
    BOOST_TEST(console_user(machine.root()) == "sato");
}

BOOST_AUTO_TEST_CASE(nobody_is_nobody)
{
    const tests::RecordedTree machine;
    BOOST_TEST(console_user(machine.root()) == "");
}

BOOST_AUTO_TEST_CASE(a_session_name_cannot_lead_elsewhere)
{
    tests::RecordedTree machine;
    machine.write("/run/systemd/seats/seat0", "ACTIVE=../../../etc/evil\n");
    machine.write("/etc/evil", "USER=mallory\n");
    BOOST_TEST(console_user(machine.root()) == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::watch
