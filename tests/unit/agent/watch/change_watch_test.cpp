#include "agent/watch/change_watch.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::agent::watch {
namespace {

using namespace std::chrono_literals;
using wire::EventKind;

constexpr Timestamp noon = from_ms(1'790'000'000'000);

struct Watching
{
    ChangeWatch watch{Seen{}};
    wire::Facts facts;

    std::vector<wire::Event> look() { return watch.look(facts, noon, "tanaka"); }

    wire::UsbDevice stick() const
    {
        wire::UsbDevice device;
        device.vendor_id = "0951";
        device.product_id = "1666";
        device.vendor = "Kingston";
        device.product = "DataTraveler";
        device.serial = "0019E06B";
        device.port = "1-2";
        return device;
    }

    wire::AntivirusProduct clamav() const
    {
        wire::AntivirusProduct product;
        product.id = "clamav";
        product.name = "ClamAV";
        product.has_pattern = true;
        product.pattern_version = "27100";
        product.pattern_built_at = noon - 24h;
        product.realtime = wire::Switch::on;
        return product;
    }

    wire::Adapter adapter() const
    {
        wire::Adapter one;
        one.name = "eth0";
        one.link_up = true;
        one.addresses = {"10.0.0.5/24"};
        one.gateways = {"10.0.0.1"};
        return one;
    }
};

BOOST_FIXTURE_TEST_SUITE(change_watch, Watching)

BOOST_AUTO_TEST_CASE(what_is_there_at_the_start_is_no_event)
{
    facts.usb.emplace().devices = {stick()};
    facts.antivirus.emplace().products = {clamav()};
    facts.interfaces.emplace().adapters = {adapter()};
    facts.services.emplace().services.resize(5);
    BOOST_TEST(look().empty());
    BOOST_TEST(look().empty());
}

BOOST_AUTO_TEST_CASE(a_stick_that_comes_and_goes_is_told_with_the_user)
{
    facts.usb.emplace();
    look();
    facts.usb->devices = {stick()};
    const auto came = look();
    BOOST_TEST_REQUIRE(came.size() == 1);
    BOOST_TEST((came[0].kind == EventKind::usb_attached));
    BOOST_TEST(came[0].text == "Kingston DataTraveler (0951:1666, serial 0019E06B)");
    BOOST_TEST(came[0].user == "tanaka");
    BOOST_TEST((came[0].at == noon));
    BOOST_TEST((came[0].usb == stick()));
    facts.usb->devices.clear();
    const auto gone = look();
    BOOST_TEST_REQUIRE(gone.size() == 1);
    BOOST_TEST((gone[0].kind == EventKind::usb_removed));
    BOOST_TEST((gone[0].usb == stick()));
}

BOOST_AUTO_TEST_CASE(another_device_in_the_same_socket_is_another_device)
{
    facts.usb.emplace().devices = {stick()};
    look();
    facts.usb->devices[0].serial = "ANOTHER";
    const auto events = look();
    BOOST_TEST_REQUIRE(events.size() == 2);
    BOOST_TEST((events[0].kind == EventKind::usb_removed));
    BOOST_TEST((events[1].kind == EventKind::usb_attached));
}

BOOST_AUTO_TEST_CASE(a_label_that_appears_later_is_no_second_arrival)
{
    facts.usb.emplace().devices = {stick()};
    look();
    facts.usb->devices[0].volume_labels = {"BACKUP"};
    facts.usb->devices[0].driver = "usb-storage";
    BOOST_TEST(look().empty());
}

BOOST_AUTO_TEST_CASE(a_section_that_could_not_be_read_removes_nothing)
{
    facts.usb.emplace().devices = {stick()};
    look();
    facts.usb->devices.clear();
    facts.usb->from.unknown = {{"", "read /sys/bus/usb/devices: Permission denied"}};
    BOOST_TEST(look().empty());
    facts.usb->from.unknown = {{"devices", "read /sys/bus/usb/devices: Permission denied"}};
    BOOST_TEST(look().empty());
    // Another member that is unknown hides nothing.
    facts.usb->from.unknown = {{"storage_policy", "list /etc/modprobe.d: Permission denied"}};
    BOOST_TEST(look().size() == 1U);
    facts.usb->devices = {stick()};
    BOOST_TEST(look().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_source_that_is_silent_for_a_moment_is_no_change)
{
    facts.os.emplace().product = "Debian GNU/Linux 12 (bookworm)";
    facts.os->kernel = "6.1.0-18-amd64";
    facts.interfaces.emplace().adapters.emplace_back().name = "eth0";
    facts.interfaces->adapters[0].addresses = {"10.0.0.5/24"};
    facts.interfaces->adapters[0].gateways = {"10.0.0.1"};
    facts.services.emplace().services.emplace_back().name = "ssh.service";
    look();
    const auto whole = facts;
    facts.os->product.clear();
    facts.os->from.unknown = {{"product", "read /etc/os-release: Input/output error"}};
    facts.interfaces->adapters[0].addresses.clear();
    facts.interfaces->from.unknown = {{"addresses", "netlink addresses: No buffer space"}};
    facts.services->services.clear();
    facts.services->from.unknown = {{"services", "list /etc/systemd/system: Input/output error"}};
    BOOST_TEST(look().empty());
    facts = whole;
    BOOST_TEST(look().empty());
}

BOOST_AUTO_TEST_CASE(a_new_pattern_is_told_with_its_date)
{
    facts.antivirus.emplace().products = {clamav()};
    look();
    facts.antivirus->products[0].pattern_version = "27101";
    facts.antivirus->products[0].pattern_built_at = noon;
    const auto events = look();
    BOOST_TEST_REQUIRE(events.size() == 1);
    BOOST_TEST((events[0].kind == EventKind::pattern_changed));
    BOOST_TEST(events[0].text == "ClamAV: pattern 27100 to 27101, built " + to_rfc3339(noon));
    BOOST_TEST_REQUIRE(events[0].antivirus.has_value());
    BOOST_TEST(events[0].antivirus->pattern_version == "27101");
    BOOST_TEST(events[0].user.empty());
}

BOOST_AUTO_TEST_CASE(a_pattern_that_is_unreadable_for_a_moment_is_no_change)
{
    facts.antivirus.emplace().products = {clamav()};
    look();
    facts.antivirus->products[0].pattern_version.clear();
    facts.antivirus->products[0].pattern_built_at.reset();
    BOOST_TEST(look().empty());
    facts.antivirus->products[0] = clamav();
    BOOST_TEST(look().empty());
}

BOOST_AUTO_TEST_CASE(patterns_and_updates_are_remembered_over_a_restart)
{
    facts.antivirus.emplace().products = {clamav()};
    facts.os.emplace().product = "Debian GNU/Linux 12 (bookworm)";
    facts.os->kernel = "6.1.0-18-amd64";
    facts.patches.emplace().last_update_at = noon - 48h;
    BOOST_TEST(look().empty());
    watch = ChangeWatch{watch.seen()};
    BOOST_TEST(look().empty());
    watch = ChangeWatch{watch.seen()};
    facts.antivirus->products[0].pattern_version = "27101";
    facts.os->kernel = "6.1.0-28-amd64";
    facts.patches->last_update_at = noon;
    const auto events = look();
    BOOST_TEST_REQUIRE(events.size() == 3);
    BOOST_TEST((events[0].kind == EventKind::pattern_changed));
    BOOST_TEST((events[1].kind == EventKind::os_updated));
    BOOST_TEST(
        events[1].text
        == "Debian GNU/Linux 12 (bookworm) kernel 6.1.0-18-amd64 to "
           "Debian GNU/Linux 12 (bookworm) kernel 6.1.0-28-amd64");
    BOOST_TEST((events[2].kind == EventKind::os_updated));
    BOOST_TEST(events[2].text == "updates installed at " + to_rfc3339(noon));
}

BOOST_AUTO_TEST_CASE(protection_that_goes_off_and_on_is_told_both_times)
{
    facts.antivirus.emplace().products = {clamav()};
    look();
    facts.antivirus->products[0].realtime = wire::Switch::off;
    const auto off = look();
    BOOST_TEST_REQUIRE(off.size() == 1);
    BOOST_TEST((off[0].kind == EventKind::antivirus_switched));
    BOOST_TEST(off[0].text == "ClamAV: real-time protection off");
    facts.antivirus->products[0].realtime = wire::Switch::unknown;
    BOOST_TEST(look().empty());
    facts.antivirus->products.clear();
    BOOST_TEST(look()[0].text == "clamav: no longer found");
    facts.antivirus->products = {clamav()};
    BOOST_TEST(look()[0].text == "ClamAV: newly found");
}

BOOST_AUTO_TEST_CASE(what_an_antivirus_product_found_is_told_once_even_across_a_restart)
{
    auto& section = facts.antivirus.emplace();
    section.products = {clamav()};
    section.detection_logs = {"clamav", "defender"};
    section.detections = {
        {"defender", "{1}", noon - 1h, "EICAR", "C:\\eicar.com", ""},
        {"clamav", "", noon - 2h, "Eicar-Test", "/tmp/eicar.com", "moved"}};
    auto events = look();
    BOOST_TEST_REQUIRE(events.size() == 2); // The first look tells them, too.
    BOOST_TEST((events[0].kind == EventKind::antivirus_detection));
    BOOST_TEST(events[0].text == "Eicar-Test in /tmp/eicar.com: moved");
    BOOST_TEST((events[0].at == noon - 2h));
    BOOST_TEST_REQUIRE(events[0].antivirus.has_value());
    BOOST_TEST(events[0].antivirus->name == "ClamAV");
    BOOST_TEST(events[1].text == "EICAR in C:\\eicar.com");
    BOOST_TEST(!events[1].antivirus.has_value());
    BOOST_TEST(look().empty());

    section.detections[0].action = "Quarantine"; // Told later of a find that is known.
    section.detections[0].at = noon - 30min;
    BOOST_TEST(look().empty());
    const auto locked = std::exchange(section.detections, {});
    section.detection_logs = {};
    BOOST_TEST(look().empty());
    watch = ChangeWatch{watch.seen()};
    section.detections = locked;
    section.detection_logs = {"clamav", "defender"};
    BOOST_TEST(look().empty());
    // The same file again, an hour later, is another find.
    section.detections.insert(
        section.detections.begin(), {"clamav", "", noon, "Eicar-Test", "/tmp/eicar.com", ""});
    events = look();
    BOOST_TEST_REQUIRE(events.size() == 1);
    BOOST_TEST((events[0].at == noon));
    // What is a week old leaves the list and is forgotten.
    section.detections.clear();
    BOOST_TEST(look().empty());
    BOOST_TEST(watch.seen().detections.empty());
}

BOOST_AUTO_TEST_CASE(a_cable_that_is_moved_is_one_event)
{
    facts.interfaces.emplace().adapters = {adapter()};
    look();
    facts.interfaces->adapters[0].addresses = {"192.168.1.7/24"};
    facts.interfaces->adapters[0].gateways = {"192.168.1.1"};
    facts.interfaces->adapters.push_back({});
    facts.interfaces->adapters[1].name = "wlan0";
    const auto events = look();
    BOOST_TEST_REQUIRE(events.size() == 1);
    BOOST_TEST((events[0].kind == EventKind::network_changed));
    BOOST_TEST(
        events[0].text
        == "eth0: up 10.0.0.5/24 via 10.0.0.1 to up 192.168.1.7/24 via 192.168.1.1; "
           "wlan0: new, down");
    facts.interfaces->adapters.pop_back();
    BOOST_TEST(look()[0].text == "wlan0: gone");
    BOOST_TEST(look().empty());
}

BOOST_AUTO_TEST_CASE(a_new_service_is_told_and_hundreds_are_told_in_few_words)
{
    facts.services.emplace().services.resize(1);
    facts.services->services[0].name = "ssh.service";
    look();
    wire::Service added;
    added.name = "remote-help.service";
    added.command = "/opt/help/bin/helpd";
    facts.services->services.push_back(added);
    const auto events = look();
    BOOST_TEST_REQUIRE(events.size() == 1);
    BOOST_TEST((events[0].kind == EventKind::service_installed));
    BOOST_TEST(events[0].text == "remote-help.service: /opt/help/bin/helpd");
    for (int i = 0; i < 300; ++i)
    {
        added.name = "s" + std::to_string(i);
        facts.services->services.push_back(added);
    }
    const auto many = look();
    BOOST_TEST(many.size() == 21);
    BOOST_TEST(many.back().text == "and 280 more");
}

BOOST_AUTO_TEST_CASE(logons_after_the_first_look_are_told_with_their_own_time)
{
    wire::Logon before{"tanaka", "interactive", "tty1", noon - 2h};
    facts.logons.emplace().logons = {before};
    BOOST_TEST(look().empty());
    facts.logons->logons = {{"sato", "remote", "10.0.0.9", noon - 1h}, before};
    const auto events = look();
    BOOST_TEST_REQUIRE(events.size() == 1);
    BOOST_TEST((events[0].kind == EventKind::logon));
    BOOST_TEST(events[0].user == "sato");
    BOOST_TEST(events[0].text == "remote from 10.0.0.9");
    BOOST_TEST((events[0].at == noon - 1h));
    BOOST_TEST(look().empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::watch
