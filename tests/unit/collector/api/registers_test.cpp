#include "tests/unit/collector/api/api_fixture.hpp"

#include <fmt/format.h>

#include <set>

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;

wire::UsbDevice stick(std::string serial)
{
    wire::UsbDevice device;
    device.vendor_id = "0781";
    device.product_id = "5567";
    device.vendor = "SanDisk";
    device.product = "Cruzer <i>";
    device.serial = std::move(serial);
    device.device_class = "storage";
    device.volume_labels = {"DATA"};
    return device;
}

wire::NeighboursSection neighbours(const std::vector<std::string>& macs)
{
    wire::NeighboursSection section;
    for (const std::string& mac : macs)
        section.neighbours.push_back({"10.0.0.9", mac, "eth0"});
    return section;
}

struct RegisterSite : ApiSite
{
    Browser sato{signed_in(Role::operator_)};
    DeviceId pc{add_device("pc")};

    RegisterSite() { put(pc, "usb", wire::UsbSection{}); }

    void attach(const std::string& serial, const DeviceId& to)
    {
        wire::Event event;
        event.kind = wire::EventKind::usb_attached;
        event.usb = stick(serial);
        put_event(to, event);
        judge(to);
        clock.advance(1min);
    }

    Reply media(const std::string& state) { return sato.get("/api/v1/usb-media?state=" + state); }

    Reply register_stick(
        const std::string& serial, const std::string& rest = R"("label":"放射線1")")
    {
        return sato.post(
            "/api/v1/usb-media",
            R"({"vendor_id":"0781","product_id":"5567","serial":")" + serial + "\"," + rest + '}');
    }

    Reply machines(const std::string& state)
    {
        return sato.get("/api/v1/neighbours?state=" + state);
    }
};

BOOST_FIXTURE_TEST_SUITE(registers, RegisterSite)

BOOST_AUTO_TEST_CASE(a_medium_is_listed_once_wherever_it_was_and_registering_closes_its_findings)
{
    const auto other = add_device("other");
    put(other, "usb", wire::UsbSection{});
    attach("A1", pc);
    attach("B2", pc);
    attach("A1", other);
    const auto found = media("unregistered");
    BOOST_TEST(found.at("/total") == "2");
    BOOST_TEST((found.each("serial") == Lines{"A1", "B2"})); // The last plugged in first.
    BOOST_TEST(found.at("/items/0/devices") == "2");
    BOOST_TEST(found.at("/items/0/device_id") == "other");
    BOOST_TEST(found.at("/items/0/product") == "Cruzer <i>");
    BOOST_TEST(found.at("/items/0/volume_labels/0") == "DATA");
    BOOST_TEST(found.at("/items/0/id") == "0");

    const auto made = register_stick("A1");
    BOOST_TEST(made.status == 201);
    BOOST_TEST(last_change() == "operator medium.register 放射線1");
    for (const auto& device : {pc, other})
        judge_anew(device);
    BOOST_TEST((media("unregistered").each("serial") == Lines{"B2"}));
    BOOST_TEST(media("unregistered").at("/items/0/site") == people::root_site().text());
    BOOST_TEST(findings(other, "usb_unregistered").empty());
    const auto registered = media("registered");
    BOOST_TEST(registered.at("/total") == "1");
    BOOST_TEST(registered.at("/items/0/label") == "放射線1");
    BOOST_TEST(registered.at("/items/0/registered_by") == "operator");
    BOOST_TEST(registered.at("/items/0/device_id") == "other"); // Where it was last.

    BOOST_TEST(register_stick("A1").status == 409);
    BOOST_TEST(sato.remove("/api/v1/usb-media/" + made.at("/id")).status == 204);
    BOOST_TEST(sato.remove("/api/v1/usb-media/" + made.at("/id")).status == 409);
    BOOST_TEST(sato.remove("/api/v1/usb-media/99").status == 404);
    judge_anew(other);
    BOOST_TEST(findings(other, "usb_unregistered").size() == 1);
    BOOST_TEST(media("registered").at("/total") == "0");
}

BOOST_AUTO_TEST_CASE(media_that_cannot_be_told_apart_cannot_be_registered)
{
    attach("", pc);
    BOOST_TEST((media("unregistered").each("serial") == Lines{""}));
    BOOST_TEST(
        register_stick("").at("/detail")
        == "serial: a medium without one cannot be told from others");
    BOOST_TEST(register_stick("A1", R"("label":"")").at("/detail") == "label: 1 to 200 bytes");
    BOOST_TEST(
        register_stick("A1", R"("label":"x","until":"2020-01-01T00:00:00Z")").at("/detail")
        == "until: must lie ahead");
}

