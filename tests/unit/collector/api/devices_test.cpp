#include "collector/storage/device_store.hpp"
#include "collector/storage/event_list.hpp"
#include "collector/storage/presence_store.hpp"
#include "collector/storage/statement.hpp"
#include "common/wire/sections/provenance.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;

struct DeviceSite : ApiSite
{
    Browser viewer{signed_in(Role::viewer)};

    DeviceId add_named(const std::string& id, const std::string& hostname)
    {
        const auto device = add_device(id);
        wire::OsSection os;
        os.hostname = hostname;
        os.product = "Debian GNU/Linux 12";
        put(device, "os", os);
        return device;
    }
};

BOOST_FIXTURE_TEST_SUITE(devices, DeviceSite)

BOOST_AUTO_TEST_CASE(an_empty_site_has_no_devices_and_no_score)
{
    const auto list = viewer.get("/api/v1/devices");
    BOOST_TEST(list.at("/total") == "0");
    BOOST_TEST(list.count("/items") == 0);
    BOOST_TEST(list.at("/next") == "null");
    const auto overview = viewer.get("/api/v1/overview");
    BOOST_TEST(overview.at("/counts/total") == "0");
    BOOST_TEST(overview.at("/score") == "null");
    BOOST_TEST(overview.count("/today") == 0);
    BOOST_TEST(overview.at("/mail/state") == "off");
}

BOOST_AUTO_TEST_CASE(the_hours_in_which_a_device_is_usually_heard_are_told)
{
    const auto pc = add_device("pc");
    const auto empty = viewer.get("/api/v1/devices/pc/hours");
    BOOST_TEST(empty.count("/known") == 168);
    BOOST_TEST(empty.at("/known/33") == "0");
    for (const bool heard : {true, false, true})
    {
        const auto agent_no = database.number("SELECT no FROM agent WHERE id = 'agent-pc'");
        write([&](storage::Session& session) -> Result<bool> {
            storage::note_hour(session, agent_no, 33, heard);
            return true;
        });
    }
    const auto told = viewer.get("/api/v1/devices/pc/hours");
    BOOST_TEST(told.at("/known/33") == "3");
    BOOST_TEST(told.at("/heard/33") == "2");
    BOOST_TEST(told.at("/known/34") == "0");
    BOOST_TEST(told.at("/weeks_least") == "2");
    BOOST_TEST(viewer.get("/api/v1/devices/nobody/hours").status == 404);
}

BOOST_AUTO_TEST_CASE(pages_hold_every_device_once_also_those_of_one_name)
{
    for (int i = 0; i < 25; ++i)
        add_named(fmt::format("id-{:02}", i), i < 10 ? "same" : fmt::format("pc-{:02}", 30 - i));
    std::multiset<std::string> seen;
    std::string after;
    int pages = 0;
    do
    {
        const auto page = viewer.get("/api/v1/devices?limit=7&after=" + after);
        BOOST_TEST_REQUIRE(page.status == 200);
        BOOST_TEST(page.at("/total") == "25");
        for (const std::string& id : page.each("id"))
            seen.insert(id);
        after = page.at("/next");
        ++pages;
    } while (after != "null" && pages < 10);
    BOOST_TEST(pages == 4);
    BOOST_TEST(seen.size() == 25);
    BOOST_TEST(std::set<std::string>(seen.begin(), seen.end()).size() == 25);
    BOOST_TEST(viewer.get("/api/v1/devices?limit=25").at("/next") == "null");
}

BOOST_AUTO_TEST_CASE(an_unchanged_list_is_not_sent_again)
{
    add_named("a", "pc-1");
    const auto first = viewer.get("/api/v1/devices");
    const std::string tag{first.headers["ETag"]};
    BOOST_TEST(tag.size() > 10);
    const auto again = viewer.get("/api/v1/devices", "If-None-Match: " + tag + "\r\n");
    BOOST_TEST(again.status == 304);
    BOOST_TEST(again.body.empty());
    add_named("b", "pc-2");
    const auto changed = viewer.get("/api/v1/devices", "If-None-Match: " + tag + "\r\n");
    BOOST_TEST(changed.status == 200);
    BOOST_TEST(changed.headers["ETag"] != tag);
}

