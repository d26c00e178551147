#include "tests/unit/collector/api/api_fixture.hpp"

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;

BOOST_AUTO_TEST_SUITE(session)

BOOST_FIXTURE_TEST_CASE(
    a_right_password_gives_a_cookie_that_scripts_and_other_sites_cannot_use, ApiSite)
{
    add_person("sato", Role::operator_);
    auto sato = browser();
    const auto reply = sato.sign_in("sato");
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.at("/name") == "sato");
    BOOST_TEST(reply.at("/role") == "operator");
    BOOST_TEST(reply.at("/hospital") == "さくら病院");
    const std::string cookie{reply.headers["Set-Cookie"]};
    BOOST_TEST(cookie.starts_with("__Host-mimamori="));
    for (const char* flag : {"; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"})
        BOOST_TEST(cookie.find(flag) != std::string::npos, flag);
    BOOST_TEST(cookie.find("Domain") == std::string::npos);
    BOOST_TEST(reply.headers["Cache-Control"] == "no-store");
    BOOST_TEST(sato.get("/api/v1/session").at("/csrf") == sato.csrf);
}

BOOST_FIXTURE_TEST_CASE(without_a_sign_in_nothing_is_told, ApiSite)
{
    add_device("pc");
    auto stranger = browser();
    for (const char* path :
         {"session", "overview", "findings", "findings/x", "finding-groups", "devices",
          "devices/pc", "devices/pc/events", "events", "programs", "models", "usb-media",
          "neighbours", "enrolment-keys", "enrolment-queue", "agents", "people"})
    {
        const auto reply = stranger.get("/api/v1/" + std::string{path});
        BOOST_TEST(reply.status == 401, path);
        BOOST_TEST(reply.at("/code") == "session_required", path);
        BOOST_TEST(reply.headers["Content-Type"] == "application/problem+json", path);
    }
    stranger.cookie = "__Host-mimamori=guess";
    BOOST_TEST(stranger.get("/api/v1/devices").status == 401);
}

BOOST_FIXTURE_TEST_CASE(a_sign_in_that_asks_too_much_waits_and_others_do_not, ApiSite)
{
    auto busy = signed_in(Role::viewer);
    auto calm = signed_in(Role::operator_);
    request_rate.emplace(people::RequestRate::Config{.requests_per_minute = 2});
    BOOST_TEST(busy.get("/api/v1/session").status == 200);
    BOOST_TEST(busy.get("/api/v1/devices").status == 200);
    const auto refused = busy.get("/api/v1/devices");
    BOOST_TEST(refused.status == 429);
    BOOST_TEST(refused.at("/code") == "too_many_requests");
    const std::string wait{refused.headers["Retry-After"]};
    BOOST_TEST((wait.size() <= 2 && wait > "0" && std::stoi(wait) <= 60), wait);
    BOOST_TEST(calm.get("/api/v1/devices").status == 200);
}

BOOST_FIXTURE_TEST_CASE(every_route_that_changes_something_asks_for_sign_in_token_and_role, ApiSite)
{
    auto viewer = signed_in(Role::viewer);
    auto stranger = browser();
    int changing = 0;
    for (const http::Route& route : routes(*services))
    {
        // What is about oneself is for every role: own_access_test.cpp, ledger_test.cpp and
        // audit_test.cpp have it.
        if (route.method == Method::get || route.pattern.starts_with("/api/v1/session")
            || route.pattern.starts_with("/api/v1/views") || route.pattern == "/api/v1/exports")
            continue;
        ++changing;
        std::string path{route.pattern};
        for (const char* place : {"{id}", "{name}"})
            if (const auto at = path.find(place); at != std::string::npos)
                path.replace(at, std::string{place}.size(), "1");
        const bool removes = route.method == Method::delete_;
        const auto ask = [&](Browser& who) {
            return removes ? who.remove(path) : who.post(path, "{}");
        };
        BOOST_TEST(ask(stranger).status == 401, path);
        const auto refused = ask(viewer);
        BOOST_TEST(refused.status == 403, path);
        BOOST_TEST(refused.at("/roles").find("\"administrator\"") != std::string::npos, path);
        auto forged = browser();
        forged.cookie = viewer.cookie;
        const auto reply = ask(forged);
        BOOST_TEST(reply.status == 403, path);
        BOOST_TEST(reply.at("/code") == "forbidden", path);
        BOOST_TEST(reply.at("/roles") == "(absent)", path);
    }
    BOOST_TEST(changing >= 15);
    BOOST_TEST(log.contains("viewer is viewer and may not do this"));
    BOOST_TEST(log.contains("no or wrong X-CSRF-Token from viewer"));
}

