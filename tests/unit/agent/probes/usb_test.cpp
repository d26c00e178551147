#include "agent/probes/usb.hpp"
#include "tests/support/recorded_tree.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::agent::probes {
namespace {

using tests::RecordedMachine;

BOOST_AUTO_TEST_SUITE(usb)

BOOST_AUTO_TEST_CASE(devices_that_are_plugged_in_are_listed)
{
    RecordedMachine machine{"debian12"};
    const auto section = read_usb(machine.context());
    BOOST_TEST_REQUIRE(section.devices.size() == 4U);

    const auto& stick = section.devices[0];
    BOOST_TEST(stick.port == "1-2");
    BOOST_TEST(stick.vendor_id == "0781");
    BOOST_TEST(stick.product_id == "5583");
    BOOST_TEST(stick.vendor == "SanDisk");
    BOOST_TEST(stick.product == "Ultra Fit");
    BOOST_TEST(stick.serial == "4C530001230506112345");
    BOOST_TEST(!stick.serial_made_up);
    BOOST_TEST(stick.device_class == "storage");
    BOOST_TEST(stick.driver == "usb-storage");
    const std::vector<std::string> labels{"PATTERN"};
    BOOST_TEST(stick.volume_labels == labels, boost::test_tools::per_element());

    BOOST_TEST(section.devices[1].port == "1-3");
    BOOST_TEST(section.devices[1].product_id == "4eeb");
    BOOST_TEST(section.devices[1].device_class == "network");
    BOOST_TEST(section.devices[2].device_class == "hub");
    BOOST_TEST(section.devices[3].port == "1-4.1");
    BOOST_TEST(section.devices[3].device_class == "hid");
    BOOST_TEST(section.devices[3].driver == "usbhid");
    BOOST_TEST(section.devices[3].serial == "");
    BOOST_TEST(section.storage_policy == "allowed");
    BOOST_TEST(section.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(one_device_is_read_by_its_port)
{
    RecordedMachine machine{"debian12"};
    const Tree tree{machine.tree.root()};
    BOOST_TEST(read_usb_device(tree, "1-2").value().serial == "4C530001230506112345");
    for (const std::string none : {"usb1", "1-2:1.0", "9-9", "", "1-2/..", "../1-2"})
        BOOST_TEST(!read_usb_device(tree, none).has_value(), none);
}

BOOST_AUTO_TEST_CASE(sites_shut_storage_out_in_different_ways)
{
    RecordedMachine rocky{"rocky9"};
    BOOST_TEST(read_usb(rocky.context()).storage_policy == "blocked");
    RecordedMachine ubuntu{"ubuntu2204"};
    BOOST_TEST(read_usb(ubuntu.context()).storage_policy == "blocked");
    ubuntu.tree.remove("/etc/systemd/system/basic.target.wants/usbguard.service");
    BOOST_TEST(read_usb(ubuntu.context()).storage_policy == "allowed");
    RecordedMachine debian{"debian12"};
    debian.tree.write("/sys/devices/pci0000:00/0000:00:14.0/usb1/authorized_default", "0\n");
    BOOST_TEST(read_usb(debian.context()).storage_policy == "blocked");
}

BOOST_AUTO_TEST_CASE(a_machine_without_usb_says_so)
{
    RecordedMachine machine{"minimal"};
    const auto section = read_usb(machine.context());
    BOOST_TEST(section.devices.empty());
    BOOST_TEST(section.storage_policy == "");
    BOOST_TEST_REQUIRE(section.from.unknown.size() == 2U);
    BOOST_TEST(section.from.unknown[0].fact == "devices");
    BOOST_TEST(
        section.from.unknown[0].why == "read /sys/bus/usb/devices: No such file or directory");
}

struct PolicyCase
{
    std::string_view what;
    StoragePolicySigns signs;
    std::string_view expected;

    friend std::ostream& operator<<(std::ostream& out, const PolicyCase& c)
    {
        return out << c.what;
    }
};

const PolicyCase policies[] = {
    {"nothing read", {}, ""},
    {"nothing set", {.configuration_read = true}, "allowed"},
    {"driver replaced", {.configuration_read = true, .install_replaced = true}, "blocked"},
    {"one driver is not enough",
     {.configuration_read = true, .storage_blacklisted = true},
     "allowed"},
    {"both drivers",
     {.configuration_read = true, .storage_blacklisted = true, .uas_blacklisted = true},
     "blocked"},
    {"driver in the kernel",
     {.configuration_read = true, .install_replaced = true, .built_in = true},
     "allowed"},
    {"not authorized", {.new_devices_unauthorized = true}, "blocked"},
    {"usbguard", {.usbguard_blocks = true}, "blocked"},
    {"read-only", {.configuration_read = true, .forced_read_only = true}, "read_only"},
};

BOOST_DATA_TEST_CASE(the_policy_follows_from, boost::unit_test::data::make(policies), c)
{
    BOOST_TEST(storage_policy_of(c.signs) == c.expected);
}

BOOST_AUTO_TEST_CASE(configuration_files_are_understood)
{
    StoragePolicySigns signs;
    apply_modprobe_file(
        "# blacklist usb-storage\ninstall usb_storage /usr/bin/modprobe x\n", signs);
    BOOST_TEST(!signs.storage_blacklisted);
    BOOST_TEST(!signs.install_replaced);
    apply_modprobe_file("blacklist usb-storage\ninstall usb_storage /bin/true\n", signs);
    BOOST_TEST(signs.storage_blacklisted);
    BOOST_TEST(signs.install_replaced);
    BOOST_TEST(!signs.uas_blacklisted);
    apply_kernel_command_line("quiet module_blacklist=foo,uas ro", signs);
    BOOST_TEST(signs.uas_blacklisted);
    BOOST_TEST(usbguard_blocks_unknown("ImplicitPolicyTarget=reject\n"));
    BOOST_TEST(!usbguard_blocks_unknown("ImplicitPolicyTarget=allow\n"));
    BOOST_TEST(!usbguard_blocks_unknown("#ImplicitPolicyTarget=block\n"));
    BOOST_TEST(has_read_only_rule("SUBSYSTEM==\"block\", ENV{ID_BUS}==\"usb\", ATTR{ro}=\"1\"\n"));
    BOOST_TEST(!has_read_only_rule("# SUBSYSTEM==\"block\", ATTR{ro}=\"1\"\n"));
}

BOOST_AUTO_TEST_CASE(a_device_is_named_after_what_matters_most)
{
    BOOST_TEST(usb_class_of(0, {}) == "other");
    BOOST_TEST(usb_class_of(0, {{0x03, 1, 1}, {0x08, 6, 0x50}}) == "storage");
    BOOST_TEST(usb_class_of(0, {{0x06, 1, 1}, {0x0a, 0, 0}}) == "image");
    BOOST_TEST(usb_class_of(0, {{0xe0, 1, 1}}) == "wireless");
    BOOST_TEST(usb_class_of(0, {{0xe0, 1, 3}}) == "network");
    BOOST_TEST(usb_class_of(9, {{9, 0, 0}}) == "hub");
    BOOST_TEST(usb_class_of(0xff, {{0xff, 0, 0}}) == "other");
    BOOST_TEST(usb_class_of(0, {{0x0b, 0, 0}}) == "smartcard");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