BOOST_AUTO_TEST_CASE(search_takes_wildcards_as_letters)
{
    add_named("a", "100%_sure");
    add_named("b", "100 sure");
    add_named("c", "ward\\pc");
    const auto find = [&](const std::string& q) {
        return viewer.get("/api/v1/devices?q=" + q).each("id");
    };
    BOOST_TEST((find("100%25") == Lines{"a"}));
    BOOST_TEST((find("_s") == Lines{"a"}));
    BOOST_TEST((find("SURE") == Lines{"b", "a"}));
    BOOST_TEST((find("%5Cpc") == Lines{"c"}));
    BOOST_TEST((find("%25") == Lines{"a"}));
    BOOST_TEST((find("nothing") == Lines{}));
}

BOOST_AUTO_TEST_CASE(bad_questions_say_what_is_allowed)
{
    const std::string base = "/api/v1/devices?";
    const std::pair<const char*, const char*> cases[] = {
        {"limit=0", "limit: a number from 1 to 1000"},
        {"limit=1001", "limit: a number from 1 to 1000"},
        {"limit=ten", "limit: a number from 1 to 1000"},
        {"limit=99999999999999999999", "limit: a number from 1 to 1000"},
        {"state=broken", "state: one of , good, info, warning, action, silent, unknown, none"},
        {"after=zz", "after: not the `next` of this list in this order"},
        {"q=%ff", "q: a text of at most 200 bytes"},
        {"q=a%00b", "q: not encoded as in addresses"},
        {"limit=5&q=%zz", "q: not encoded as in addresses"},
        {"state=%", "state: not encoded as in addresses"}};
    for (const auto& [query, detail] : cases)
    {
        const auto reply = viewer.get(base + query);
        BOOST_TEST(reply.status == 400, query);
        BOOST_TEST(reply.at("/code") == "invalid", query);
        BOOST_TEST(reply.at("/detail") == detail, query);
    }
    BOOST_TEST(viewer.get(base + "limit=1000").status == 200);
    BOOST_TEST(viewer.get(base + "q=" + std::string(200, 'x')).status == 200);
    BOOST_TEST(viewer.get(base + "q=" + std::string(201, 'x')).status == 400);
}

BOOST_AUTO_TEST_CASE(a_device_says_what_it_could_not_find_out_and_why)
{
    const auto pc = add_named("a", "pc-1");
    wire::AntivirusSection section;
    section.from.unknown = {{"products", "read /var/lib/clamav/daily.cld: Permission denied"}};
    put(pc, "antivirus", section);
    judge(pc);
    const auto reply = viewer.get("/api/v1/devices/a");
    BOOST_TEST(
        reply.at("/facts/antivirus/from/unknown/0/why")
        == "read /var/lib/clamav/daily.cld: Permission denied");
    BOOST_TEST(reply.at("/facts/antivirus/from/unknown/0/fact") == "products");
    BOOST_TEST(reply.at("/facts/os/hostname") == "pc-1");
    BOOST_TEST(reply.count("/sections") == 3);
    Lines unknown;
    for (std::size_t i = 0; i < reply.count("/checks"); ++i)
        if (reply.at(fmt::format("/checks/{}/verdict", i)) == "unknown")
            unknown.push_back(
                reply.at(fmt::format("/checks/{}/rule", i)) + ": "
                + reply.at(fmt::format("/checks/{}/reason", i)));
    BOOST_TEST(
        std::count(
            unknown.begin(), unknown.end(),
            "av_missing: read /var/lib/clamav/daily.cld: Permission denied")
        == 1);
    BOOST_TEST(reply.at("/state") != "good");
}

BOOST_AUTO_TEST_CASE(a_device_is_shown_as_it_was_at_a_moment)
{
    const auto pc = add_named("a", "before");
    clock.advance(2 * 24h);
    const auto between = to_rfc3339(clock.now());
    clock.advance(2 * 24h);
    wire::OsSection os;
    os.hostname = "after";
    put(pc, "os", os);
    BOOST_TEST_REQUIRE(viewer.sign_in("viewer").status == 200);
    BOOST_TEST(viewer.get("/api/v1/devices/a").at("/facts/os/hostname") == "after");
    BOOST_TEST(viewer.get("/api/v1/devices/a?at=" + between).at("/facts/os/hostname") == "before");
    BOOST_TEST(viewer.get("/api/v1/devices/a?at=yesterday").status == 400);
}