BOOST_FIXTURE_TEST_CASE(a_token_of_another_sign_in_does_not_help, ApiSite)
{
    auto administrator = signed_in(Role::administrator);
    auto other = browser();
    BOOST_TEST_REQUIRE(other.sign_in("administrator").status == 200);
    administrator.csrf = other.csrf;
    BOOST_TEST(administrator.post("/api/v1/enrolment-keys", "{}").status == 403);
    administrator.csrf = administrator.get("/api/v1/session").at("/csrf");
    BOOST_TEST(administrator.post("/api/v1/enrolment-keys", "{}").status == 201);
}

BOOST_FIXTURE_TEST_CASE(another_sites_page_cannot_sign_anybody_in, ApiSite)
{
    add_person("sato", Role::operator_);
    const std::string body = R"({"name":"sato","password":"correct horse"})";
    const auto with = [&](const std::string& fields) {
        auto one = browser();
        return one.post("/api/v1/session", body, fields).status;
    };
    BOOST_TEST(with("Origin: https://evil.example\r\n") == 403);
    BOOST_TEST(with("Origin: null\r\n") == 403);
    BOOST_TEST(with("Origin: http://collector.test\r\n") == 403);
    BOOST_TEST(with("Sec-Fetch-Site: cross-site\r\n") == 403);
    BOOST_TEST(with("Sec-Fetch-Site: same-site\r\n") == 403);
    BOOST_TEST(with("Origin: https://collector.test\r\nSec-Fetch-Site: same-origin\r\n") == 200);
    // What a form of another site can send without asking first.
    auto one = browser();
    const std::string form = "POST /api/v1/session HTTP/1.1\r\nHost: collector.test\r\n"
                             "Content-Type: text/plain\r\nContent-Length: "
                             + std::to_string(body.size()) + "\r\n\r\n" + body;
    BOOST_TEST(one.raw(form).status == 415);
}

BOOST_FIXTURE_TEST_CASE(a_cookie_from_before_the_sign_in_is_not_taken_over, ApiSite)
{
    add_person("sato", Role::operator_);
    auto victim = browser();
    victim.cookie = "__Host-mimamori=planted";
    BOOST_TEST(victim.sign_in("sato").status == 200);
    BOOST_TEST(victim.cookie != "__Host-mimamori=planted");
    auto attacker = browser();
    attacker.cookie = "__Host-mimamori=planted";
    BOOST_TEST(attacker.get("/api/v1/session").status == 401);
}

BOOST_FIXTURE_TEST_CASE(signing_in_again_and_out_end_the_old_sign_in, ApiSite)
{
    add_person("sato", Role::operator_);
    auto sato = browser();
    sato.sign_in("sato");
    auto old = browser();
    old.cookie = sato.cookie;
    sato.sign_in("sato");
    BOOST_TEST(old.get("/api/v1/session").status == 401);
    BOOST_TEST(sato.get("/api/v1/session").status == 200);
    const auto reply = sato.remove("/api/v1/session");
    BOOST_TEST(reply.status == 204);
    BOOST_TEST(std::string{reply.headers["Set-Cookie"]}.find("Max-Age=0;") != std::string::npos);
    BOOST_TEST(sato.get("/api/v1/session").status == 401);
}

BOOST_FIXTURE_TEST_CASE(wrong_passwords_are_slowed_down_and_told_for_how_long, ApiSite)
{
    add_person("sato", Role::operator_);
    auto guesser = browser();
    for (int i = 0; i < 5; ++i)
    {
        const auto reply = guesser.sign_in("sato", "wrong horse");
        BOOST_TEST(reply.status == 401);
        BOOST_TEST(!reply.headers.has("Set-Cookie"));
    }
    const auto reply = guesser.sign_in("sato"); // The right one comes too late.
    BOOST_TEST(reply.status == 429);
    BOOST_TEST(reply.at("/code") == "too_many_tries");
    BOOST_TEST(reply.headers["Retry-After"] == "10");
    for (int i = 0; i < 500; ++i)
        BOOST_TEST(guesser.sign_in("SATO", "wrong horse").status == 429);
    clock.advance(10s);
    BOOST_TEST(guesser.sign_in("sato").status == 200);
    BOOST_TEST(!log.contains("horse"));
}

