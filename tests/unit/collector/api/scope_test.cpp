#include "collector/storage/baseline_store.hpp"
#include "collector/storage/score_store.hpp"
#include "collector/storage/site_event_store.hpp"
#include "tests/unit/collector/api/scope_fixture.hpp"

#include <map>
#include <set>

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;

constexpr Role roles[] = {
    Role::viewer, Role::department, Role::operator_, Role::administrator, Role::auditor};

/// About oneself: has nothing to do with sites.
bool is_about_oneself(std::string_view pattern)
{
    return pattern.starts_with("/api/v1/session") || pattern == "/api/v1/exports";
}

/// An answer that has no end; live_test.cpp looks at what it tells to whom.
bool goes_on(std::string_view pattern)
{
    return pattern == "/api/v1/live";
}

/// Names a month, which is no thing of a site; reports_test.cpp looks at who may have it.
bool names_a_month(std::string_view pattern)
{
    return pattern.find("{month}") != std::string_view::npos;
}

/// Makes something of one's own, and names nothing that is there.
bool names_nothing(const http::Route& route)
{
    return route.method == Method::post
           && (route.pattern == "/api/v1/views" || route.pattern == "/api/v1/ledger/imports");
}

bool has_place(std::string_view pattern)
{
    return pattern.find('{') != std::string_view::npos;
}

std::string with_place(std::string_view pattern, const std::string& name)
{
    std::string path{pattern};
    if (const auto kind = path.find("{kind}"); kind != std::string::npos)
        path.replace(kind, 6, "channel");
    const auto begin = path.find('{');
    if (begin != std::string::npos)
        path.replace(begin, path.find('}') - begin + 1, name);
    return path;
}

/// Bodies with every member that any route takes, about foreign things: each action and each scope
/// that a route knows is in one of them.
Lines bodies(const TwoHospitals& site)
{
    const std::vector<std::pair<const char*, const char*>> kinds{
        {"acknowledge", "device"}, {"snooze", "model"}, {"waive", "site"},
        {"resolve", "device"},     {"assign", "model"}, {"comment", "site"}};
    Lines all;
    for (const auto& [action, scope] : kinds)
        all.push_back(fmt::format(
            R"({{"action":"{}","scope":"{}","device":"{}","site":"{}","parent":"{}",
            "sites":["{}"],"model":"Maker Model of geheim","program":1,"decision":"allow",
            "by":"hash",
            "until":"2026-04-01T00:00:00Z","due":"2026-04-01","reason":"because","owner":"me",
            "name":"hacked","label":"hacked","mac":"{}","vendor_id":"0781","product_id":"5567",
            "serial":"geheim-stick","role":"viewer","password":"correct horse","disabled":true,
            "hostname":"hacked","note":"hacked","days":1,"why":"because","same_as":"{}",
            "devices":["{}"],"set":{{"site":"{}"}},"scope_value":"{}","from":"{}","into":"{}",
            "one":"{}","other":"{}"}})",
            action, scope, site.theirs.text(), site.foreign.text(), site.foreign.text(),
            site.foreign.text(), foreign_mac, site.theirs.text(), site.theirs.text(),
            site.foreign.text(), site.foreign.text(), site.theirs.text(), site.theirs.text(),
            site.theirs.text(), site.mine.text()));
    return all;
}

/// Sends a request to a route with one foreign name in its place; the answers' states.
std::set<unsigned> ask(
    Browser& who, const http::Route& route, const std::string& path, const Lines& bodies)
{
    if (route.method == Method::get)
        return {who.get(path).status};
    if (route.method == Method::delete_)
        return {who.remove(path).status};
    std::set<unsigned> seen;
    for (const std::string& body : bodies)
        seen.insert(who.post(path, body).status);
    return seen;
}

BOOST_FIXTURE_TEST_SUITE(scope, TwoHospitals)

