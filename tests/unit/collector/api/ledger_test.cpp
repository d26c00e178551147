#include "tests/unit/collector/api/scope_fixture.hpp"

#include <fmt/format.h>

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;

struct LedgerSite : ApiSite
{
    Browser sato{signed_in(Role::operator_)};

    Reply ledger(const std::string& id) { return sato.get("/api/v1/devices/" + id + "/ledger"); }

    static std::string tag_of(const Reply& seen)
    {
        return "If-Match: " + std::string{seen.headers["ETag"]} + "\r\n";
    }

    Reply set(const std::string& id, const std::string& values, const std::string& tag)
    {
        return sato.post("/api/v1/devices/" + id + "/ledger", R"({"set":)" + values + '}', tag);
    }

    /// As who has just looked at it.
    Reply set(const std::string& id, const std::string& values)
    {
        return set(id, values, tag_of(ledger(id)));
    }

    Reply bulk(const std::string& rest)
    {
        return sato.post("/api/v1/ledger/bulk", '{' + rest + '}');
    }

    Lines listed(const std::string& query)
    {
        const auto reply = sato.get("/api/v1/devices?" + query);
        BOOST_TEST(reply.status == 200, reply.body);
        BOOST_TEST(reply.at("/total") == std::to_string(reply.count("/items")));
        return reply.each("name");
    }
};

BOOST_FIXTURE_TEST_SUITE(ledger, LedgerSite)

BOOST_AUTO_TEST_CASE(what_people_know_of_a_device_is_kept_and_every_change_is_recorded)
{
    add_device("pc");
    const auto before = ledger("pc");
    BOOST_TEST(before.status == 200);
    BOOST_TEST(before.at("/version") == "0");
    BOOST_TEST(before.at("/values/place") == "");
    const auto changed =
        set("pc", R"({"place":" 2F 透析室 ","contract_until":"2027/3/31","renewal_year":"2028"})",
            tag_of(before));
    BOOST_TEST(changed.status == 200, changed.body);
    BOOST_TEST(changed.at("/values/place") == "2F 透析室");
    BOOST_TEST(changed.at("/values/contract_until") == "2027-03-31");
    BOOST_TEST(changed.count("/changes") == 3);
    BOOST_TEST(
        last_change()
        == "operator ledger.change pc place:  -> 2F 透析室; contract_until:  -> 2027-03-31;"
           " renewal_year:  -> 2028;");
    BOOST_TEST(
        (std::string{changed.headers["ETag"]}) == (std::string{ledger("pc").headers["ETag"]}));
    // Nothing new is no change.
    BOOST_TEST(set("pc", R"({"place":"2F 透析室"})").at("/version") == "1");
    const auto emptied = set("pc", R"({"place":"","name":"透析1"})");
    BOOST_TEST(emptied.at("/values/place") == "");
    BOOST_TEST(emptied.at("/name") == "透析1");
    BOOST_TEST(emptied.at("/values/renewal_year") == "2028");
    BOOST_TEST((listed("filter=renewal_year:2028") == Lines{"透析1"}));
}

BOOST_AUTO_TEST_CASE(the_second_of_two_people_is_told_what_the_first_changed)
{
    add_device("pc");
    const auto seen = tag_of(ledger("pc"));
    BOOST_TEST(set("pc", R"({"place":"1F","owner":"森"})", seen).status == 200);
    const auto second = set("pc", R"({"place":"2F"})", seen);
    BOOST_TEST(second.status == 412);
    BOOST_TEST(second.at("/code") == "changed_meanwhile");
    BOOST_TEST(second.count("/changes") == 2);
    BOOST_TEST(second.at("/changes/1/field") == "place");
    BOOST_TEST(second.at("/changes/1/is_now") == "1F");
    BOOST_TEST(second.at("/changes/1/who") == "operator");
    BOOST_TEST(ledger("pc").at("/values/place") == "1F");
    for (const char* tag : {"", "If-Match: *\r\n", "If-Match: \"ledger-x\"\r\n"})
        BOOST_TEST(set("pc", R"({"place":"2F"})", tag).status == 400, tag);
}

