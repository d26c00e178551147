#include "tests/unit/collector/api/api_fixture.hpp"

#include <fmt/format.h>

#include <set>

namespace mimamori::collector::api {
namespace {

using namespace test;
using judge::test::processes;
using judge::test::program;
using people::Role;

struct ProgramSite : ApiSite
{
    Browser sato{signed_in(Role::operator_)};

    DeviceId add_with(const std::string& id, std::vector<wire::Program> programs)
    {
        const auto device = add_device(id);
        put(device, "processes", processes(std::move(programs)));
        judge(device);
        return device;
    }

    Reply list(const std::string& state) { return sato.get("/api/v1/programs?state=" + state); }

    Reply approve(const std::string& program, const std::string& rest)
    {
        return sato.post(
            "/api/v1/programs/approvals", R"({"program":)" + program + ',' + rest + '}');
    }
};

BOOST_FIXTURE_TEST_SUITE(programs, ProgramSite)

BOOST_AUTO_TEST_CASE(unknown_programs_say_where_they_are_and_how_many_have_them)
{
    auto odd = program("/tmp/<b>x</b>", 'x');
    odd.parent = "/usr/bin/bash";
    add_with("a", {odd, program("/usr/bin/fine")});
    add_with("b", {odd});
    add_with("c", {});
    for (const char* device : {"a", "b"})
        judge(DeviceId{device});
    const auto reply = list("unknown");
    BOOST_TEST(reply.at("/total") == "1");
    BOOST_TEST(reply.at("/items/0/path") == "/tmp/<b>x</b>");
    BOOST_TEST(reply.at("/items/0/sha256") == std::string(64, 'x'));
    BOOST_TEST(reply.at("/items/0/parent") == "/usr/bin/bash");
    BOOST_TEST(reply.at("/items/0/remark") == "user_folder");
    BOOST_TEST(reply.at("/items/0/severity") == "action");
    BOOST_TEST(reply.at("/items/0/devices") == "2");
    BOOST_TEST(reply.count("/items/0/found_on") == 2);
    BOOST_TEST(reply.at("/items/0/found_on/0/finding_id").size() > 20);
    BOOST_TEST(reply.at("/items/0/approval") == "null");
    BOOST_TEST(reply.at("/items/0/user_writable") == "true");
}

BOOST_AUTO_TEST_CASE(an_approval_closes_the_finding_and_it_stays_closed_after_a_restart)
{
    const auto a = add_with("a", {program("/tmp/x", 'x')});
    const auto b = add_with("b", {program("/tmp/x", 'x')});
    BOOST_TEST(findings(a, "process_unknown").size() == 1);
    const std::string id = list("unknown").at("/items/0/id");
    const auto made = approve(id, R"("by":"hash","scope":"site","reason":"外来の検査ソフト")");
    BOOST_TEST(made.status == 201);
    judge_anew(a);
    judge_anew(b);
    BOOST_TEST(list("unknown").at("/total") == "0");
    BOOST_TEST(sato.get("/api/v1/findings?state=active&rule=process_unknown").at("/total") == "0");

    restart_collector();
    sato = browser();
    BOOST_TEST_REQUIRE(sato.sign_in("operator").status == 200);
    clock.advance(1h);
    for (const auto& device : {a, b})
    {
        heard(device);
        judge(device);
    }
    BOOST_TEST(list("unknown").at("/total") == "0");
    const auto approved = list("approved");
    BOOST_TEST(approved.at("/items/0/path") == "/tmp/x");
    BOOST_TEST(approved.at("/items/0/devices") == "2");
    BOOST_TEST(approved.at("/items/0/approval/id") == made.at("/id"));
    BOOST_TEST(approved.at("/items/0/approval/decision") == "allow");
    BOOST_TEST(approved.at("/items/0/approval/reason") == "外来の検査ソフト");
    BOOST_TEST(approved.at("/items/0/approval/decided_by") == "operator");

    BOOST_TEST(sato.remove("/api/v1/programs/approvals/" + made.at("/id")).status == 204);
    BOOST_TEST(sato.remove("/api/v1/programs/approvals/" + made.at("/id")).status == 409);
    judge_anew(a);
    BOOST_TEST(findings(a, "process_unknown").size() == 1);
    BOOST_TEST(list("approved").at("/total") == "0");
}

BOOST_AUTO_TEST_CASE(an_approval_for_one_device_holds_there_only_and_ends_on_its_day)
{
    const auto a = add_with("a", {program("/tmp/x", 'x')});
    const auto b = add_with("b", {program("/tmp/x", 'x')});
    const std::string id = list("unknown").at("/items/0/id");
    const std::string until = to_rfc3339(clock.now() + 24h);
    BOOST_TEST(
        approve(id, R"("scope":"device","device":"a","reason":"test","until":")" + until + '"')
            .status
        == 201);
    judge_anew(a);
    judge_anew(b);
    BOOST_TEST(findings(a, "process_unknown").empty());
    BOOST_TEST(findings(b, "process_unknown").size() == 1);
    BOOST_TEST(list("approved").at("/items/0/approval/ended") == "false");
    BOOST_TEST(list("approved").at("/items/0/approval/scope_name") == "a");
    clock.advance(24h);
    heard(a);
    judge(a);
    BOOST_TEST_REQUIRE(sato.sign_in("operator").status == 200);
    BOOST_TEST(findings(a, "process_unknown").size() == 1);
    BOOST_TEST(list("approved").at("/items/0/approval/ended") == "true");
}

BOOST_AUTO_TEST_CASE(a_program_can_be_refused)
{
    const auto a = add_with("a", {program("/usr/bin/l", 'l')});
    const auto learned = list("learned");
    BOOST_TEST(learned.at("/items/0/path") == "/usr/bin/l");
    BOOST_TEST(learned.at("/items/0/models/0") == "Maker M1");
    BOOST_TEST(
        approve(
            learned.at("/items/0/id"), R"("decision":"refuse","scope":"site","reason":"banned")")
            .status
        == 201);
    judge_anew(a);
    BOOST_TEST(list("unknown").at("/items/0/remark") == "refused");
    BOOST_TEST(list("approved").at("/items/0/approval/decision") == "refuse");
}

BOOST_AUTO_TEST_CASE(decisions_that_would_help_nobody_are_refused)
{
    add_with("a", {program("/tmp/x", 'x')});
    const std::string id = list("unknown").at("/items/0/id");
    const std::pair<const char*, const char*> cases[] = {
        {R"("scope":"site")", "reason: must not be empty"},
        {R"("scope":"device","reason":"r")", "device: no such device"},
        {R"("scope":"device","device":"nobody","reason":"r")", "device: no such device"},
        {R"("scope":"model","model":"nothing","reason":"r")", "model: no such device model"},
        {R"("scope":"site","site":"nowhere","reason":"r")", "site: no such site"},
        {R"("scope":"planet","reason":"r")", "scope: expected one of the known names"},
        {R"("scope":"site","by":"signer","reason":"r")", "kind: the program is not signed"},
        {R"("scope":"site","by":"path","reason":"r")",
         "kind: users can replace this file, so its path proves nothing"},
        {R"("scope":"site","reason":"r","until":"2020-01-01T00:00:00Z")", "until: must lie ahead"}};
    for (const auto& [rest, detail] : cases)
    {
        const auto reply = approve(id, rest);
        BOOST_TEST(reply.status == 400, rest);
        BOOST_TEST(reply.at("/detail") == detail, rest);
    }
    BOOST_TEST(approve("0", R"("scope":"site","reason":"r")").status == 400);
    BOOST_TEST(approve("999", R"("scope":"site","reason":"r")").status == 404);
    BOOST_TEST(sato.remove("/api/v1/programs/approvals/999").status == 404);
    BOOST_TEST(sato.remove("/api/v1/programs/approvals/x").status == 404);
    BOOST_TEST(sato.remove("/api/v1/programs/approvals/-1").status == 404);
    BOOST_TEST(list("approved").at("/total") == "0");
}

BOOST_AUTO_TEST_CASE(all_lists_come_in_pages)
{
    std::vector<wire::Program> many;
    for (int i = 0; i < 5; ++i)
        many.push_back(program(fmt::format("/usr/bin/p{}", i), static_cast<char>('a' + i)));
    for (int i = 0; i < 5; ++i)
        many.push_back(program(fmt::format("/tmp/q{}", i), static_cast<char>('k' + i)));
    add_with("a", many);
    for (const auto& [state, count] : {std::pair{"unknown", 5}, std::pair{"learned", 5}})
    {
        std::set<std::string> seen;
        std::string after;
        int pages = 0;
        for (; after != "null" && pages < 9; ++pages)
        {
            const auto reply =
                sato.get(fmt::format("/api/v1/programs?state={}&limit=2&after={}", state, after));
            BOOST_TEST_REQUIRE(reply.status == 200);
            for (const std::string& path : reply.each("path"))
                BOOST_TEST(seen.insert(path).second, path);
            after = reply.at("/next");
        }
        BOOST_TEST(seen.size() == static_cast<std::size_t>(count), state);
        BOOST_TEST(pages == 3, state);
    }
    BOOST_TEST(sato.get("/api/v1/programs?state=odd").status == 400);
    BOOST_TEST(sato.get("/api/v1/programs?after=-1").status == 400);
    const std::string place = sato.get("/api/v1/programs?limit=2").at("/next");
    BOOST_TEST(sato.get("/api/v1/programs?limit=9&after=" + place).count("/items") == 3);
    BOOST_TEST(sato.get("/api/v1/programs?state=learned&after=" + place).status == 400);
}

BOOST_AUTO_TEST_CASE(an_administrator_ends_the_learning_of_a_model)
{
    add_with("a", {program("/usr/bin/l", 'l')});
    const auto before = sato.get("/api/v1/models");
    BOOST_TEST(before.at("/items/0/model") == "Maker M1");
    BOOST_TEST(before.at("/items/0/learning") == "true");
    BOOST_TEST(before.at("/items/0/devices") == "1");
    const std::string body = R"({"model":"Maker M1"})";
    BOOST_TEST(sato.post("/api/v1/models/learning", body).status == 403);
    auto administrator = signed_in(Role::administrator);
    clock.advance(1h);
    BOOST_TEST(administrator.post("/api/v1/models/learning", body).status == 204);
    const auto after = sato.get("/api/v1/models");
    BOOST_TEST(after.at("/items/0/learning") == "false");
    BOOST_TEST(after.at("/items/0/set_by") == "administrator");
    BOOST_TEST(administrator.post("/api/v1/models/learning", R"({"model":"none"})").status == 404);
    clock.advance(1h);
    put(DeviceId{"a"}, "processes",
        processes({program("/usr/bin/l", 'l'), program("/usr/bin/n", 'n')}));
    judge_anew(DeviceId{"a"});
    BOOST_TEST(list("unknown").at("/items/0/path") == "/usr/bin/n");
}

BOOST_AUTO_TEST_CASE(what_is_usual_for_a_model_is_listed_and_decided)
{
    add_with("a", {});
    wire::ListenersSection listeners;
    for (const std::uint16_t port : std::vector<std::uint16_t>{104, 445, 8080})
        listeners.listeners.push_back({"tcp", "0.0.0.0", port, "/opt/lab/a", ""});
    put(DeviceId{"a"}, "listeners", listeners);
    judge_anew(DeviceId{"a"});
    const std::string items = "/api/v1/models/profile-items";
    const std::string removals = "/api/v1/models/profile-item-removals";
    const std::string path = items + "?model=Maker%20M1";
    const auto all = sato.get(path);
    BOOST_TEST(all.status == 200);
    BOOST_TEST(all.at("/total") == "3");
    BOOST_TEST(all.at("/devices") == "1");
    BOOST_TEST(all.at("/items/0/kind") == "port");
    BOOST_TEST(all.at("/items/0/key") == "tcp/104");
    BOOST_TEST(all.at("/items/0/source") == "learned");
    BOOST_TEST(all.at("/items/0/devices") == "1");
    BOOST_TEST(all.at("/ports_learned_until") != "null");
    BOOST_TEST(all.at("/peers_learned_until") == "null");
    const auto first = sato.get(path + "&limit=2");
    BOOST_TEST(first.count("/items") == 2);
    const auto rest = sato.get(path + "&limit=2&after=" + first.at("/next"));
    BOOST_TEST(rest.count("/items") == 1);
    BOOST_TEST(rest.at("/items/0/key") == "tcp/8080");
    BOOST_TEST(rest.at("/next") == "null");
    BOOST_TEST(sato.get(items + "?model=M2&after=" + first.at("/next")).status == 400);
    BOOST_TEST(sato.get(items + "?model=M2").status == 404);
    BOOST_TEST(sato.get(items).status == 400);

    const std::string body =
        R"({"model":"Maker M1","kind":"port","key":"tcp/23","reason":"of the maker"})";
    auto viewer = signed_in(Role::viewer);
    BOOST_TEST(viewer.post(items, body).status == 403);
    BOOST_TEST(viewer.post(removals, body).status == 403);
    BOOST_TEST(sato.post(items, body).status == 204);
    BOOST_TEST(sato.post(items, body).status == 409);
    BOOST_TEST(sato.get(path).at("/items/1/source") == "approved");
    BOOST_TEST(sato.get(path).at("/items/1/set_by") == "operator");
    BOOST_TEST(sato.post(removals, body).status == 409); // It is being learned.
    clock.advance(std::chrono::days{15});
    BOOST_TEST(sato.sign_in("operator").status == 200);
    BOOST_TEST(sato.post(removals, body).status == 204);
    BOOST_TEST(sato.post(removals, body).status == 404);
    BOOST_TEST(
        sato.post(items, R"({"model":"Maker M1","kind":"port","key":"23","reason":"x"})").status
        == 400);
}

BOOST_AUTO_TEST_CASE(a_profile_goes_out_and_comes_in)
{
    add_with("a", {program("/opt/lab/a", 'a')});
    add_with("b", {program("/opt/lab/a", 'a')});
    write([](storage::Session& session) -> Result<bool> {
        session.prepared("UPDATE site SET name = '中央病院' WHERE id = 'root'")->run();
        return true;
    });
    const std::string path = "/api/v1/models/profile?model=Maker%20M1";
    const auto profile = sato.get(path);
    BOOST_TEST(profile.status == 200);
    BOOST_TEST(profile.at("/model") == "Maker M1");
    BOOST_TEST(profile.at("/programs/0/path") == "/opt/lab/a");
    BOOST_TEST(profile.at("/programs/0/devices") == "2");
    BOOST_TEST(sato.get("/api/v1/models/profile?model=none").status == 404);
    BOOST_TEST(signed_in(Role::viewer).get(path).status == 403);

    const std::string imports_at = "/api/v1/models/profile-imports";
    const auto body = [&](const std::string& document, const char* dry_run) {
        return R"({"profile":)" + document + R"(,"dry_run":)" + dry_run + '}';
    };
    auto administrator = signed_in(Role::administrator);
    BOOST_TEST(sato.post(imports_at, body(profile.body, "true")).status == 403);
    const auto look = administrator.post(imports_at, body(profile.body, "true"));
    BOOST_TEST(look.status == 200);
    BOOST_TEST(look.at("/dry_run") == "true");
    BOOST_TEST(look.at("/programs_new") == "1");
    // Where it comes from, for who asks there before taking it over.
    for (const char* origin : {"hospital", "made_at", "devices", "sha256"})
        BOOST_TEST(
            look.at('/' + std::string{origin}) == profile.at('/' + std::string{origin}), origin);
    BOOST_TEST(look.at("/hospital") == "中央病院");
    BOOST_TEST(database.number("SELECT count(*) FROM program_decision") == 0);
    BOOST_TEST(administrator.post(imports_at, body(profile.body, "false")).status == 200);
    BOOST_TEST(database.number("SELECT count(*) FROM program_decision") == 1);

    std::string changed = profile.body;
    changed.replace(changed.find("/opt/lab/a"), 10, "/opt/lab/b");
    const auto refused = administrator.post(imports_at, body(changed, "false"));
    BOOST_TEST(refused.status == 400);
    BOOST_TEST(refused.at("/detail") == "profile: it was changed or damaged after it was written");
    BOOST_TEST(administrator.post(imports_at, body("7", "false")).status == 400);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