BOOST_AUTO_TEST_CASE(no_route_shows_a_foreign_site_to_any_role)
{
    int lists = 0;
    for (const Role role : roles)
        for (const auto& sites : {std::vector{own}, std::vector<SiteId>{}})
        {
            const std::string name = fmt::format("{}{}", people::to_text(role), sites.size());
            auto who = of_sites(name, role, sites);
            for (const http::Route& route : routes(*services))
            {
                if (route.method != Method::get || has_place(route.pattern)
                    || goes_on(route.pattern))
                    continue;
                for (const char* query :
                     {"", "?limit=1", "?state=registered", "?state=approved", "?state=learned",
                      "?state=resolved", "?q=geheim", "?kind=usb_attached"})
                {
                    const auto reply = who.get(std::string{route.pattern} + query);
                    BOOST_TEST(
                        (reply.status == 200 || reply.status == 403 || reply.status == 400),
                        name << ' ' << route.pattern << query << ' ' << reply.status);
                    BOOST_TEST(!tells_foreign(reply.body), name << ' ' << route.pattern << query);
                    lists += reply.status == 200 ? 1 : 0;
                }
            }
        }
    BOOST_TEST(lists > 200);
    // The word would be found: who may see all is told of it.
    auto headquarters = of_sites("hq", Role::administrator, {people::root_site()});
    std::set<std::string> telling;
    for (const http::Route& route : routes(*services))
        if (route.method == Method::get && !has_place(route.pattern) && !goes_on(route.pattern)
            && tells_foreign(headquarters.get(std::string{route.pattern}).body))
            telling.emplace(route.pattern);
    for (const char* route :
         {"devices", "events", "findings", "overview", "programs", "models", "neighbours", "sites",
          "people", "enrolment-queue", "site-events", "ledger/jobs"})
        BOOST_TEST(telling.contains("/api/v1/" + std::string{route}), route);
}

BOOST_AUTO_TEST_CASE(nothing_foreign_can_be_read_or_changed_by_its_name_in_any_role)
{
    const Lines names = foreign_names();
    const Lines every_body = bodies(*this);
    const std::string before = everything();
    for (const Role role : roles)
    {
        const std::string name{people::to_text(role)};
        auto who = of_sites(name, role, {own});
        const std::string people_before = everything();
        for (const http::Route& route : routes(*services))
        {
            const bool is_list = route.method == Method::get && !has_place(route.pattern);
            if (is_list || is_about_oneself(route.pattern) || names_nothing(route))
                continue;
            for (const std::string& foreign_name : names)
            {
                const std::string path = with_place(route.pattern, foreign_name);
                for (const unsigned status : ask(who, route, path, every_body))
                    BOOST_TEST(
                        (status == 403 || status == 404),
                        name << ' ' << mimamori::http::to_text(route.method) << ' ' << path << ' '
                             << status);
                if (!has_place(route.pattern))
                    break;
            }
        }
        BOOST_TEST(everything() == people_before);
    }
    BOOST_TEST(before != everything()); // The people themselves: what is compared can differ.
}

BOOST_AUTO_TEST_CASE(the_same_requests_reach_what_they_name_for_who_may_see_all)
{
    const Lines names = foreign_names();
    const Lines every_body = bodies(*this);
    auto who = of_sites("hq", Role::administrator, {people::root_site()});
    for (const Method method : {Method::get, Method::post, Method::delete_})
        for (const http::Route& route : routes(*services))
        {
            if (route.method != method || is_about_oneself(route.pattern) || goes_on(route.pattern)
                || names_a_month(route.pattern))
                continue;
            std::set<unsigned> seen;
            for (const std::string& name : names)
                seen.merge(ask(who, route, with_place(route.pattern, name), every_body));
            seen.erase(403);
            seen.erase(404);
            BOOST_TEST(!seen.empty(), mimamori::http::to_text(method) << ' ' << route.pattern);
        }
}

BOOST_AUTO_TEST_CASE(lists_and_counts_are_of_the_own_sites_and_those_below)
{
    auto who = of_sites("sato", Role::operator_, {own});
    const auto devices = who.get("/api/v1/devices");
    BOOST_TEST(devices.at("/total") == "2");
    BOOST_TEST((devices.each("id") == Lines{"own-pc", "ward-pc"}));
    const auto overview = who.get("/api/v1/overview");
    BOOST_TEST(overview.at("/counts/total") == "2");
    const auto findings = who.get("/api/v1/findings?state=active");
    const auto of_own = records(mine).size() + records(in_ward).size();
    BOOST_TEST(findings.at("/total") == std::to_string(of_own));
    BOOST_TEST(findings.count("/items") == of_own);
    const auto programs = who.get("/api/v1/programs?state=unknown");
    BOOST_TEST(programs.at("/total") == "2");
    BOOST_TEST(programs.at("/items/0/devices_total") == "2");
    BOOST_TEST(who.get("/api/v1/usb-media").at("/total") == "2");
    BOOST_TEST(who.get("/api/v1/usb-media?state=registered").at("/total") == "0");
    BOOST_TEST(who.get("/api/v1/neighbours").at("/total") == "2");
    BOOST_TEST(who.get("/api/v1/events").count("/items") == 2);
    BOOST_TEST(who.get("/api/v1/models").count("/items") == 2);
    const auto session = who.get("/api/v1/session");
    BOOST_TEST(session.at("/unknown_programs") == "2");
    BOOST_TEST(session.at("/whole_site") == "false");
    const auto sites = who.get("/api/v1/sites");
    BOOST_TEST((sites.each("name") == Lines{"Aoba hospital", "Radiology"}));
    BOOST_TEST((sites.each("parent") == Lines{"", own.text()}));

    auto in_ward_only = of_sites("kato", Role::department, {ward});
    BOOST_TEST((in_ward_only.get("/api/v1/devices").each("id") == Lines{"ward-pc"}));
    BOOST_TEST(in_ward_only.get("/api/v1/devices/own-pc").status == 404);
    BOOST_TEST(in_ward_only.get("/api/v1/devices/ward-pc").status == 200);
    auto both = of_sites("mori", Role::viewer, {ward, foreign});
    BOOST_TEST((both.get("/api/v1/devices").each("id") == Lines{"geheim-pc", "ward-pc"}));
    auto nowhere = of_sites("nobody", Role::administrator, {});
    BOOST_TEST(nowhere.get("/api/v1/devices").at("/total") == "0");
}

