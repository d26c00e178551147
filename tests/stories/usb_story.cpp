// A stick is put in and pulled out. This machine need not have USB: what the agent sees below /sys
// is recorded, and the kernel is made to announce the stick as it announces real ones.

#include "tests/support/private_machine.hpp"
#include "tests/support/recorded_tree.hpp"
#include "tests/support/site.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace mimamori {
namespace {

using tests::text;
using tests::wait_until;

constexpr const char* stick = "/devices/pci0000:00/0000:00:14.0/usb1/1-2";

/// Whether this program is in a network of its own now.
bool is_apart()
{
    static const bool done = [] {
        try
        {
            tests::enter_private_network();
        }
        catch (const std::exception& failure)
        {
            BOOST_TEST_MESSAGE(failure.what());
            return false;
        }
        return tests::can_hide_folders();
    }();
    return done;
}

struct OnlyApart
{
    boost::test_tools::assertion_result operator()(boost::unit_test::test_unit_id) const
    {
        boost::test_tools::assertion_result can{is_apart()};
        can.message() << "needs the right to a network and mounts of its own";
        return can;
    }
};

struct UsbSite
{
    tests::RecordedTree machine{"debian12"};
    tests::Site site;
    tests::SiteAgent agent{site, "agent", options(machine.root())};

    static tests::AgentOptions options(const std::filesystem::path& machine)
    {
        tests::AgentOptions options;
        options.watch = "programs = \"off\"\nusb = true\nnetwork = false\n";
        options.prefix = tests::seeing({{machine / "sys", "/sys"}});
        return options;
    }

    void plug_in() const
    {
        link("1-2", "1-2");
        link("1-2:1.0", "1-2/1-2:1.0");
        tests::announce_device(
            "add", stick, {"SUBSYSTEM=usb", "DEVTYPE=usb_device", "PRODUCT=781/5583/100"});
    }

    void pull_out()
    {
        machine.remove("/sys/bus/usb/devices/1-2");
        machine.remove("/sys/bus/usb/devices/1-2:1.0");
        tests::announce_device(
            "remove", stick, {"SUBSYSTEM=usb", "DEVTYPE=usb_device", "PRODUCT=781/5583/100"});
    }

    void link(const std::string& name, const std::string& target) const
    {
        std::filesystem::create_symlink(
            "../../../devices/pci0000:00/0000:00:14.0/usb1/" + target,
            machine.root() / "sys/bus/usb/devices" / name);
    }

    bool has_stick()
    {
        const auto facts = site.device(agent.device_id()).at("facts").as_object();
        const auto* usb = facts.if_contains("usb");
        if (usb == nullptr)
            return false;
        const auto& devices = usb->at("devices").as_array();
        return std::any_of(devices.begin(), devices.end(), [](const auto& device) {
            return text(device.as_object(), "serial") == "4C530001230506112345";
        });
    }

    std::vector<boost::json::object> usb_events()
    {
        auto all = site.events(agent.device_id());
        std::erase_if(
            all, [](const auto& event) { return !text(event, "kind").starts_with("usb_"); });
        return all;
    }
};

BOOST_FIXTURE_TEST_CASE(
    a_stick_that_comes_and_goes_is_told_both_times,
    UsbSite,
    *boost::unit_test::precondition(OnlyApart{}))
{
    machine.remove("/sys/bus/usb/devices/1-2");
    machine.remove("/sys/bus/usb/devices/1-2:1.0");
    site.start_collector();
    agent.enrol();
    agent.start();
    wait_until("the devices that are there", [&] {
        return site.device(agent.device_id()).at("facts").as_object().contains("usb");
    });
    BOOST_TEST(!has_stick());
    BOOST_TEST(usb_events().empty()); // What was there at the start is no event.
    BOOST_TEST(agent.verb({"status"}).text.find("usb by events") != std::string::npos);

    const auto plugged = std::chrono::steady_clock::now();
    plug_in();
    wait_until("its arrival", [&] { return usb_events().size() == 1; });
    const auto told = std::chrono::steady_clock::now();
    wait_until("the stick on the device's page", [&] { return has_stick(); });
    const auto arrival = usb_events().front();
    BOOST_TEST(text(arrival, "kind") == "usb_attached");
    BOOST_TEST(text(arrival.at("usb").as_object(), "serial") == "4C530001230506112345");
    BOOST_TEST(text(arrival.at("usb").as_object(), "vendor_id") == "0781");
    wait_until("the finding", [&] {
        return site.findings(agent.device_id(), "usb_unregistered").size() == 1;
    });

    const auto pulled = std::chrono::steady_clock::now();
    pull_out();
    wait_until("its removal", [&] { return usb_events().size() == 2; });
    const auto told_again = std::chrono::steady_clock::now();
    BOOST_TEST(text(usb_events().back(), "kind") == "usb_removed");
    BOOST_TEST(text(usb_events().back().at("usb").as_object(), "serial") == "4C530001230506112345");
    wait_until("the page without it", [&] { return !has_stick(); });
    BOOST_TEST_MESSAGE(
        "arrival told after " << std::chrono::duration<double>(told - plugged).count()
                              << " s, removal after "
                              << std::chrono::duration<double>(told_again - pulled).count()
                              << " s");
}

} // namespace
} // namespace mimamori
