#include "tests/unit/collector/judge/judge_fixture.hpp"

#include <fmt/format.h>

namespace mimamori::collector::judge {
namespace {

using namespace test;

wire::UsbDevice stick(std::string serial)
{
    wire::UsbDevice device;
    device.vendor_id = "0781";
    device.product_id = "5567";
    device.serial = std::move(serial);
    device.device_class = "storage";
    return device;
}

wire::Event attached(wire::UsbDevice device)
{
    wire::Event event;
    event.kind = wire::EventKind::usb_attached;
    event.usb = std::move(device);
    return event;
}

storage::RegisteredMedium medium(std::string serial)
{
    storage::RegisteredMedium made;
    made.vendor_id = "0781";
    made.product_id = "5567";
    made.serial = std::move(serial);
    made.label = "radiology 1";
    return made;
}

wire::NeighboursSection neighbours(std::vector<std::string> macs)
{
    wire::NeighboursSection section;
    for (std::string& mac : macs)
        section.neighbours.push_back({"10.0.0.9", std::move(mac), "eth0"});
    return section;
}

std::string mac_of(int number)
{
    return fmt::format("02:00:00:00:{:02x}:{:02x}", number / 256, number % 256);
}

BOOST_AUTO_TEST_SUITE(usb_media)

BOOST_FIXTURE_TEST_CASE(a_stick_is_found_by_its_event_and_stays_found_when_pulled, Site)
{
    const auto pc = add_device("pc");
    put(pc, "usb", wire::UsbSection{});
    judge(pc);
    BOOST_TEST(findings(pc, "usb_unregistered") == Lines{});
    put_event(pc, attached(stick("A1")));
    judge(pc);
    BOOST_TEST(
        findings(pc, "usb_unregistered") == Lines{"usb_unregistered[0781:5567:A1] warning open"});
    clock.advance(1h);
    heard(pc);
    judge(pc);
    BOOST_TEST(
        findings(pc, "usb_unregistered") == Lines{"usb_unregistered[0781:5567:A1] warning open"});
}

BOOST_FIXTURE_TEST_CASE(a_stick_that_is_plugged_in_at_the_first_report_is_found, Site)
{
    const auto pc = add_device("pc");
    wire::UsbSection usb;
    usb.devices = {stick("A1")};
    put(pc, "usb", usb);
    judge(pc);
    const auto first = finding(pc, "usb_unregistered").happened_at;
    // Still there is not there again.
    clock.advance(1h);
    heard(pc);
    usb.devices.push_back(stick("B2"));
    put(pc, "usb", usb);
    judge(pc);
    BOOST_TEST(findings(pc, "usb_unregistered").size() == 2);
    for (const auto& record : records(pc))
    {
        if (record.subject == "0781:5567:A1")
            BOOST_TEST((record.happened_at == first));
    }
}

BOOST_FIXTURE_TEST_CASE(registering_closes_it_until_it_is_taken_off_or_ends, Site)
{
    const auto pc = add_device("pc");
    put(pc, "usb", wire::UsbSection{});
    put_event(pc, attached(stick("A1")));
    judge(pc);
    const auto registered = write([&](storage::Session& session) {
        return register_usb_medium(session, medium("A1"), "sato", clock.now());
    });
    BOOST_TEST_REQUIRE(registered.devices.size() == 1);
    judge(pc);
    BOOST_TEST(findings(pc, "usb_unregistered") == Lines{});
    const auto twice = database->write_and_wait([&](storage::Session& session) {
        return register_usb_medium(session, medium("A1"), "sato", clock.now());
    });
    BOOST_TEST((twice.error().code == Errc::conflict));

    write([&](storage::Session& session) {
        return unregister_usb_medium(session, registered.value.no, "sato", clock.now());
    });
    judge(pc);
    BOOST_TEST(findings(pc, "usb_unregistered").size() == 1);

    auto short_time = medium("A1");
    short_time.until = clock.now() + 1h;
    write([&](storage::Session& session) {
        return register_usb_medium(session, short_time, "sato", clock.now());
    });
    judge(pc);
    BOOST_TEST(findings(pc, "usb_unregistered") == Lines{});
    clock.advance(1h);
    heard(pc);
    judge(pc);
    BOOST_TEST(findings(pc, "usb_unregistered").size() == 1);
}

BOOST_FIXTURE_TEST_CASE(who_closed_it_is_asked_when_it_is_plugged_in_again, Site)
{
    const auto pc = add_device("pc");
    put(pc, "usb", wire::UsbSection{});
    put_event(pc, attached(stick("A1")));
    judge(pc);
    const std::string id = finding(pc, "usb_unregistered").id;
    clock.advance(1min);
    write([&](storage::Session& session) {
        return act_on_finding(session, id, findings::Resolve{"asked"}, "sato", clock.now());
    });
    judge(pc);
    BOOST_TEST(findings(pc, "usb_unregistered") == Lines{});
    clock.advance(1min);
    put_event(pc, attached(stick("A1")));
    judge(pc);
    BOOST_TEST(findings(pc, "usb_unregistered").size() == 1);
    BOOST_TEST(finding(pc, "usb_unregistered").id == id);
    BOOST_TEST(finding(pc, "usb_unregistered").reopened == 1);
}

BOOST_FIXTURE_TEST_CASE(a_medium_without_a_serial_cannot_be_registered, Site)
{
    const auto refused = database->write_and_wait([&](storage::Session& session) {
        return register_usb_medium(session, medium(""), "sato", clock.now());
    });
    BOOST_TEST((refused.error().code == Errc::invalid_input));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(network_neighbours)

BOOST_FIXTURE_TEST_CASE(ten_thousand_forged_neighbours_are_one_finding_with_their_number, Site)
{
    clock.advance(days{20});
    const auto pc = add_device("pc");
    clock.advance(days{20});
    heard(pc);
    for (int wave = 0; wave < 10; ++wave)
    {
        std::vector<std::string> macs;
        for (int i = 0; i < 1'000; ++i)
            macs.push_back(mac_of(wave * 1'000 + i));
        put(pc, "neighbours", neighbours(macs));
        judge(pc);
        clock.advance(6s);
        heard(pc);
    }
    BOOST_TEST(findings(pc, "neighbour_unknown") == Lines{"neighbour_unknown warning open"});
    BOOST_TEST(*finding(pc, "neighbour_unknown").evidence.find("count") == "2000");
    BOOST_TEST(database.number("SELECT count(*) FROM stranger") == 1'000);
    BOOST_TEST(
        database.number("SELECT count(*) FROM finding_change WHERE what = 'opened'"
                        " AND finding_no = (SELECT no FROM finding"
                        " WHERE rule = 'neighbour_unknown')")
        == 1);
}

BOOST_FIXTURE_TEST_CASE(a_stranger_is_told_by_the_device_that_saw_it_first, Site)
{
    const auto a = add_device("a");
    const auto b = add_device("b");
    put(a, "neighbours", neighbours({"02:00:00:00:00:01"}));
    put(b, "neighbours", neighbours({"02-00-00-00-00-01", "02:00:00:00:00:02"}));
    judge(a);
    judge(b);
    BOOST_TEST(*finding(a, "neighbour_unknown").evidence.find("count") == "1");
    BOOST_TEST(*finding(b, "neighbour_unknown").evidence.find("count") == "1");
    BOOST_TEST(
        *finding(b, "neighbour_unknown").evidence.find("newest") == "02:00:00:00:00:02 (10.0.0.9)");
}

BOOST_FIXTURE_TEST_CASE(our_own_devices_are_no_strangers, Site)
{
    const auto a = add_device("a");
    put(a, "neighbours", neighbours({"02:00:00:00:00:0b"}));
    judge(a);
    BOOST_TEST(findings(a, "neighbour_unknown").size() == 1);

    const auto b = add_device("b");
    wire::InterfacesSection interfaces;
    auto& adapter = interfaces.adapters.emplace_back();
    adapter.name = "eth0";
    adapter.kind = "ethernet";
    adapter.mac = "02:00:00:00:00:0B";
    adapter.link_up = true;
    put(b, "interfaces", interfaces);
    judge(b); // It enrolled, and the other device is judged again with it.
    BOOST_TEST(findings(a, "neighbour_unknown") == Lines{});
    put(a, "neighbours", neighbours({"02:00:00:00:00:0b", "ff:ff:ff:ff:ff:ff"}));
    judge(a);
    BOOST_TEST(findings(a, "neighbour_unknown") == Lines{});
}

BOOST_FIXTURE_TEST_CASE(approved_neighbours_are_known_until_they_are_removed, Site)
{
    const auto pc = add_device("pc");
    put(pc, "neighbours", neighbours({"02:00:00:00:00:01", "02:00:00:00:00:02"}));
    judge(pc);
    storage::KnownNeighbour printer;
    printer.mac = "02-00-00-00-00-01";
    printer.name = "printer";
    const auto approved = write([&](storage::Session& session) {
        return approve_neighbour(session, printer, "sato", clock.now());
    });
    BOOST_TEST(approved.devices.size() == 1);
    judge(pc);
    BOOST_TEST(*finding(pc, "neighbour_unknown").evidence.find("count") == "1");

    const auto all = write([&](storage::Session& session) {
        return approve_strangers(session, pc, "there from the start", {}, "sato", clock.now());
    });
    BOOST_TEST(all.value == 1);
    judge(pc);
    BOOST_TEST(findings(pc, "neighbour_unknown") == Lines{});

    write([&](storage::Session& session) {
        return remove_known_neighbour(session, approved.value.no, "sato", clock.now());
    });
    judge(pc);
    BOOST_TEST(*finding(pc, "neighbour_unknown").evidence.find("count") == "1");

    printer.mac = "not an address";
    const auto refused = database->write_and_wait([&](storage::Session& session) {
        return approve_neighbour(session, printer, "sato", clock.now());
    });
    BOOST_TEST((refused.error().code == Errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(addresses_are_compared_in_one_form)
{
    BOOST_TEST(comparable_mac("02-AB-cd-00-00-01") == "02:ab:cd:00:00:01");
    for (const char* none :
         {"", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "33:33:00:00:00:01",
          "02:ab:cd:00:00", "02:ab:cd:00:00:0g", "02:ab:cd:00:00:01:02", "02ab:cd:00:00:0100"})
        BOOST_TEST(comparable_mac(none) == "", none);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