BOOST_AUTO_TEST_CASE(an_event_of_the_whole_shows_with_the_own_devices_only)
{
    auto who = of_sites("sato", Role::operator_, {own});
    auto in_ward_only = of_sites("kato", Role::department, {ward});
    // Its end is not theirs to say.
    const std::string whole = add_event(people::root_site(), mine);
    write([&](storage::Session& session) -> Result<bool> {
        const auto event = storage::find_site_event(session, whole);
        storage::put_site_event_member(
            session, event->no, {no_of(theirs), foreign, clock.now(), clock.now()});
        return true;
    });
    const auto event = who.get("/api/v1/site-events/" + whole);
    BOOST_TEST(event.at("/event/devices") == "1");
    BOOST_TEST((event.each("device_id") == Lines{"own-pc"}));
    BOOST_TEST(who.get("/api/v1/site-events").count("/items") == 1);
    BOOST_TEST(who.post("/api/v1/site-events/" + whole + "/close", "{}").status == 404);
    BOOST_TEST(in_ward_only.get("/api/v1/site-events/" + whole).status == 404);
}

BOOST_AUTO_TEST_CASE(a_moved_device_is_seen_from_where_it_went_at_once)
{
    auto who = of_sites("sato", Role::operator_, {own});
    auto headquarters = of_sites("hq", Role::administrator, {people::root_site()});
    BOOST_TEST(who.get("/api/v1/devices/geheim-pc").status == 404);
    const std::string here = R"({"site":")" + ward.text() + R"("})";
    BOOST_TEST(headquarters.post("/api/v1/devices/geheim-pc/site", here).status == 204);
    BOOST_TEST(last_change() == "hq device.move geheim-pc to Radiology (" + ward.text() + ")");
    BOOST_TEST(who.get("/api/v1/devices/geheim-pc").status == 200);
    BOOST_TEST(who.post("/api/v1/devices/own-pc/site", here).status == 204);
    const std::string away = R"({"site":")" + foreign.text() + R"("})";
    BOOST_TEST(who.post("/api/v1/devices/own-pc/site", away).status == 404);
    BOOST_TEST(who.post("/api/v1/devices/own-pc/site", R"({"site":"root"})").status == 404);
}

BOOST_AUTO_TEST_CASE(an_operator_of_a_site_decides_there_and_for_nobody_else)
{
    auto who = of_sites("sato", Role::operator_, {own});
    const std::string program = who.get("/api/v1/programs?state=unknown").at("/items/0/id");
    const auto approve = [&](const std::string& rest) {
        return who.post(
            "/api/v1/programs/approvals",
            R"({"program":)" + program + R"(,"by":"hash","reason":"needed",)" + rest + '}');
    };
    BOOST_TEST(approve(R"("scope":"site")").status == 404);
    BOOST_TEST(approve(R"("scope":"site","site":"root")").status == 404);
    BOOST_TEST(approve(R"("scope":"model","model":"Maker Model of known")").status == 403);
    BOOST_TEST(approve(R"("scope":"device","device":"geheim-pc")").status == 404);
    const auto made = approve(R"("scope":"site","site":")" + own.text() + '"');
    BOOST_TEST(made.status == 201);
    BOOST_TEST(approve(R"("scope":"device","device":"ward-pc")").status == 201);
    BOOST_TEST(who.get("/api/v1/programs?state=approved").at("/total") == "2");
    BOOST_TEST(who.remove("/api/v1/programs/approvals/" + made.at("/id")).status == 204);
    // What headquarters decided is in force here, can be seen, and stays.
    auto headquarters = of_sites("hq", Role::operator_, {people::root_site()});
    const auto above = headquarters.post(
        "/api/v1/programs/approvals",
        R"({"program":)" + program + R"(,"by":"hash","scope":"site","reason":"for all"})");
    BOOST_TEST(above.status == 201);
    BOOST_TEST(who.get("/api/v1/programs?state=approved").at("/total") == "2");
    BOOST_TEST(who.remove("/api/v1/programs/approvals/" + above.at("/id")).status == 404);
    const std::string id = records(mine).front().id;
    const auto acted =
        who.post("/api/v1/findings/" + id + "/actions", R"({"action":"acknowledge"})");
    BOOST_TEST(acted.status == 200);
}

