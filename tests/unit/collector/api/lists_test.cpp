#include "tests/unit/collector/api/scope_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace mimamori::collector::api {
namespace {

using namespace test;
using judge::test::processes;
using judge::test::program;
using people::Role;

/// Whether each element holds.
std::set<std::string> set_of(const Lines& lines)
{
    return {lines.begin(), lines.end()};
}

/// Three of everything that lists show.
struct ListedSite : ApiSite
{
    Browser sato{signed_in(Role::operator_)};

    ListedSite()
    {
        const char* makers[] = {"SanDisk", "Buffalo", "Elecom"};
        int number = 0;
        for (const char* id : {"pc-2", "pc-10", "pc-9"})
        {
            const auto device = add_device(id);
            auto odd =
                program(fmt::format("/tmp/{}/tool{}", makers[number], number), "abc"[number]);
            odd.signer = "Maker of " + std::string{makers[number]};
            put(device, "processes", processes({odd}));
            put(device, "usb", wire::UsbSection{});
            wire::NeighboursSection section;
            section.neighbours.push_back(
                {fmt::format("10.0.{}.9", 9 - number), fmt::format("02:00:00:00:00:{:02x}", number),
                 "eth0"});
            put(device, "neighbours", section);
            judge(device);
            attach(device, makers[number], fmt::format("S{}", number));
            clock.advance(1min);
            ++number;
        }
    }

    void attach(const DeviceId& to, const std::string& vendor, const std::string& serial)
    {
        wire::Event event;
        event.kind = wire::EventKind::usb_attached;
        event.usb = wire::UsbDevice{};
        event.usb->vendor_id = "0781";
        event.usb->product_id = "5567";
        event.usb->vendor = vendor;
        event.usb->serial = serial;
        event.usb->device_class = "storage";
        put_event(to, event);
        judge(to);
    }

    Lines read(const std::string& path, const std::string& member)
    {
        const auto reply = sato.get(path);
        BOOST_TEST(reply.status == 200, path << ' ' << reply.body);
        return reply.each(member);
    }