BOOST_AUTO_TEST_CASE(bad_values_are_refused_by_name)
{
    add_device("pc");
    const std::pair<const char*, const char*> cases[] = {
        {R"({"contract_until":"2027-02-30"})", "contract_until: a day such as 2027-03-31"},
        {R"({"contract_until":"soon"})", "contract_until: a day such as 2027-03-31"},
        {R"({"renewal_year":"27"})", "renewal_year: a year such as 2027"},
        {R"({"bought_year":"1949"})", "bought_year: a year such as 2027"},
        {R"({"site":"moon"})", "no site moon"},
        {R"({"site":""})", "site: the id of a department"},
        {R"({"os":"TRON"})", "os: the agent on pc says this itself"},
    };
    for (const auto& [values, why] : cases)
    {
        const auto reply = set("pc", values);
        BOOST_TEST((reply.status == 400 || reply.status == 404), values);
        BOOST_TEST(reply.at("/detail") == why, values);
    }
    BOOST_TEST(set("pc", R"({"place":")" + std::string(200, 'a') + R"("})").status == 200);
    BOOST_TEST(set("pc", R"({"place":")" + std::string(201, 'a') + R"("})").status == 400);
    BOOST_TEST(set("nothing", "{}", "").status == 404);
}

BOOST_AUTO_TEST_CASE(a_device_without_an_agent_stands_in_the_ledger_and_counts_for_nothing)
{
    const SiteId ward = add_site("Ward");
    const auto made = sato.post(
        "/api/v1/ledger",
        R"({"set":{"name":"Printer 1","site":")" + ward.text()
            + R"(","mac":"00-1B-2C-3D-4E-5F","address":"10.0.0.5","kind":"printer"}})");
    BOOST_TEST_REQUIRE(made.status == 201, made.body);
    const std::string id = made.at("/id");
    BOOST_TEST(last_change() == "operator ledger.add Printer 1 (" + id + ")");
    const auto list = sato.get("/api/v1/devices?q=00:1b:2c:3d:4e:5f");
    BOOST_TEST(list.at("/items/0/state") == "none");
    BOOST_TEST(list.at("/items/0/source") == "ledger");
    BOOST_TEST(list.at("/items/0/site") == ward.text());
    BOOST_TEST(sato.get("/api/v1/overview").at("/counts/total") == "0");
    BOOST_TEST(database.text("SELECT mac FROM device_mac") == "00:1b:2c:3d:4e:5f");
    BOOST_TEST((listed("filter=state:none") == Lines{"Printer 1"}));
    BOOST_TEST(set(id, R"({"os":"Firmware 2"})").at("/values/os") == "Firmware 2");
    BOOST_TEST(sato.post("/api/v1/ledger", R"({"set":{"place":"1F"}})").status == 400);
    BOOST_TEST(sato.remove("/api/v1/ledger/" + id).status == 204);
    BOOST_TEST(sato.get("/api/v1/devices").at("/total") == "0");
    BOOST_TEST(database.text("SELECT count(*) FROM device_mac") == "0");
    add_device("pc");
    BOOST_TEST(sato.remove("/api/v1/ledger/pc").status == 409);
}

