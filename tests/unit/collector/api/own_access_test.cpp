#include "common/crypto/totp.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;

struct OwnAccess : ApiSite
{
    Browser sato{signed_in(Role::operator_)};
    Bytes secret;
    Lines recovery_codes;

    /// What the authenticator shows now.
    std::string code(std::chrono::seconds later = 0s) const
    {
        return crypto::hotp(
            secret, static_cast<std::uint64_t>(crypto::totp_step_of(clock.now() + later)));
    }

    Reply with_password(const std::string& path, const std::string& with = password)
    {
        return sato.post("/api/v1/session/" + path, R"({"password":")" + with + R"("})");
    }

    Reply confirm(const std::string& with)
    {
        return sato.post("/api/v1/session/second-factor/confirm", R"({"code":")" + with + R"("})");
    }

    void bring_into_force()
    {
        const auto offer = with_password("second-factor");
        BOOST_TEST_REQUIRE(offer.status == 200);
        secret = crypto::from_totp_text(offer.at("/secret")).value();
        const auto reply = confirm(code());
        BOOST_TEST_REQUIRE(reply.status == 200);
        for (std::size_t i = 0; i < reply.count("/recovery_codes"); ++i)
            recovery_codes.push_back(reply.at("/recovery_codes/" + std::to_string(i)));
        clock.advance(30s);
    }

    Reply sign_in_with(Browser& who, const std::string& with, const std::string& word = password)
    {
        return who.post(
            "/api/v1/session",
            fmt::format(R"({{"name":"operator","password":"{}","code":"{}"}})", word, with));
    }

    /// A program that shows a token.
    static std::string bearer(const std::string& token)
    {
        return "Authorization: Bearer " + token + "\r\n";
    }

    Reply make_token(const std::string& rest)
    {
        return sato.post("/api/v1/session/tokens", R"({"name":"report",)" + rest + '}');
    }
};

BOOST_FIXTURE_TEST_SUITE(own_access, OwnAccess)

BOOST_AUTO_TEST_CASE(a_second_factor_is_in_force_after_its_first_code)
{
    BOOST_TEST(sato.get("/api/v1/session/second-factor").at("/in_force") == "false");
    BOOST_TEST(confirm("000000").status == 409); // There is none to confirm.
    BOOST_TEST(with_password("second-factor", "wrong horse").status == 403);
    const auto offer = with_password("second-factor");
    BOOST_TEST(offer.at("/secret").size() == 32U);
    BOOST_TEST(offer.at("/uri").starts_with("otpauth://totp/mimamori%20%E3%81%95"));
    BOOST_TEST(offer.at("/uri").find("secret=" + offer.at("/secret")) != std::string::npos);
    auto other = browser();
    BOOST_TEST(other.sign_in("operator").status == 200); // Not yet.
    secret = crypto::from_totp_text(offer.at("/secret")).value();
    BOOST_TEST(confirm("12345").status == 400);
    const auto confirmed = confirm(code());
    BOOST_TEST(confirmed.count("/recovery_codes") == 10U);
    BOOST_TEST(last_change() == "operator person.second_factor operator");
    BOOST_TEST(other.get("/api/v1/session").status == 401); // Was signed in with less.
    BOOST_TEST(sato.get("/api/v1/session").status == 200);
    const auto state = sato.get("/api/v1/session/second-factor");
    BOOST_TEST(state.at("/in_force") == "true");
    BOOST_TEST(state.at("/recovery_codes_left") == "10");
    BOOST_TEST(with_password("second-factor").status == 409);
    BOOST_TEST(!log.contains(offer.at("/secret")));
}

BOOST_AUTO_TEST_CASE(without_the_code_of_now_nobody_is_signed_in)
{
    bring_into_force();
    auto who = browser();
    const auto asked = who.sign_in("operator");
    BOOST_TEST(asked.status == 401);
    BOOST_TEST(asked.at("/code") == "code_required");
    BOOST_TEST(!asked.headers.has("Set-Cookie"));
    // Who has not the password is not told that there is a second factor.
    BOOST_TEST(who.sign_in("operator", "wrong horse").at("/code") == "session_required");
    BOOST_TEST(sign_in_with(who, "000000").at("/code") == "session_required");
    BOOST_TEST(last_change() == "operator session.refuse 127.0.0.1 wrong code");
    const std::string now = code();
    BOOST_TEST(sign_in_with(who, now.substr(0, 3) + " " + now.substr(3)).status == 200);
    BOOST_TEST(sign_in_with(who, now).status == 401); // No code is good twice.
    clock.advance(30s);
    BOOST_TEST(sign_in_with(who, now).status == 401);
    BOOST_TEST(sign_in_with(who, code()).status == 200);
}

