#include "collector/directory/directory.hpp"
#include "collector/people/directory_people.hpp"
#include "tests/support/directory_server.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;

/// A site whose people are in a directory, too.
struct DirectorySite : ApiSite
{
    tests::DirectoryServer server;
    SystemClock real_clock;
    std::optional<directory::Directory> asked;
    std::optional<people::DirectoryPeople> directory_people;

    DirectorySite()
    {
        auto settings = server.settings();
        settings.step_max = 1s;
        asked.emplace(settings, real_clock);
        directory_people.emplace(
            *database, *asked, clock, people::DirectoryPeople::Options{5min, 1h});
        people.emplace(*database, clock, &*directory_people);
        services->directory = &*asked;
    }

    ~DirectorySite() { close(); }
};

BOOST_AUTO_TEST_SUITE(directory_api)

BOOST_FIXTURE_TEST_CASE(
    a_person_of_the_directory_signs_in_and_is_told_where_the_password_is, DirectorySite)
{
    Browser sato = browser();
    BOOST_TEST(sato.sign_in("sato").at("/role") == "operator");
    const auto changed = sato.post(
        "/api/v1/session/password",
        R"({"password":"correct horse","new_password":"another horse 1"})");
    BOOST_TEST(changed.status == 409);

    Browser chief = signed_in(Role::administrator);
    const auto list = chief.get("/api/v1/people");
    BOOST_TEST((list.each("source") == Lines{"local", "directory"}));
    for (const char* change :
         {R"(role {"role":"viewer"})", R"(password {"password":"another horse 1"})"})
    {
        const std::string text{change};
        const std::size_t space = text.find(' ');
        const auto refused =
            chief.post("/api/v1/people/sato/" + text.substr(0, space), text.substr(space + 1));
        BOOST_TEST(refused.status == 409);
        BOOST_TEST(refused.at("/detail").find("director") != std::string::npos);
    }
}

BOOST_FIXTURE_TEST_CASE(a_directory_that_is_down_has_an_answer_of_its_own, DirectorySite)
{
    add_person("chief", Role::administrator);
    server.stop();
    Browser anybody = browser();
    const auto refused = anybody.sign_in("sato");
    BOOST_TEST(refused.status == 503);
    BOOST_TEST(refused.at("/code") == "directory_unavailable");
    BOOST_TEST(refused.at("/detail") == "(absent)");
    BOOST_TEST(anybody.sign_in("chief").status == 200);
}

BOOST_FIXTURE_TEST_CASE(an_administrator_tries_what_a_sign_in_would_do, DirectorySite)
{
    Browser chief = signed_in(Role::administrator);
    const auto good =
        chief.post("/api/v1/directory/test", R"({"name":"sato","password":"correct horse"})");
    BOOST_TEST(good.status == 200);
    BOOST_TEST(
        (good.each("name")
         == Lines{"connect", "certificate", "bind", "account", "role", "password"}));
    BOOST_TEST(last_change() == "administrator directory.test sato");
    const auto without = chief.post("/api/v1/directory/test", R"({"name":"mori"})");
    BOOST_TEST(without.each("good").back() == "false");
    BOOST_TEST(chief.post("/api/v1/directory/test", "{}").status == 400);
    BOOST_TEST(
        signed_in(Role::operator_).post("/api/v1/directory/test", R"({"name":"sato"})").status
        == 403);
}

BOOST_FIXTURE_TEST_CASE(without_a_directory_there_is_nothing_to_try, ApiSite)
{
    Browser chief = signed_in(Role::administrator);
    BOOST_TEST(chief.post("/api/v1/directory/test", R"({"name":"sato"})").status == 409);
    BOOST_TEST(chief.get("/api/v1/directory").at("/configured") == "false");
    BOOST_TEST(chief.post("/api/v1/directory/roles", R"({"items":[]})").status == 409);
}

BOOST_FIXTURE_TEST_CASE(which_group_gives_which_role_is_set_on_the_page, DirectorySite)
{
    Browser chief = signed_in(Role::administrator);
    const auto before = chief.get("/api/v1/directory");
    BOOST_TEST(before.at("/configured") == "true");
    BOOST_TEST(before.at("/from") == "settings");
    BOOST_TEST_REQUIRE(before.count("/roles") > 0U);
    const SiteId ward = add_site("透析室");
    const auto role_of_sato = [&chief] {
        const auto steps = chief.post("/api/v1/directory/test", R"({"name":"sato"})");
        return steps.at("/items/4/detail");
    };
    BOOST_TEST(role_of_sato() == "operator of root");
    const auto put =
        [&chief](const std::string& role, const std::string& of, const std::string& site) {
            return chief.post(
                "/api/v1/directory/roles", R"({"items":[{"role":")" + role + R"(","group":")" + of
                                               + R"(","sites":[)" + site + "]}]}");
        };
    std::string of_sato;
    for (std::size_t i = 0; i < before.count("/roles") && of_sato.empty(); ++i)
    {
        const std::string one = before.at("/roles/" + std::to_string(i) + "/group");
        if (before.at("/roles/" + std::to_string(i) + "/role") == "operator")
            of_sato = one;
    }
    BOOST_TEST(put("viewer", of_sato, '"' + ward.text() + '"').status == 204);
    BOOST_TEST(
        last_change() == "administrator directory.roles viewer of " + ward.text() + ": " + of_sato);
    BOOST_TEST(role_of_sato() == "viewer of " + ward.text());
    const auto after = chief.get("/api/v1/directory");
    BOOST_TEST(after.at("/from") == "page");
    BOOST_TEST(after.count("/roles") == 1U);
    BOOST_TEST(after.at("/roles/0/sites/0") == ward.text());
    // Who signs in now has it.
    Browser sato = browser();
    BOOST_TEST(sato.sign_in("sato").at("/role") == "viewer");

    BOOST_TEST(put("king", of_sato, "").status == 400);
    BOOST_TEST(put("viewer", "everybody", "").at("/detail").starts_with("group: "));
    BOOST_TEST(put("viewer", of_sato, R"("nowhere")").status == 404);
    BOOST_TEST(put("viewer", "cn=" + std::string(500, 'a'), "").status == 400);
    BOOST_TEST(
        signed_in(Role::operator_).post("/api/v1/directory/roles", R"({"items":[]})").status
        == 403);
    BOOST_TEST(signed_in(Role::auditor).get("/api/v1/directory").status == 403);
    BOOST_TEST(role_of_sato() == "viewer of " + ward.text());
    // Nothing set here: as the settings file says.
    BOOST_TEST(chief.post("/api/v1/directory/roles", R"({"items":[]})").status == 204);
    BOOST_TEST(role_of_sato() == "operator of root");
    BOOST_TEST(chief.get("/api/v1/directory").at("/from") == "settings");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