    /// All rows, two a page.
    Lines paged(const std::string& path, const std::string& member)
    {
        Lines all;
        std::string after;
        for (int pages = 0; after != "null" && pages < 99; ++pages)
        {
            const auto reply = sato.get(fmt::format("{}&limit=2&after={}", path, after));
            BOOST_TEST_REQUIRE(reply.status == 200, path << ' ' << reply.body);
            for (std::string& one : reply.each(member))
                all.push_back(std::move(one));
            after = reply.at("/next");
        }
        return all;
    }
};

BOOST_FIXTURE_TEST_SUITE(lists, ListedSite)

BOOST_AUTO_TEST_CASE(each_list_is_sorted_and_narrowed_by_the_collector)
{
    const std::string media = "/api/v1/usb-media?state=unregistered";
    BOOST_TEST((read(media, "serial") == Lines{"S2", "S1", "S0"}));
    BOOST_TEST((read(media + "&sort=medium", "vendor") == Lines{"Buffalo", "Elecom", "SanDisk"}));
    BOOST_TEST((read(media + "&sort=-device", "device") == Lines{"pc-10", "pc-9", "pc-2"}));
    BOOST_TEST((read(media + "&q=buffalo", "serial") == Lines{"S1"}));
    BOOST_TEST((read(media + "&q=pc-9", "serial") == Lines{"S2"}));
    BOOST_TEST((read(media + "&filter=device:pc-2", "serial") == Lines{"S0"}));

    const std::string strangers = "/api/v1/neighbours?state=unknown";
    BOOST_TEST((
        read(strangers + "&sort=address", "address") == Lines{"10.0.7.9", "10.0.8.9", "10.0.9.9"}));
    BOOST_TEST((read(strangers + "&sort=-mac&q=02:00", "mac").front() == "02:00:00:00:00:02"));
    BOOST_TEST((read(strangers + "&q=10.0.8", "device") == Lines{"pc-10"}));

    const std::string programs = "/api/v1/programs?state=unknown";
    BOOST_TEST(
        (read(programs + "&sort=-path", "path")
         == Lines{"/tmp/SanDisk/tool0", "/tmp/Elecom/tool2", "/tmp/Buffalo/tool1"}));
    BOOST_TEST(
        (read(programs + "&sort=-name", "path")
         == Lines{"/tmp/Elecom/tool2", "/tmp/Buffalo/tool1", "/tmp/SanDisk/tool0"}));
    BOOST_TEST((read(programs + "&q=maker%20elecom", "path") == Lines{"/tmp/Elecom/tool2"}));
    BOOST_TEST((read(programs + "&q=pc-10", "path") == Lines{"/tmp/Buffalo/tool1"}));

    const std::string found = "/api/v1/findings?rule=process_unknown";
    BOOST_TEST((read(found + "&sort=name", "device") == Lines{"pc-2", "pc-9", "pc-10"}));
    BOOST_TEST((read(found + "&sort=-opened", "device") == Lines{"pc-9", "pc-10", "pc-2"}));
    BOOST_TEST((read(found + "&q=pc-9", "device") == Lines{"pc-9"}));

    const std::string oldest = "/api/v1/freshness/devices?of=pattern";
    BOOST_TEST((read(oldest + "&sort=-name", "name") == Lines{"pc-10", "pc-9", "pc-2"}));
    BOOST_TEST((read(oldest + "&q=pc-10", "name") == Lines{"pc-10"}));
}

BOOST_AUTO_TEST_CASE(what_stands_on_the_registers_is_sorted_and_narrowed_as_well)
{
    int number = 0;
    for (const char* label : {"受付", "CT 10", "CT 9"})
    {
        sato.post(
            "/api/v1/usb-media",
            fmt::format(
                R"({{"vendor_id":"0781","product_id":"5567","serial":"S{}","label":"{}"}})", number,
                label));
        sato.post(
            "/api/v1/neighbours",
            fmt::format(R"({{"mac":"02:00:00:00:00:{:02x}","name":"{}"}})", number, label));
        ++number;
    }
    const std::string media = "/api/v1/usb-media?state=registered";
    BOOST_TEST((read(media, "label") == Lines{"CT 9", "CT 10", "受付"}));
    BOOST_TEST((read(media + "&sort=-when", "serial") == Lines{"S2", "S1", "S0"}));
    BOOST_TEST((read(media + "&q=ct&sort=serial", "label") == Lines{"CT 10", "CT 9"}));
    const std::string known = "/api/v1/neighbours?state=known";
    BOOST_TEST((read(known + "&sort=-name", "name") == Lines{"受付", "CT 10", "CT 9"}));
    BOOST_TEST((read(known + "&q=00:01", "name") == Lines{"CT 10"}));

    const auto programs = sato.get("/api/v1/programs?state=unknown&sort=path");
    for (int i = 0; i < 2; ++i)
    {
        const std::string id = programs.at(fmt::format("/items/{}/id", i));
        const auto made = sato.post(
            "/api/v1/programs/approvals",
            fmt::format(
                R"({{"program":{},"by":"hash","scope":"site","reason":"reason-{}"}})", id, i));
        BOOST_TEST(made.status == 201, made.body);
        clock.advance(1min);
    }
    const std::string decided = "/api/v1/programs?state=approved";
    BOOST_TEST((read(decided, "path") == Lines{"/tmp/Elecom/tool2", "/tmp/Buffalo/tool1"}));
    BOOST_TEST(
        (read(decided + "&sort=path", "path") == Lines{"/tmp/Buffalo/tool1", "/tmp/Elecom/tool2"}));
    BOOST_TEST((read(decided + "&q=reason-0", "path") == Lines{"/tmp/Buffalo/tool1"}));
}

BOOST_AUTO_TEST_CASE(what_was_learned_is_sorted_and_narrowed_as_a_whole)
{
    clock.advance(40 * 24h);
    for (const char* id : {"pc-2", "pc-9", "pc-10"})
    {
        const DeviceId device{id};
        heard(device);
        put(device, "processes",
            processes(
                {program("/usr/bin/every", 'e'), program("/usr/bin/zsh", 'z'),
                 program(fmt::format("/usr/bin/own-{}", id), id[3])}));
        judge(device);
    }
    sato = browser();
    BOOST_TEST_REQUIRE(sato.sign_in("operator").status == 200);
    const std::string learned = "/api/v1/programs?state=learned";
    const auto all = set_of(paged(learned, "path"));
    BOOST_TEST(set_of(paged(learned + "&sort=-path", "path")) == all);
    const auto backwards = paged(learned + "&sort=-path", "path");
    BOOST_TEST(std::is_sorted(backwards.rbegin(), backwards.rend()));
    for (const std::string& path : paged(learned + "&q=every", "path"))
        BOOST_TEST(path.find("every") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_order_has_pages_and_a_place_of_another_order_is_refused)
{
    const std::pair<const char*, const char*> kinds[] = {
        {"/api/v1/usb-media?state=unregistered&sort=-medium", "serial"},
        {"/api/v1/usb-media?state=unregistered&sort=devices", "serial"},
        {"/api/v1/neighbours?state=unknown&sort=address", "mac"},
        {"/api/v1/programs?state=unknown&sort=devices", "path"},
        {"/api/v1/findings?sort=-name", "id"},
        {"/api/v1/findings?sort=severity", "id"},
        {"/api/v1/findings?q=pc-9&sort=-due", "id"},
    };
    for (const auto& [path, member] : kinds)
    {
        const Lines whole = read(path + std::string{"&limit=1000"}, member);
        BOOST_TEST(whole.size() > 0U, path);
        BOOST_TEST(paged(path, member) == whole, path << boost::test_tools::per_element());
    }
    const std::string after = sato.get("/api/v1/findings?sort=name&limit=1").at("/next");
    BOOST_TEST(sato.get("/api/v1/findings?sort=name&limit=1&after=" + after).status == 200);
    for (const char* other : {"sort=-name", "sort=name&q=pc", ""})
        BOOST_TEST(
            sato.get(fmt::format("/api/v1/findings?{}&limit=1&after={}", other, after)).status
                == 400,
            other);
    // What comes in between is no reason to show a row twice.
    const std::string media = "/api/v1/usb-media?state=unregistered&sort=medium&limit=1";
    const auto first = sato.get(media);
    BOOST_TEST(first.at("/items/0/vendor") == "Buffalo");
    attach(DeviceId{"pc-2"}, "Apacer", "S7");
    const auto second = sato.get(media + "&after=" + first.at("/next"));
    BOOST_TEST(second.at("/items/0/vendor") == "Elecom");
}

BOOST_AUTO_TEST_CASE(the_record_of_changes_is_read_in_any_order)
{
    auto admin = signed_in(Role::administrator);
    for (const char* mac : {"02:00:00:00:00:01", "02:00:00:00:00:02"})
        sato.post("/api/v1/neighbours", fmt::format(R"({{"mac":"{}","name":"x"}})", mac));
    const std::string oldest_first = "/api/v1/audit?sort=at";
    auto numbers = admin.get(oldest_first).each("no");
    auto newest_first = admin.get("/api/v1/audit").each("no");
    std::reverse(newest_first.begin(), newest_first.end());
    BOOST_TEST(numbers == newest_first, boost::test_tools::per_element());
    const auto page = admin.get("/api/v1/audit?sort=action&limit=1");
    const auto next = admin.get("/api/v1/audit?sort=action&limit=1&after=" + page.at("/next"));
    BOOST_TEST(next.status == 200);
    BOOST_TEST(page.at("/items/0/no") != next.at("/items/0/no"));
    BOOST_TEST(admin.get("/api/v1/audit?q=neighbour").count("/items") == 2);
    BOOST_TEST(admin.get("/api/v1/audit?sort=hash").status == 400);
}

BOOST_AUTO_TEST_CASE(an_order_that_there_is_not_is_refused_with_what_is_wrong)
{
    for (const char* list :
         {"usb-media?state=unregistered", "usb-media?state=registered", "neighbours?state=unknown",
          "neighbours?state=known", "programs?state=unknown", "programs?state=learned",
          "programs?state=approved", "findings?state=open", "freshness/devices?of=patch",
          "devices?q="})
        for (const char* bad : {"&sort=colour", "&sort=-", "&sort=name%20DESC;--", "&sort=%00"})
        {
            const auto reply = sato.get(fmt::format("/api/v1/{}{}", list, bad));
            BOOST_TEST(reply.status == 400, list << bad << ' ' << reply.body);
            BOOST_TEST(reply.at("/detail").starts_with("sort: "), list << bad << ' ' << reply.body);
        }
    const auto reply = sato.get("/api/v1/usb-media?filter=colour:red");
    BOOST_TEST(reply.status == 400);
    BOOST_TEST(reply.at("/code") == "bad_filter");
}

BOOST_AUTO_TEST_CASE(each_page_has_its_own_views)
{
    const auto keep = [&](const std::string& list, const std::string& rest) {
        return sato.post(
            "/api/v1/views", fmt::format(R"({{"list":"{}","name":"mine",{}}})", list, rest));
    };
    BOOST_TEST(keep("media", R"("filter":"state=registered&q=CT&sort=-when")").status == 201);
    BOOST_TEST(keep("devices", R"("filter":"state:action")").status == 201);
    BOOST_TEST(
        (read("/api/v1/views?list=media", "filter") == Lines{"state=registered&q=CT&sort=-when"}));
    BOOST_TEST((read("/api/v1/views", "filter") == Lines{"state:action"}));
    BOOST_TEST(read("/api/v1/views?list=programs", "filter").empty());
    BOOST_TEST(keep("nothing", R"("filter":"")").status == 400);
    BOOST_TEST(keep("media", R"("filter":"q=1","sort":"when")").status == 400);
    BOOST_TEST(keep("media", R"("filter":"q=\n")").status == 400);
    BOOST_TEST(
        keep("media", fmt::format(R"("filter":"{}")", std::string(2'001, 'q'))).status == 400);
    BOOST_TEST(keep("devices", R"("filter":"colour:red")").status == 400);
    BOOST_TEST(sato.get("/api/v1/views?list=nothing").status == 400);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(lists_of_some_sites, TwoHospitals)

BOOST_AUTO_TEST_CASE(nobody_finds_a_foreign_row_by_its_words)
{
    auto headquarters = of_sites("hq", Role::administrator, {people::root_site()});
    for (const Role role : {Role::department, Role::viewer, Role::operator_})
    {
        auto who = of_sites(std::string{people::to_text(role)}, role, {own});
        int found = 0;
        for (const char* list :
             {"usb-media?state=unregistered", "usb-media?state=registered",
              "neighbours?state=unknown", "programs?state=unknown", "programs?state=approved",
              "findings?state=active", "freshness/devices?of=pattern", "events?kind="})
            for (const char* words :
                 {"geheim", "geheim-pc", "geheim-stick", "02:de:ad", "hospital"})
            {
                const std::string path = fmt::format("/api/v1/{}&q={}", list, words);
                const auto reply = who.get(path);
                BOOST_TEST(reply.status == 200, path << ' ' << reply.body);
                BOOST_TEST(!tells_foreign(reply.body), path);
                if (std::string_view{words} != "hospital")
                    BOOST_TEST(reply.count("/items") == 0U, path);
                found += headquarters.get(path).count("/items") > 0 ? 1 : 0;
            }
        BOOST_TEST(found > 8); // The words would be found.
        BOOST_TEST(who.get("/api/v1/neighbours?state=known&q=geheim").status == 403);
    }
}

BOOST_AUTO_TEST_CASE(who_sees_a_part_sees_own_views_of_every_page_only)
{
    auto headquarters = of_sites("hq", Role::administrator, {people::root_site()});
    const std::string view =
        R"({"list":"media","name":"geheim","filter":"q=geheim","shared":true})";
    BOOST_TEST(headquarters.post("/api/v1/views", view).status == 201);
    auto who = of_sites("sato", Role::operator_, {own});
    const std::string own_view = R"({"list":"media","name":"mine","filter":"q=x"})";
    BOOST_TEST(who.post("/api/v1/views", own_view).status == 201);
    BOOST_TEST((who.get("/api/v1/views?list=media").each("name") == Lines{"mine"}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