BOOST_AUTO_TEST_CASE(guessing_codes_is_slowed_down_as_guessing_passwords_is)
{
    bring_into_force();
    auto guesser = browser();
    for (int i = 0; i < 5; ++i)
    {
        const auto reply = sign_in_with(guesser, fmt::format("{:06}", i));
        BOOST_TEST(reply.status == 401);
        // A right password alone does not begin the count anew.
        BOOST_TEST(guesser.sign_in("operator").status == (i < 4 ? 401U : 429U));
    }
    BOOST_TEST(sign_in_with(guesser, code()).status == 429);
}

BOOST_AUTO_TEST_CASE(a_recovery_code_is_good_once)
{
    bring_into_force();
    auto who = browser();
    std::string lower = recovery_codes[0];
    for (char& c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    BOOST_TEST(sign_in_with(who, lower).status == 200);
    BOOST_TEST(sign_in_with(who, recovery_codes[0]).status == 401);
    BOOST_TEST(sign_in_with(who, recovery_codes[1]).status == 200);
    BOOST_TEST(sato.get("/api/v1/session/second-factor").at("/recovery_codes_left") == "8");
    BOOST_TEST(
        database.number(
            "SELECT count(*) FROM recovery_code WHERE code_hash = '" + recovery_codes[2] + "'")
        == 0);
}

BOOST_AUTO_TEST_CASE(a_second_factor_is_taken_off_with_the_password_or_by_an_administrator)
{
    bring_into_force();
    BOOST_TEST(with_password("second-factor/remove", "wrong horse").status == 403);
    BOOST_TEST(with_password("second-factor/remove").status == 204);
    auto who = browser();
    BOOST_TEST(who.sign_in("operator").status == 200);
    bring_into_force();
    auto administrator = signed_in(Role::administrator);
    const std::string path = "/api/v1/people/operator/no-second-factor";
    BOOST_TEST(administrator.post(path, "{}").status == 204);
    BOOST_TEST(last_change() == "administrator person.no_second_factor operator");
    BOOST_TEST(administrator.post(path, "{}").status == 404);
    BOOST_TEST(who.sign_in("operator").status == 200);
}

BOOST_AUTO_TEST_CASE(people_see_where_they_are_signed_in_and_end_it)
{
    auto elsewhere = browser();
    clock.advance(1min);
    elsewhere.sign_in("operator");
    const auto listed = sato.get("/api/v1/session/sign-ins");
    BOOST_TEST(listed.count("/items") == 2U);
    BOOST_TEST(listed.at("/items/0/current") == "false");
    BOOST_TEST(listed.at("/items/1/current") == "true");
    BOOST_TEST(listed.at("/items/0/address") == "127.0.0.1");
    BOOST_TEST(listed.body.find(elsewhere.csrf) == std::string::npos);
    auto other = signed_in(Role::viewer);
    const std::string path = "/api/v1/session/sign-ins/" + listed.at("/items/0/id");
    BOOST_TEST(other.remove(path).status == 404);
    BOOST_TEST(elsewhere.get("/api/v1/session").status == 200);
    BOOST_TEST(sato.remove(path).status == 204);
    BOOST_TEST(last_change() == "operator session.end 127.0.0.1");
    BOOST_TEST(elsewhere.get("/api/v1/session").status == 401);
    BOOST_TEST(sato.remove(path).status == 404);
    auto administrator = signed_in(Role::administrator);
    BOOST_TEST(administrator.post("/api/v1/people/operator/sign-out", "{}").status == 204);
    BOOST_TEST(sato.get("/api/v1/session").status == 401);
    BOOST_TEST(administrator.post("/api/v1/people/nobody/sign-out", "{}").status == 404);
}

BOOST_AUTO_TEST_CASE(a_token_may_what_it_was_made_for_until_it_ends)
{
    add_device("pc");
    const auto made = make_token(R"("role":"viewer","days":10)");
    BOOST_TEST(made.status == 201);
    const std::string token = made.at("/token");
    BOOST_TEST(token.starts_with("mimamori_"));
    BOOST_TEST(
        database.number("SELECT count(*) FROM api_token WHERE token_hash LIKE '%mimamori%'") == 0);
    auto program = browser();
    BOOST_TEST(program.get("/api/v1/devices", bearer(token)).at("/total") == "1");
    const auto listed = sato.get("/api/v1/session/tokens");
    BOOST_TEST(listed.at("/items/0/last_used_from") == "127.0.0.1");
    BOOST_TEST(listed.body.find(token) == std::string::npos);
    // A viewer's: it changes nothing, without a token against forged requests or with one.
    BOOST_TEST(program.post("/api/v1/usb-media", "{}", bearer(token)).at("/code") == "forbidden");
    // And it arranges nobody's access.
    for (const char* path : {"second-factor", "sign-ins", "tokens"})
        BOOST_TEST(
            program.get("/api/v1/session/" + std::string{path}, bearer(token)).status == 403, path);
    clock.advance(10 * 24h - 1s);
    BOOST_TEST(program.get("/api/v1/devices", bearer(token)).status == 200);
    clock.advance(1s);
    BOOST_TEST(program.get("/api/v1/devices", bearer(token)).status == 401);
}

BOOST_AUTO_TEST_CASE(a_token_changes_things_in_its_persons_name)
{
    const std::string token = make_token(R"("role":"operator")").at("/token");
    auto program = browser();
    const auto done = program.post(
        "/api/v1/usb-media",
        R"({"vendor_id":"0781","product_id":"5567","serial":"A1","label":"x"})", bearer(token));
    BOOST_TEST(done.status == 201);
    BOOST_TEST(last_change() == "operator (token 1) medium.register x");
    for (const std::string& bad :
         {std::string{"x"}, token + "x", token.substr(0, 20), std::string{}})
        BOOST_TEST(program.get("/api/v1/devices", bearer(bad)).status == 401, bad);
    BOOST_TEST(
        program.get("/api/v1/devices", "Authorization: Basic " + token + "\r\n").status == 401);
}

BOOST_AUTO_TEST_CASE(a_token_never_may_more_than_its_person_may_now)
{
    const SiteId ward = add_site("Ward");
    const SiteId other = add_site("Other");
    move_device(add_device("in-ward"), ward);
    move_device(add_device("in-other"), other);
    BOOST_TEST(make_token(R"("role":"administrator")").status == 400);
    BOOST_TEST(make_token(R"("role":"auditor")").status == 400);
    BOOST_TEST(make_token(R"("role":"king")").status == 400);
    BOOST_TEST(make_token(R"("days":401)").status == 400);
    BOOST_TEST(make_token(R"("days":0)").status == 400);
    BOOST_TEST(make_token(R"("sites":["moon"])").status == 400);
    const std::string of_ward =
        make_token(R"("role":"operator","sites":[")" + ward.text() + R"("])").at("/token");
    auto program = browser();
    BOOST_TEST((program.get("/api/v1/devices", bearer(of_ward)).each("id") == Lines{"in-ward"}));
    auto administrator = signed_in(Role::administrator);
    const auto become = [&](const std::string& role, const SiteId& site) {
        return administrator.post(
            "/api/v1/people/operator/role",
            fmt::format(R"({{"role":"{}","sites":["{}"]}})", role, site.text()));
    };
    BOOST_TEST(become("operator", other).status == 204);
    BOOST_TEST(program.get("/api/v1/devices", bearer(of_ward)).at("/total") == "0");
    // Not even its person can make one for what is not theirs.
    BOOST_TEST(make_token(R"("sites":[")" + ward.text() + R"("])").status == 400);
    BOOST_TEST(become("viewer", ward).status == 204);
    BOOST_TEST(program.get("/api/v1/devices", bearer(of_ward)).at("/total") == "1");
    BOOST_TEST(program.post("/api/v1/devices/in-ward/site", "{}", bearer(of_ward)).status == 403);
    administrator.post("/api/v1/people/operator/access", R"({"disabled":true})");
    BOOST_TEST(program.get("/api/v1/devices", bearer(of_ward)).status == 401);
}

BOOST_AUTO_TEST_CASE(tokens_are_revoked_by_their_person_or_an_administrator)
{
    const std::string first = make_token(R"("role":"viewer")").at("/token");
    const std::string second = make_token(R"("role":"viewer")").at("/token");
    auto viewer = signed_in(Role::viewer);
    BOOST_TEST(viewer.remove("/api/v1/session/tokens/1").status == 404);
    BOOST_TEST(viewer.get("/api/v1/session/tokens").count("/items") == 0U);
    BOOST_TEST(sato.remove("/api/v1/session/tokens/1").status == 204);
    BOOST_TEST(last_change() == "operator token.revoke token 1 of operator");
    BOOST_TEST(sato.remove("/api/v1/session/tokens/1").status == 409);
    auto program = browser();
    BOOST_TEST(program.get("/api/v1/devices", bearer(first)).status == 401);
    auto administrator = signed_in(Role::administrator);
    BOOST_TEST(
        (administrator.get("/api/v1/tokens").each("person") == Lines{"operator", "operator"}));
    BOOST_TEST(administrator.remove("/api/v1/tokens/2").status == 204);
    BOOST_TEST(program.get("/api/v1/devices", bearer(second)).status == 401);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