BOOST_AUTO_TEST_CASE(a_registration_ends_on_its_day)
{
    attach("A1", pc);
    const std::string until = to_rfc3339(clock.now() + 1h);
    BOOST_TEST(register_stick("A1", R"("label":"x","until":")" + until + '"').status == 201);
    BOOST_TEST(media("unregistered").at("/total") == "0");
    clock.advance(1h);
    BOOST_TEST(media("unregistered").at("/total") == "1");
    BOOST_TEST(media("registered").at("/total") == "1"); // Still there, its end in the past.
}

BOOST_AUTO_TEST_CASE(media_come_in_pages)
{
    for (int i = 0; i < 5; ++i)
        attach(fmt::format("S{}", i), pc);
    for (int i = 5; i < 10; ++i)
        register_stick(fmt::format("S{}", i), fmt::format(R"("label":"stick {}")", i % 2));
    for (const char* state : {"unregistered", "registered"})
    {
        std::set<std::string> seen;
        std::string after;
        int pages = 0;
        for (; after != "null" && pages < 9; ++pages)
        {
            const auto reply =
                sato.get(fmt::format("/api/v1/usb-media?state={}&limit=2&after={}", state, after));
            BOOST_TEST_REQUIRE(reply.status == 200);
            for (const std::string& serial : reply.each("serial"))
                BOOST_TEST(seen.insert(serial).second, serial);
            after = reply.at("/next");
        }
        BOOST_TEST(seen.size() == 5, state);
        BOOST_TEST(pages == 3, state);
    }
    BOOST_TEST(sato.get("/api/v1/usb-media?state=odd").status == 400);
    BOOST_TEST(sato.get("/api/v1/usb-media?after=00").status == 400);
}

BOOST_AUTO_TEST_CASE(a_neighbour_is_named_and_known_from_then_on)
{
    put(pc, "neighbours", neighbours({"02:00:00:00:00:01", "02:00:00:00:00:02"}));
    judge(pc);
    const auto unknown = machines("unknown");
    BOOST_TEST(unknown.at("/total") == "2");
    BOOST_TEST(unknown.at("/items/0/device") == "pc");
    BOOST_TEST(unknown.at("/items/0/address") == "10.0.0.9");

    const auto made =
        sato.post("/api/v1/neighbours", R"({"mac":"02-00-00-00-00-01","name":"2階のプリンタ"})");
    BOOST_TEST(made.status == 201);
    BOOST_TEST((machines("unknown").each("mac") == Lines{"02:00:00:00:00:02"}));
    const auto known = machines("known");
    BOOST_TEST(known.at("/items/0/name") == "2階のプリンタ");
    BOOST_TEST(known.at("/items/0/mac") == "02:00:00:00:00:01");
    judge_anew(pc);
    BOOST_TEST(*finding(pc, "neighbour_unknown").evidence.find("count") == "1");

    BOOST_TEST(
        sato.post("/api/v1/neighbours", R"({"mac":"02:00:00:00:00:01","name":"again"})").status
        == 409);
    BOOST_TEST(sato.remove("/api/v1/neighbours/" + made.at("/id")).status == 204);
    BOOST_TEST(sato.remove("/api/v1/neighbours/" + made.at("/id")).status == 409);
    BOOST_TEST(machines("known").at("/total") == "0");
    judge_anew(pc);
    BOOST_TEST(machines("unknown").at("/total") == "2");
}

BOOST_AUTO_TEST_CASE(all_neighbours_that_one_device_saw_first_are_named_at_once)
{
    put(pc, "neighbours", neighbours({"02:00:00:00:00:01", "02:00:00:00:00:02"}));
    judge(pc);
    const auto done =
        sato.post("/api/v1/neighbours", R"({"device":"pc","name":"はじめからあるもの"})");
    BOOST_TEST(done.status == 200);
    BOOST_TEST(done.at("/approved") == "2");
    judge_anew(pc);
    BOOST_TEST(findings(pc, "neighbour_unknown").empty());
    BOOST_TEST(sato.post("/api/v1/neighbours", R"({"device":"nobody","name":"x"})").status == 404);
}

BOOST_AUTO_TEST_CASE(what_is_no_machine_is_no_neighbour)
{
    for (const char* mac : {"", "ff:ff:ff:ff:ff:ff", "02:00:00:00:00", "'; DROP TABLE neighbour"})
    {
        const auto reply =
            sato.post("/api/v1/neighbours", fmt::format(R"({{"mac":"{}","name":"x"}})", mac));
        BOOST_TEST(reply.status == 400, mac);
        BOOST_TEST(reply.at("/detail") == "mac: not an address of one machine", mac);
    }
    BOOST_TEST(
        sato.post("/api/v1/neighbours", R"({"mac":"02:00:00:00:00:01"})").at("/detail")
        == "name: 1 to 200 bytes");
}

BOOST_AUTO_TEST_CASE(neighbours_come_in_pages)
{
    std::vector<std::string> macs;
    for (int i = 0; i < 5; ++i)
        macs.push_back(fmt::format("02:00:00:00:00:{:02x}", i));
    put(pc, "neighbours", neighbours(macs));
    judge(pc);
    for (int i = 5; i < 10; ++i)
        sato.post(
            "/api/v1/neighbours",
            fmt::format(R"({{"mac":"02:00:00:00:00:{:02x}","name":"printer"}})", i));
    for (const char* state : {"unknown", "known"})
    {
        std::set<std::string> seen;
        std::string after;
        int pages = 0;
        for (; after != "null" && pages < 9; ++pages)
        {
            const auto reply =
                sato.get(fmt::format("/api/v1/neighbours?state={}&limit=2&after={}", state, after));
            BOOST_TEST_REQUIRE(reply.status == 200);
            for (const std::string& mac : reply.each("mac"))
                BOOST_TEST(seen.insert(mac).second, mac);
            after = reply.at("/next");
        }
        BOOST_TEST(seen.size() == 5, state);
        BOOST_TEST(pages == 3, state);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