BOOST_AUTO_TEST_CASE(a_heartbeat_is_seen_at_once)
{
    const auto pc = add_named("a", "pc-1");
    clock.advance(1min);
    heard(pc);
    const std::string now = to_rfc3339(clock.now());
    BOOST_TEST(viewer.get("/api/v1/devices").at("/items/0/last_seen") == now);
    BOOST_TEST(viewer.get("/api/v1/devices/a").at("/last_seen") == now);
}

BOOST_AUTO_TEST_CASE(hostile_names_come_back_as_they_are_and_never_as_markup)
{
    const std::string script = "<script>alert(1)</script>";
    const std::string quotes = "\"'><img src=x onerror=alert(1)>\n\r\t\xE2\x80\xAE";
    add_named("a", script);
    add_named("b", quotes);
    for (const char* path : {"/api/v1/devices", "/api/v1/devices/a", "/api/v1/devices/b"})
    {
        const auto reply = viewer.get(path);
        BOOST_TEST(reply.headers["Content-Type"] == "application/json", path);
        BOOST_TEST(reply.headers["X-Content-Type-Options"] == "nosniff", path);
        BOOST_TEST(
            reply.headers["Content-Security-Policy"].find("default-src 'none'")
                != std::string_view::npos,
            path);
    }
    const auto names = viewer.get("/api/v1/devices").each("name");
    BOOST_TEST((std::set<std::string>(names.begin(), names.end()) == std::set{script, quotes}));
}