BOOST_FIXTURE_TEST_CASE(a_name_can_be_anything_and_finds_nobody, ApiSite)
{
    auto guesser = browser();
    for (const std::string& name :
         {std::string(30'000, 'x'), std::string{"' OR 1=1 --"},
          std::string{"\\r\\nSet-Cookie: a=b"}, std::string{"\\u202e"}})
        BOOST_TEST(guesser.sign_in(name).status == 401);
    BOOST_TEST(guesser.post("/api/v1/session", R"({"name":1})").status == 400);
    BOOST_TEST(guesser.post("/api/v1/session", "{").status == 400);
    BOOST_TEST(guesser.post("/api/v1/session", R"({"name":"a","name":"b"})").status == 400);
    BOOST_TEST(guesser.post("/api/v1/session", std::string(70'000, ' ')).status == 413);
}

BOOST_FIXTURE_TEST_CASE(people_change_their_own_password, ApiSite)
{
    auto viewer = signed_in(Role::viewer);
    auto elsewhere = browser();
    elsewhere.sign_in("viewer");
    const auto change = [&](const std::string& old_one, const std::string& new_one) {
        return viewer.post(
            "/api/v1/session/password",
            R"({"password":")" + old_one + R"(","new_password":")" + new_one + R"("})");
    };
    const auto wrong = change("wrong horse", "battery staple");
    BOOST_TEST(wrong.status == 403);
    BOOST_TEST(wrong.at("/code") == "wrong_password");
    const auto weak = change(password, "short");
    BOOST_TEST(weak.status == 400);
    BOOST_TEST(weak.at("/detail") == "password: 8 to 200 bytes");
    BOOST_TEST(change(password, "battery staple").status == 204);
    BOOST_TEST(last_change() == "viewer person.password viewer");
    BOOST_TEST(viewer.get("/api/v1/session").status == 200);
    BOOST_TEST(elsewhere.get("/api/v1/session").status == 401);
    BOOST_TEST(elsewhere.sign_in("viewer").status == 401);
    BOOST_TEST(elsewhere.sign_in("viewer", "battery staple").status == 200);
}

BOOST_FIXTURE_TEST_CASE(an_administrator_adds_people_and_ends_their_access, ApiSite)
{
    auto administrator = signed_in(Role::administrator);
    const std::string kato = R"({"name":"kato","password":"correct horse","role":"viewer"})";
    BOOST_TEST(administrator.post("/api/v1/people", kato).status == 204);
    BOOST_TEST(administrator.post("/api/v1/people", kato).status == 409);
    const auto odd = administrator.post(
        "/api/v1/people", R"({"name":"mori","password":"correct horse","role":"king"})");
    BOOST_TEST(odd.status == 400);
    BOOST_TEST(
        odd.at("/detail") == "role: one of viewer, department, operator, administrator, auditor");
    BOOST_TEST(
        (administrator.get("/api/v1/people").each("name") == Lines{"administrator", "kato"}));

    auto viewer = browser();
    BOOST_TEST(viewer.sign_in("kato").status == 200);
    BOOST_TEST(
        administrator.post("/api/v1/people/KATO/access", R"({"disabled":true})").status == 204);
    BOOST_TEST(last_change() == "administrator person.disable KATO");
    BOOST_TEST(viewer.get("/api/v1/session").status == 401);
    BOOST_TEST(viewer.sign_in("kato").status == 401);
    BOOST_TEST(administrator.post("/api/v1/people/kato/access", "{}").status == 204);
    BOOST_TEST(viewer.get("/api/v1/session").status == 401); // The old one does not come back.
    BOOST_TEST(viewer.sign_in("kato").status == 200);

    const std::string reset = R"({"password":"battery staple"})";
    BOOST_TEST(administrator.post("/api/v1/people/kato/password", reset).status == 204);
    BOOST_TEST(viewer.sign_in("kato", "battery staple").status == 200);
    BOOST_TEST(administrator.post("/api/v1/people/nobody/password", reset).status == 404);
    BOOST_TEST(
        administrator.post("/api/v1/people/Administrator/access", R"({"disabled":true})").status
        == 409);
}

BOOST_FIXTURE_TEST_CASE(the_badges_count_what_is_open, ApiSite)
{
    auto administrator = signed_in(Role::administrator);
    BOOST_TEST(administrator.get("/api/v1/session").at("/open_kinds") == "0");
    const auto pc = add_device("pc");
    put(pc, "antivirus", judge::test::antivirus(clock.now() - 30 * 24h));
    put(pc, "processes", judge::test::processes({judge::test::program("/tmp/x")}));
    judge(pc);
    judge(pc);
    const auto reply = administrator.get("/api/v1/session");
    const auto counted = database.number(
        "SELECT count(DISTINCT rule) FROM finding WHERE state = 'open' AND severity IN (1, 2)");
    BOOST_TEST(reply.at("/open_kinds") == std::to_string(counted));
    BOOST_TEST(counted >= 2);
    BOOST_TEST(reply.at("/unknown_programs") == "1");
    BOOST_TEST(reply.at("/waiting_agents") == "0");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