BOOST_AUTO_TEST_CASE(lists_are_narrowed_and_sorted_by_what_people_know)
{
    const SiteId hospital = add_site("Hospital");
    const SiteId ward = add_site("Ward", hospital);
    for (const char* name : {"pc-1", "pc-2", "pc-10"})
        add_device(name);
    move_device(DeviceId{"pc-10"}, ward);
    set("pc-1", R"({"place":"Ｂ１ CT","contract_until":"2027-03-31","owner":"森"})");
    set("pc-2", R"({"place":"B1 MR","contract_until":"2026-03-31"})");
    const std::pair<std::string, Lines> cases[] = {
        {"", {"pc-1", "pc-2", "pc-10"}},
        {"sort=-name", {"pc-10", "pc-2", "pc-1"}},
        {"q=b1%20ct", {"pc-1"}},
        {"q=\uff37ARD", {"pc-10"}}, // The department's name; a wide W.
        {"q=ward%20pc-1", {"pc-10"}},
        {"filter=-ward", {"pc-1", "pc-2"}},
        {"filter=-b1%20-%22\uff43t%22", {"pc-10"}},
        {"filter=place~b1", {"pc-1", "pc-2"}},
        {"filter=-place~b1", {"pc-10"}},
        {"filter=contract_until%3C2027-01-01", {"pc-2"}},
        {"filter=owner:%22%22", {"pc-2", "pc-10"}},
        {"filter=site:" + hospital.text(), {"pc-10"}},
        {"filter=site:" + ward.text(), {"pc-10"}},
        {"filter=site:root", {"pc-1", "pc-2", "pc-10"}},
        {"sort=-contract_until", {"pc-1", "pc-2", "pc-10"}},
        {"filter=seen:%22%22&sort=site", {"pc-10", "pc-1", "pc-2"}},
    };
    for (const auto& [query, names] : cases)
        BOOST_TEST((listed(query) == names), query);
    const auto bad = sato.get("/api/v1/devices?filter=pc%20colour:red");
    BOOST_TEST(bad.status == 400);
    BOOST_TEST(bad.at("/code") == "bad_filter");
    BOOST_TEST(bad.at("/place") == "3");
    for (const char* query : {"sort=colour", "sort=note", "sort=--name", "skip=-1", "after=zz"})
        BOOST_TEST(sato.get("/api/v1/devices?" + std::string{query}).status == 400, query);
    const auto values = sato.get("/api/v1/device-values?field=owner");
    BOOST_TEST((values.each("value") == Lines{"", "森"}));
    BOOST_TEST((values.each("devices") == Lines{"2", "1"}));
    BOOST_TEST(sato.get("/api/v1/device-values?field=seen").status == 400);
    BOOST_TEST(sato.get("/api/v1/device-values").status == 400);
}

BOOST_AUTO_TEST_CASE(pages_of_every_order_hold_every_device_once)
{
    for (int i = 0; i < 23; ++i)
    {
        const std::string name = fmt::format("pc-{}", i);
        add_device(name);
        set(name, fmt::format(R"({{"owner":"{}","renewal_year":"{}"}})", i % 3, 2026 + i % 2));
    }
    for (const char* sort :
         {"name", "-name", "owner", "-owner", "state", "-state", "seen", "-seen", "renewal_year",
          "site", "open_action"})
    {
        const std::string base = fmt::format("/api/v1/devices?sort={}&limit=", sort);
        const Lines whole = sato.get(base + "100").each("id");
        Lines paged;
        Lines skipped;
        std::string after;
        do
        {
            const auto page = sato.get(base + "5&after=" + after);
            for (const std::string& id : page.each("id"))
                paged.push_back(id);
            const auto same = sato.get(base + "5&skip=" + std::to_string(skipped.size()));
            for (const std::string& id : same.each("id"))
                skipped.push_back(id);
            after = page.at("/next");
        } while (after != "null");
        BOOST_TEST(whole.size() == 23);
        BOOST_TEST((paged == whole), sort);
        BOOST_TEST((skipped == whole), sort);
    }
    const std::string place = sato.get("/api/v1/devices?sort=owner&limit=2").at("/next");
    BOOST_TEST(sato.get("/api/v1/devices?sort=name&after=" + place).status == 400);
}