BOOST_AUTO_TEST_CASE(a_name_as_long_as_a_book_is_cut_in_lists)
{
    add_named("a", std::string(30'000, 'x'));
    const auto list = viewer.get("/api/v1/devices");
    BOOST_TEST(list.at("/items/0/name").size() == 255);
    BOOST_TEST(viewer.get("/api/v1/devices/a").at("/facts/os/hostname").size() == 30'000);
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_not_found)
{
    for (const std::string& id :
         {std::string{"nobody"}, std::string{"%ff%fe"}, std::string{"a%0ab"},
          std::string{"..%2f..%2fetc%2fpasswd"}, std::string(4'000, 'x')})
    {
        const auto reply = viewer.get("/api/v1/devices/" + id);
        BOOST_TEST(reply.status == 404, id);
        BOOST_TEST(reply.at("/code") == "not_found", id);
    }
    BOOST_TEST(viewer.get("/api/v1/devices/").status == 404);
    BOOST_TEST(!log.contains("a\nb"));
}

BOOST_AUTO_TEST_CASE(events_come_in_pages_the_newest_first)
{
    const auto a = add_named("a", "pc-1");
    const auto b = add_named("b", "pc-2");
    for (int i = 0; i < 5; ++i)
    {
        put_event(
            a, judge::test::first_run(judge::test::program("/usr/bin/p" + std::to_string(i))));
        wire::Event logon;
        logon.kind = wire::EventKind::logon;
        logon.text = "logon <b>";
        put_event(b, logon);
    }
    const auto all = viewer.get("/api/v1/events");
    BOOST_TEST(all.count("/items") == 10);
    BOOST_TEST(all.at("/items/0/kind") == "logon");
    BOOST_TEST(all.at("/items/0/device") == "pc-2");
    BOOST_TEST(all.at("/items/0/text") == "logon <b>");
    const auto first = viewer.get("/api/v1/devices/a/events?limit=3");
    BOOST_TEST(first.at("/items/0/program/path") == "/usr/bin/p4");
    BOOST_TEST(first.count("/items") == 3);
    const auto rest = viewer.get("/api/v1/devices/a/events?limit=3&after=" + first.at("/next"));
    BOOST_TEST(rest.count("/items") == 2);
    BOOST_TEST(rest.at("/next") == "null");
    BOOST_TEST(viewer.get("/api/v1/events?kind=logon").count("/items") == 5);
    BOOST_TEST(viewer.get("/api/v1/events?kind=nothing").count("/items") == 0);
    BOOST_TEST(viewer.get("/api/v1/events?after=0").status == 400);
    // The place in one list is none in another.
    BOOST_TEST(viewer.get("/api/v1/events?limit=3&after=" + first.at("/next")).status == 400);
}

BOOST_AUTO_TEST_CASE(events_are_narrowed_by_a_filter_also_on_pages_that_find_nothing)
{
    const auto a = add_named("a", "pc-1");
    const auto b = add_named("b", "pc-2");
    for (int i = 0; i < 4; ++i)
    {
        put_event(a, judge::test::first_run(judge::test::program("/usr/bin/p", 'p')));
        wire::Event logon;
        logon.kind = wire::EventKind::logon;
        logon.user = "tanaka";
        put_event(b, logon);
    }
    const auto found = [&](const std::string& filter) {
        const auto reply = viewer.get("/api/v1/events?filter=" + filter);
        BOOST_TEST_REQUIRE(reply.status == 200, filter);
        return reply.count("/items");
    };
    BOOST_TEST(found("kind:logon") == 4);
    BOOST_TEST(found("kind:logon,process_first_seen") == 8);
    BOOST_TEST(found("-kind:logon%20program~BIN") == 4);
    BOOST_TEST(found("program:%22/usr/bin/p%22") == 4);
    BOOST_TEST(found("name:pc-1") == 4);
    BOOST_TEST(found("pc-2") == 4);
    BOOST_TEST(found("received%3e=2026-03-10") == 8);
    BOOST_TEST(found("received%3c2026-03-10") == 0);
    // Who used a device is not for everybody, so nobody finds it this way.
    BOOST_TEST(found("tanaka") == 0);
    for (const char* bad : {"user:tanaka", "owner:x", "received~2026", "kind:"})
    {
        const auto reply = viewer.get("/api/v1/devices/a/events?filter=" + std::string{bad});
        BOOST_TEST(reply.status == 400, bad);
        BOOST_TEST(reply.at("/code") == "bad_filter", bad);
    }

    std::size_t seen = 0;
    std::string after;
    for (int page = 0; page < 9 && after != "null"; ++page)
    {
        const auto reply = viewer.get("/api/v1/events?filter=kind:logon&limit=3&after=" + after);
        BOOST_TEST_REQUIRE(reply.status == 200);
        seen += reply.count("/items");
        after = reply.at("/next");
    }
    BOOST_TEST(seen == 4U);
    BOOST_TEST(after == "null");

    // Of a window that holds none of them, the next page goes on.
    auto look = [](storage::Session& session) -> Result<std::vector<std::size_t>> {
        const auto terms = storage::parse_filter("program~bin").terms;
        storage::EventQuery query;
        query.kind = "logon";
        std::vector<std::size_t> counts;
        for (int i = 0; i < 9; ++i)
        {
            const auto page = storage::find_events(session, query, terms, {}, 3);
            if (!page)
                return page.error();
            counts.push_back(page->events.size());
            if (!page->next)
                break;
            query.before_no = page->next;
        }
        return counts;
    };
    BOOST_TEST((read(look) == std::vector<std::size_t>{0, 0}));
}

BOOST_AUTO_TEST_CASE(the_overview_counts_judges_and_says_what_today_would_bring)
{
    const auto good = add_named("good", "good");
    put(good, "antivirus", judge::test::antivirus(clock.now()));
    const auto old = add_named("old", "old");
    put(old, "antivirus", judge::test::antivirus(clock.now() - 40 * 24h));
    const auto none = add_named("none", "none");
    put(none, "antivirus", wire::AntivirusSection{});
    for (const auto& device : {good, old, none})
        judge(device);
    const auto overview = viewer.get("/api/v1/overview");
    const std::string tag = "If-None-Match: " + std::string{overview.headers["ETag"]} + "\r\n";
    BOOST_TEST(viewer.get("/api/v1/overview", tag).status == 304);
    clock.advance(1min);
    BOOST_TEST(viewer.get("/api/v1/overview", tag).status == 200);
    BOOST_TEST(overview.at("/counts/total") == "3");
    BOOST_TEST(overview.at("/counts/action") == "2");
    BOOST_TEST(overview.at("/hospital") == "さくら病院");
    BOOST_TEST((overview.at("/pattern_age") == "[1,0,0,0,0,1,1]"));
    BOOST_TEST(overview.count("/today") >= 2);
    BOOST_TEST(overview.at("/today/0/severity") == "action");
    BOOST_TEST(overview.at("/today/0/devices") == "1");
    BOOST_TEST(overview.count("/today/0/some_devices") == 1);
    BOOST_TEST(overview.at("/today/0/title/ja") != overview.at("/today/0/title/en"));
    BOOST_TEST(std::stoi(overview.at("/score")) == 0); // Their systems tell too little: unknown.
    BOOST_TEST(overview.at("/knowledge/0/data_date") == "2026-02-01");
    BOOST_TEST(overview.count("/recent") >= 2);
}

BOOST_AUTO_TEST_CASE(mail_that_fails_is_told_on_the_overview)
{
    mail = {"failing", "connect to mail.example: refused"};
    const auto overview = viewer.get("/api/v1/overview");
    BOOST_TEST(overview.at("/mail/state") == "failing");
    BOOST_TEST(overview.at("/mail/reason") == "connect to mail.example: refused");
}

BOOST_AUTO_TEST_CASE(how_long_the_disk_lasts_is_told_on_the_overview)
{
    BOOST_TEST(viewer.get("/api/v1/overview").at("/disk/days_left") == "null");
    disk = {5'000'000, 41};
    const auto overview = viewer.get("/api/v1/overview");
    BOOST_TEST(overview.at("/disk/days_left") == "41");
    BOOST_TEST(overview.at("/disk/bytes_a_day") == "5000000");
}

BOOST_AUTO_TEST_CASE(what_the_agent_costs_is_told_on_the_devices_page)
{
    const auto device = add_device("pc");
    BOOST_TEST(viewer.get("/api/v1/devices/" + device.text()).at("/footprint") == "null");
    const auto told = [&](std::int64_t agent_no, std::int64_t seen, const std::string& footprint) {
        write([&](storage::Session& session) -> Result<bool> {
            auto row = session.prepared(R"sql(
                INSERT INTO agent_live
                    (agent_no, last_seen_ms, version, boot_id, address, footprint)
                VALUES (?1, ?2, '1', 'b', 'a', ?3)
                ON CONFLICT (agent_no) DO UPDATE
                SET last_seen_ms = excluded.last_seen_ms, footprint = excluded.footprint)sql");
            row->bind(1, agent_no).bind(2, seen).bind(3, std::string_view{footprint}).run();
            return true;
        });
    };
    const auto agent_no = database.number("SELECT no FROM agent WHERE id = 'agent-pc'");
    told(agent_no, 1'000, R"({"up_s":600,"cpu_ms":30,"degraded":["software: took 31 s"]})");
    const auto view = viewer.get("/api/v1/devices/" + device.text());
    BOOST_TEST(view.at("/footprint/cpu_ms") == "30");
    BOOST_TEST(view.at("/footprint/degraded/0") == "software: took 31 s");

    // Installed anew: the agent that was heard last counts.
    write([&](storage::Session& session) -> Result<bool> {
        const storage::NewAgent added{AgentId{"agent-new"}, device, storage::AgentStatus::approved};
        storage::add_agent(session, added, clock.now()).value();
        return true;
    });
    const auto new_no = database.number("SELECT no FROM agent WHERE id = 'agent-new'");
    told(new_no, 2'000, R"({"up_s":60,"cpu_ms":7})");
    BOOST_TEST(viewer.get("/api/v1/devices/" + device.text()).at("/footprint/cpu_ms") == "7");
    told(agent_no, 3'000, R"({"up_s":660,"cpu_ms":31})");
    BOOST_TEST(viewer.get("/api/v1/devices/" + device.text()).at("/footprint/cpu_ms") == "31");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