BOOST_AUTO_TEST_CASE(a_contact_of_a_ward_answers_and_decides_nothing)
{
    auto who = of_sites("kato", Role::department, {ward});
    const std::string actions = "/api/v1/findings/" + records(in_ward).front().id + "/actions";
    BOOST_TEST(who.post(actions, R"({"action":"acknowledge"})").status == 200);
    BOOST_TEST(
        who.post(actions, R"({"action":"acknowledge","owner":"somebody else"})").status == 403);
    BOOST_TEST(who.post(actions, R"({"action":"acknowledge","due":"2026-04-01"})").status == 403);
    BOOST_TEST(who.post(actions, R"({"action":"comment","reason":"asked"})").status == 200);
    for (const char* action : {"snooze", "waive", "resolve", "reopen", "assign"})
        BOOST_TEST(
            who.post(
                   actions,
                   fmt::format(
                       R"({{"action":"{}","until":"2026-04-01T00:00:00Z","reason":"x"}})", action))
                    .status
                == 403,
            action);
    BOOST_TEST(who.get("/api/v1/session").at("/rights") == R"(["read","answer"])");
}

BOOST_AUTO_TEST_CASE(who_uses_a_device_is_told_to_roles_that_need_it)
{
    const std::map<Role, bool> told{
        {Role::viewer, false},
        {Role::department, false},
        {Role::operator_, true},
        {Role::administrator, true},
        {Role::auditor, true}};
    for (const auto& [role, is_told] : told)
    {
        const std::string name{people::to_text(role)};
        auto who = of_sites(name, role, {own});
        for (const char* path :
             {"/api/v1/devices/own-pc", "/api/v1/devices/own-pc/events", "/api/v1/events",
              "/api/v1/devices/own-pc?at=2026-03-11T00:00:00Z"})
        {
            const auto reply = who.get(path);
            BOOST_TEST(reply.status == 200, path);
            BOOST_TEST(
                (reply.body.find("user-known") != std::string::npos) == is_told,
                name << ' ' << path);
        }
        BOOST_TEST(
            (who.get("/api/v1/devices/own-pc").at("/facts/logons") == "(absent)") != is_told, name);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(sites, ApiSite)

BOOST_AUTO_TEST_CASE(sites_are_added_renamed_moved_and_removed_and_it_is_recorded)
{
    auto administrator = signed_in(Role::administrator);
    const auto add = [&](const std::string& name, const std::string& parent) {
        return administrator.post(
            "/api/v1/sites", R"({"name":")" + name + R"(","parent":")" + parent + R"("})");
    };
    const std::string hospital = add("Aoba", "").at("/id");
    const std::string ward = add("Ward 3", hospital).at("/id");
    BOOST_TEST(last_change() == "administrator site.create Ward 3 (" + ward + ")");
    BOOST_TEST(add("WARD 3", hospital).status == 409);
    BOOST_TEST(add("", hospital).status == 400);
    BOOST_TEST(add("x", "moon").status == 404);
    const auto change = [&](const std::string& site, const std::string& body) {
        return administrator.post("/api/v1/sites/" + site, body).status;
    };
    BOOST_TEST(change(ward, R"({"name":"Ward 4"})") == 204);
    BOOST_TEST(change(hospital, R"({"parent":")" + ward + R"("})") == 400); // A circle.
    BOOST_TEST(change(ward, R"({"parent":")" + ward + R"("})") == 400);
    BOOST_TEST(change("root", R"({"parent":")" + ward + R"("})") == 400);
    BOOST_TEST(change("root", R"({"name":"Group"})") == 204);
    BOOST_TEST(change("moon", R"({"name":"x"})") == 404);
    BOOST_TEST(change(ward, R"({"parent":"root"})") == 204);
    BOOST_TEST(
        (administrator.get("/api/v1/sites").each("name") == Lines{"Group", "Aoba", "Ward 4"}));
    const auto pc = add_device("pc");
    move_device(pc, SiteId{ward});
    write([&](storage::Session& session) -> Result<bool> {
        storage::keep_scores(session, std::chrono::floor<std::chrono::days>(clock.now()));
        return true;
    });
    BOOST_TEST(administrator.remove("/api/v1/sites/" + ward).status == 409);
    BOOST_TEST(administrator.remove("/api/v1/sites/root").status == 409);
    move_device(pc, people::root_site());
    // The site has scores of its own, an event that is over, and a finding about it.
    const auto leave_traces = [&](storage::Session& session) -> Result<bool> {
        const SiteId site{ward};
        const auto row = storage::site_row_no(session, site, clock.now());
        findings::FindingRecord record;
        record.id = "about-ward";
        record.device_no = row.value();
        record.rule = "site_silent";
        record.subject = "event";
        storage::put_finding(session, record);
        storage::SiteEvent event;
        event.site = site;
        storage::add_site_event(session, event);
        return true;
    };
    BOOST_TEST(write(leave_traces));
    BOOST_TEST(
        database.number("SELECT count(*) FROM score_day WHERE site_id = '" + ward + "'") > 0);
    BOOST_TEST(administrator.remove("/api/v1/sites/" + ward).status == 204);
    BOOST_TEST(database.number("SELECT count(*) FROM finding WHERE id = 'about-ward'") == 0);
    BOOST_TEST(database.number("SELECT count(*) FROM site_event") == 0);
    BOOST_TEST(administrator.remove("/api/v1/sites/" + ward).status == 404);
}

BOOST_AUTO_TEST_CASE(a_tree_has_eight_levels_below_its_root_at_most)
{
    auto administrator = signed_in(Role::administrator);
    std::string at = "root";
    Lines made;
    for (int level = 1; level <= 8; ++level)
    {
        const auto reply =
            administrator.post("/api/v1/sites", R"({"name":"level","parent":")" + at + R"("})");
        BOOST_TEST(reply.status == 201, level);
        at = reply.at("/id");
        made.push_back(at);
    }
    const auto deeper =
        administrator.post("/api/v1/sites", R"({"name":"level","parent":")" + at + R"("})");
    BOOST_TEST(deeper.status == 400);
    // Nor by moving what has levels below it.
    const std::string other = administrator.post("/api/v1/sites", R"({"name":"other"})").at("/id");
    const auto moved = [&](const std::string& site, const std::string& parent) {
        return administrator.post("/api/v1/sites/" + site, R"({"parent":")" + parent + R"("})")
            .status;
    };
    BOOST_TEST(moved(made[0], other) == 400);
    BOOST_TEST(moved(made[1], other) == 204);
}

BOOST_AUTO_TEST_CASE(people_get_roles_and_sites_and_one_administrator_is_left)
{
    auto administrator = signed_in(Role::administrator);
    const SiteId ward = add_site("Ward");
    const std::string kato = R"({"name":"kato","password":"correct horse","role":"department",)"
                             R"("sites":[")"
                             + ward.text() + R"("]})";
    BOOST_TEST(administrator.post("/api/v1/people", kato).status == 204);
    BOOST_TEST(last_change() == "administrator person.create kato as department of " + ward.text());
    auto who = browser();
    BOOST_TEST(who.sign_in("kato").at("/sites/0") == ward.text());
    const auto role = [&](const std::string& name, const std::string& body) {
        return administrator.post("/api/v1/people/" + name + "/role", body).status;
    };
    BOOST_TEST(role("kato", R"({"role":"viewer","sites":["root"]})") == 204);
    BOOST_TEST(last_change() == "administrator person.role kato as viewer of root");
    BOOST_TEST(who.get("/api/v1/session").at("/role") == "viewer"); // At once.
    BOOST_TEST(who.get("/api/v1/session").at("/whole_site") == "true");
    BOOST_TEST(role("kato", R"({"role":"viewer","sites":["moon"]})") == 400);
    BOOST_TEST(role("kato", R"({"role":"king"})") == 400);
    BOOST_TEST(role("nobody", R"({"role":"viewer"})") == 404);
    BOOST_TEST(role("administrator", R"({"role":"viewer"})") == 409);
    BOOST_TEST(
        role("administrator", R"({"role":"administrator","sites":[")" + ward.text() + R"("]})")
        == 409);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