BOOST_AUTO_TEST_CASE(a_change_of_many_is_shown_first_then_done_and_can_be_undone)
{
    for (const char* name : {"pc-1", "pc-2", "pc-3"})
        add_device(name);
    set("pc-2", R"({"owner":"森"})");
    const std::string what = R"("filter":"name~pc -name:pc-3","set":{"owner":"森","place":"1F"})";
    const auto shown = bulk(what);
    BOOST_TEST_REQUIRE(shown.status == 200, shown.body);
    BOOST_TEST(shown.at("/changed") == "2");
    BOOST_TEST(shown.at("/values") == "3");
    BOOST_TEST(shown.at("/batch") == "null");
    BOOST_TEST(ledger("pc-1").at("/values/owner") == "");
    const std::string expect = R"(,"expect":")" + shown.at("/expect") + '"';
    // Somebody else is quicker: what was shown is not what would happen.
    set("pc-1", R"({"note":"x"})");
    BOOST_TEST(bulk(what + expect).status == 409);
    const auto again = bulk(what);
    const auto done = bulk(what + R"(,"expect":")" + again.at("/expect") + '"');
    BOOST_TEST_REQUIRE(done.status == 200, done.body);
    BOOST_TEST(
        last_change() == "operator ledger.bulk batch 1: 2 devices: place -> 1F; owner -> 森;");
    BOOST_TEST((listed("filter=place:1F") == Lines{"pc-1", "pc-2"}));
    // What was changed since stays.
    set("pc-2", R"({"place":"3F"})");
    const std::string undo = "/api/v1/ledger/batches/" + done.at("/batch") + "/undo";
    const auto undone = sato.post(undo, "{}");
    BOOST_TEST(undone.status == 200, undone.body);
    BOOST_TEST(undone.at("/kept") == "1");
    BOOST_TEST(ledger("pc-1").at("/values/owner") == "");
    BOOST_TEST(ledger("pc-2").at("/values/owner") == "森");
    BOOST_TEST(ledger("pc-2").at("/values/place") == "3F");
    BOOST_TEST(sato.post(undo, "{}").status == 409);
}

BOOST_AUTO_TEST_CASE(undoing_ends_after_ten_minutes_and_is_not_for_others)
{
    add_device("pc");
    const auto change = [&](const std::string& owner) {
        const std::string what = R"("devices":["pc"],"set":{"owner":")" + owner + R"("})";
        const auto shown = bulk(what);
        return bulk(what + R"(,"expect":")" + shown.at("/expect") + '"').at("/batch");
    };
    add_person("kato", Role::operator_);
    auto kato = browser();
    kato.sign_in("kato");
    auto administrator = signed_in(Role::administrator);
    const auto undo = [](Browser& who, const std::string& batch) {
        return who.post("/api/v1/ledger/batches/" + batch + "/undo", "{}").status;
    };
    const auto first = change("a");
    BOOST_TEST(undo(kato, first) == 404);
    clock.advance(10min);
    BOOST_TEST(undo(sato, first) == 200);
    BOOST_TEST(undo(administrator, change("b")) == 200);
    const auto late = change("c");
    clock.advance(10min + 1s);
    BOOST_TEST(undo(sato, late) == 409);
}

BOOST_AUTO_TEST_CASE(changes_of_many_that_make_no_sense_are_refused)
{
    add_device("pc");
    for (const char* what :
         {R"("devices":["pc"])", R"("devices":["pc"],"set":{"name":"x"})",
          R"("devices":["pc"],"set":{"os":"x"})", R"("filter":"colour:red","set":{"place":"x"})"})
        BOOST_TEST(bulk(what).status == 400, what);
    BOOST_TEST(bulk(R"("devices":["moon"],"set":{"place":"x"})").status == 404);
}

BOOST_AUTO_TEST_CASE(views_are_kept_shared_and_taken_away)
{
    const auto keep = [](Browser& who, const std::string& name, bool shared) {
        return who.post(
            "/api/v1/views",
            fmt::format(
                R"({{"name":"{}","filter":"state:action","sort":"-seen","columns":"name,place",)"
                R"("shared":{}}})",
                name, shared));
    };
    const auto own = keep(sato, "mine", false);
    BOOST_TEST(own.status == 201, own.body);
    BOOST_TEST(keep(sato, "mine", false).at("/id") == own.at("/id"));
    const auto shared = keep(sato, "ours", true);
    BOOST_TEST(last_change() == "operator view.share ours");
    auto viewer = signed_in(Role::viewer);
    BOOST_TEST((viewer.get("/api/v1/views").each("name") == Lines{"ours"}));
    BOOST_TEST((sato.get("/api/v1/views").each("own") == Lines{"true", "true"}));
    BOOST_TEST(keep(viewer, "theirs", true).status == 403);
    BOOST_TEST(keep(viewer, "theirs", false).status == 201);
    BOOST_TEST(viewer.remove("/api/v1/views/" + shared.at("/id")).status == 404);
    BOOST_TEST(sato.remove("/api/v1/views/" + shared.at("/id")).status == 204);
    BOOST_TEST(viewer.get("/api/v1/views").each("name").size() == 1);
    for (const char* body :
         {R"({"name":""})", R"({"name":"x","filter":"colour:red"})", R"({"name":"x","sort":"y"})",
          R"({"name":"x","columns":"a b"})"})
        BOOST_TEST(sato.post("/api/v1/views", body).status == 400, body);
    for (int i = 0; i < 49; ++i)
        BOOST_TEST(keep(sato, std::to_string(i), false).status == 201);
    BOOST_TEST(keep(sato, "one too many", false).status == 409);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(ledger_of_some_sites, TwoHospitals)

BOOST_AUTO_TEST_CASE(many_are_changed_as_far_as_one_sees_and_no_further)
{
    auto who = of_sites("sato", Role::operator_, {own});
    const std::string what = R"({"set":{"place":"1F"})";
    const auto shown = who.post("/api/v1/ledger/bulk", what + '}');
    BOOST_TEST(shown.at("/changed") == "2");
    BOOST_TEST(!tells_foreign(shown.body));
    const auto done =
        who.post("/api/v1/ledger/bulk", what + R"(,"expect":")" + shown.at("/expect") + "\"}");
    BOOST_TEST(done.status == 200);
    BOOST_TEST(database.text("SELECT count(*) FROM ledger WHERE place = '1F'") == "2");
    const std::string both = R"({"devices":["own-pc","geheim-pc"],"set":{"place":"2F"}})";
    BOOST_TEST(who.post("/api/v1/ledger/bulk", both).status == 404);
    const std::string away = R"({"devices":["own-pc"],"set":{"site":")" + foreign.text() + R"("}})";
    BOOST_TEST(who.post("/api/v1/ledger/bulk", away).status == 404);
    const std::string made = R"({"set":{"name":"printer","site":")" + foreign.text() + R"("}})";
    BOOST_TEST(who.post("/api/v1/ledger", made).status == 404);
    BOOST_TEST(who.post("/api/v1/ledger", R"({"set":{"name":"printer"}})").status == 404);
}

BOOST_AUTO_TEST_CASE(a_contact_of_a_ward_keeps_its_entries_and_moves_nothing)
{
    auto who = of_sites("kato", Role::department, {ward});
    const std::string path = "/api/v1/devices/ward-pc/ledger";
    const auto set = [&](const std::string& values) {
        const auto seen = who.get(path);
        return who
            .post(
                path, R"({"set":)" + values + '}',
                "If-Match: " + std::string{seen.headers["ETag"]} + "\r\n")
            .status;
    };
    BOOST_TEST(set(R"({"place":"bed 3"})") == 200);
    BOOST_TEST(set(R"({"site":")" + ward.text() + R"("})") == 403);
    BOOST_TEST(who.post("/api/v1/ledger/bulk", R"({"set":{"place":"x"}})").status == 403);
    auto viewer = of_sites("mori", Role::viewer, {ward});
    BOOST_TEST(viewer.post(path, R"({"set":{"place":"x"}})").status == 403);
}

BOOST_AUTO_TEST_CASE(views_that_others_share_are_not_for_who_sees_a_part)
{
    auto headquarters = of_sites("hq", Role::administrator, {people::root_site()});
    const std::string view = R"({"name":"geheim","filter":"owner:geheim","shared":true})";
    BOOST_TEST(headquarters.post("/api/v1/views", view).status == 201);
    auto who = of_sites("sato", Role::operator_, {own});
    BOOST_TEST(who.post("/api/v1/views", R"({"name":"mine"})").status == 201);
    BOOST_TEST((who.get("/api/v1/views").each("name") == Lines{"mine"}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
