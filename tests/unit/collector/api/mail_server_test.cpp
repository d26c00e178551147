#include "collector/storage/alert_settings.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"
#include "tests/unit/collector/notify/mail_server.hpp"
#include "tests/unit/collector/notify/receivers.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>

namespace mimamori::collector::api {
namespace {

using namespace test;
using notify::test::MailServer;
using notify::test::receiver_pki;
using people::Role;

const std::string servers = "/api/v1/alert-settings/mail_server";
const std::string secret_word = "open sesame";

/// What somebody writes into the form.
struct Form
{
    std::string security{"starttls"};
    std::string host{"127.0.0.1"};
    int port{587};
    std::string ca{receiver_pki().text("root.pem")};
    std::string user{"mimamori"};
    std::string from{"mimamori@hospital.example"};
    std::string to{"clerk@hospital.example"};
    std::string secret{secret_word};

    std::string body(const std::string& more = "") const
    {
        return fmt::format(
            R"({{"name":"x","secret":"{}","settings":{{"security":"{}","host":"{}","port":{},)"
            R"("ca":{},"user":"{}","from":"{}","to":["{}"],"language":"en"}}{}}})",
            secret, security, host, port, boost::json::serialize(boost::json::string{ca}), user,
            from, to, more);
    }
};

struct PageSite : ApiSite
{
    Browser admin{signed_in(Role::administrator)};

    Browser signed_in_again()
    {
        Browser made = browser();
        BOOST_TEST_REQUIRE(made.sign_in("administrator").status == 200);
        return made;
    }

    /// The test's answer: "true none", or what is wrong.
    std::string tested()
    {
        const auto reply = admin.post("/api/v1/mail-server/test", "{}");
        BOOST_TEST(reply.status == 200, reply.body);
        BOOST_TEST(reply.body.find(secret_word) == std::string::npos);
        return reply.at("/sent") + ' ' + reply.at("/trouble");
    }

    std::size_t secrets() const
    {
        const auto place = folder.path() / "alert-secrets";
        if (!std::filesystem::exists(place))
            return 0;
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator{place}, {}));
    }
};

BOOST_FIXTURE_TEST_SUITE(mail_server, PageSite)

BOOST_AUTO_TEST_CASE(one_set_on_the_page_delivers_at_once_and_after_a_restart)
{
    BOOST_TEST(admin.get(servers).each("name").empty());
    BOOST_TEST(admin.get("/api/v1/alert-settings/channel").at("/items/0/usable") == "false");
    BOOST_TEST(admin.post("/api/v1/mail-server/test", "{}").status == 409);

    const MailServer smtp{receiver_pki().server("good", {"--password", secret_word})};
    Form form;
    form.port = smtp.port();
    const auto made = admin.post(servers, form.body());
    BOOST_TEST_REQUIRE(made.status == 201, made.body);
    BOOST_TEST(last_change() == "administrator alert_mail_server.create mail");
    BOOST_TEST(admin.get("/api/v1/alert-settings/channel").at("/items/0/usable") == "true");
    BOOST_TEST(tested() == "true none");
    BOOST_TEST_REQUIRE(smtp.mails().size() == 1);
    BOOST_TEST(smtp.mails().front().starts_with(
        "mimamori@hospital.example clerk@hospital.example tls=yes user=mimamori\r\n"));
    BOOST_TEST(last_change() == "administrator alert_mail_server.test clerk@hospital.example");
    BOOST_TEST(!admin.get(servers).at("/items/0/last_sent_at").empty());
    // By a way without addresses it goes to those of the server.
    BOOST_TEST(admin.post("/api/v1/alert-channels/1/test", "{}").status == 204);
    BOOST_TEST(
        admin.get("/api/v1/alert-deliveries?state=queued").each("recipient")
            == Lines{"clerk@hospital.example"},
        boost::test_tools::per_element());

    restart_collector();
    admin = signed_in_again();
    const auto shown = admin.get(servers);
    BOOST_TEST(shown.at("/items/0/settings/host") == "127.0.0.1");
    BOOST_TEST(shown.at("/items/0/settings/secret") == "kept");
    BOOST_TEST(shown.at("/items/0/fixed") == "false");
    BOOST_TEST(tested() == "true none");
    BOOST_TEST(smtp.mails().size() == 2);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_it_is_told)
{
    const MailServer smtp{receiver_pki().server("good", {"--password", secret_word})};
    const auto trouble = [&](Form form) {
        const auto rows = admin.get(servers);
        const std::string id = rows.each("id").empty() ? "" : "/" + rows.at("/items/0/id");
        const auto done = admin.post(servers + id, form.body());
        BOOST_TEST((done.status == 201 || done.status == 204), done.body);
        return tested();
    };
    Form good;
    good.port = smtp.port();
    Form form = good;
    form.secret = "not " + secret_word;
    BOOST_TEST(trouble(form) == "false sign_in");
    BOOST_TEST(!admin.get(servers).at("/items/0/failing_since").empty());
    form = good;
    form.ca = receiver_pki().text("stranger.pem");
    BOOST_TEST(trouble(form) == "false certificate");
    form.ca.clear(); // Whom the system trusts.
    BOOST_TEST(trouble(form) == "false certificate");
    form = good;
    form.port = 1;
    BOOST_TEST(trouble(form) == "false connection");
    form = good;
    form.host = "mail.invalid";
    BOOST_TEST(trouble(form) == "false name");
    form = good;
    form.security = "tls";
    BOOST_TEST(trouble(form) == "false no_tls");
    BOOST_TEST(smtp.mails().empty());
    BOOST_TEST(trouble(good) == "true none");
    BOOST_TEST(admin.get(servers).at("/items/0/problem").empty());
}

BOOST_AUTO_TEST_CASE(the_password_goes_in_and_never_comes_out)
{
    Form form;
    const auto made = admin.post(servers, form.body());
    BOOST_TEST_REQUIRE(made.status == 201, made.body);
    for (const std::string& path :
         {servers, std::string{"/api/v1/audit"}, std::string{"/api/v1/alert-deliveries"}})
        BOOST_TEST(admin.get(path).body.find(secret_word) == std::string::npos, path);
    BOOST_TEST(
        database.text("SELECT group_concat(body) FROM alert_setting").find(secret_word)
        == std::string::npos);
    BOOST_TEST(
        database.text("SELECT group_concat(detail) FROM change_log").find(secret_word)
        == std::string::npos);
    BOOST_TEST(!log.contains(secret_word));
    BOOST_TEST(secrets() == 1);
    BOOST_TEST(admin.remove(servers + "/" + made.at("/id")).status == 204);
    BOOST_TEST(last_change() == "administrator alert_mail_server.remove mail");
    BOOST_TEST(secrets() == 0);
}

BOOST_AUTO_TEST_CASE(a_password_goes_to_no_other_server_than_it_was_given_for)
{
    Form form;
    const std::string path = servers + "/" + admin.post(servers, form.body()).at("/id");
    const auto secret = [&] {
        return database.text("SELECT body ->> 'secret' FROM alert_setting"
                             " WHERE kind = 'mail_server'");
    };
    const std::string kept = secret();
    form.secret.clear();
    const auto refused = [&](auto change) {
        Form other = form;
        change(other);
        const auto reply = admin.post(path, other.body());
        BOOST_TEST(reply.at("/detail").starts_with("secret: the password again"), reply.body);
        return reply.status;
    };
    BOOST_TEST(refused([](Form& other) { other.host = "evil.example"; }) == 400);
    BOOST_TEST(refused([](Form& other) { other.port = 588; }) == 400);
    BOOST_TEST(refused([](Form& other) { other.user = "root"; }) == 400);
    BOOST_TEST(refused([](Form& other) { other.ca = receiver_pki().text("stranger.pem"); }) == 400);
    BOOST_TEST(refused([](Form& other) { other.security = "tls"; }) == 400);
    // What the server has nothing to do with is changed without it.
    form.to = "other@hospital.example";
    BOOST_TEST(admin.post(path, form.body()).status == 204);
    BOOST_TEST(secret() == kept);
    // A new one takes the place of the one before, and nobody names a file.
    form.host = "mail.hospital.example";
    form.secret = "another one";
    BOOST_TEST(admin.post(path, form.body()).status == 204);
    BOOST_TEST(secret() != kept);
    BOOST_TEST(secrets() == 1);
    // Without a user there is none.
    form.user.clear();
    form.secret.clear();
    BOOST_TEST(admin.post(path, form.body()).status == 204);
    BOOST_TEST(secrets() == 0);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_with_its_member)
{
    const auto refused = [&](auto change) {
        Form form;
        change(form);
        const auto reply = admin.post(servers, form.body());
        BOOST_TEST(reply.status == 400, reply.body);
        const std::string detail = reply.at("/detail");
        return detail.substr(0, detail.find(':'));
    };
    BOOST_TEST(refused([](Form& form) { form.host = ""; }) == "host");
    BOOST_TEST(refused([](Form& form) { form.host = "http://mail"; }) == "host");
    BOOST_TEST(refused([](Form& form) { form.port = 0; }) == "port");
    BOOST_TEST(refused([](Form& form) { form.from = "nobody"; }) == "from");
    BOOST_TEST(refused([](Form& form) { form.to = "nobody"; }) == "to");
    BOOST_TEST(refused([](Form& form) { form.security = "none"; }) == "security");
    BOOST_TEST(refused([](Form& form) { form.ca = "-----BEGIN PRIVATE KEY-----"; }) == "ca");
    BOOST_TEST(refused([](Form& form) { form.secret = ""; }) == "secret");
    BOOST_TEST(refused([](Form& form) { form.user = ""; }) == "user");
    BOOST_TEST(secrets() == 0);
    BOOST_TEST(database.number("SELECT count(*) FROM alert_setting") == 3);
    BOOST_TEST(admin.post(servers, Form{}.body()).status == 201);
    BOOST_TEST(admin.post(servers, Form{}.body()).status == 409); // There is one.
    BOOST_TEST(secrets() == 1);
    BOOST_TEST(admin.post("/api/v1/mail-server/test", R"({"to":"nobody"})").status == 400);
}

BOOST_AUTO_TEST_CASE(the_second_of_two_who_change_it_is_told_of_the_first)
{
    const std::string path = servers + "/" + admin.post(servers, Form{}.body()).at("/id");
    const std::string both_saw = admin.get(servers).at("/items/0/changed_at");
    clock.advance(std::chrono::minutes{5});
    const std::string seen = R"(,"seen_at":")" + both_saw + '"';
    BOOST_TEST(admin.post(path, Form{}.body(seen)).status == 204);
    const auto second = admin.post(path, Form{}.body(seen));
    BOOST_TEST(second.status == 412);
    BOOST_TEST(second.at("/code") == "changed_meanwhile");
    BOOST_TEST(secrets() == 1);
}

BOOST_AUTO_TEST_CASE(the_settings_file_wins_where_it_names_a_server)
{
    const std::string path = servers + "/" + admin.post(servers, Form{}.body()).at("/id");
    close();
    mail_settings.host = "file.hospital.example";
    mail_settings.from = "file@hospital.example";
    mail_settings.to = {"clerk@hospital.example"};
    mail_settings.user = "mimamori";
    mail_settings.password = secret_word;
    open();
    admin = signed_in_again();
    const auto shown = admin.get(servers);
    BOOST_TEST(shown.each("settings/host") == Lines{"file.hospital.example"});
    BOOST_TEST(shown.at("/items/0/fixed") == "true");
    BOOST_TEST(shown.at("/items/0/settings/secret") == "kept");
    BOOST_TEST(shown.body.find(secret_word) == std::string::npos);
    BOOST_TEST(admin.post(servers, Form{}.body()).status == 409);
    BOOST_TEST(admin.post(path, Form{}.body()).status == 409);
    BOOST_TEST(admin.remove(path).status == 409);
}

BOOST_AUTO_TEST_CASE(only_administrators_set_it)
{
    for (const Role role : {Role::viewer, Role::department, Role::operator_, Role::auditor})
    {
        auto other = signed_in(role);
        const bool may_look = role == Role::operator_;
        BOOST_TEST(other.get(servers).status == (may_look ? 200 : 403));
        BOOST_TEST(other.post(servers, Form{}.body()).status == 403);
        BOOST_TEST(other.remove(servers + "/1").status == 403);
        BOOST_TEST(other.post("/api/v1/mail-server/test", "{}").status == (may_look ? 409 : 403));
    }
    BOOST_TEST(browser().get(servers).status == 401);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(hospital, PageSite)

BOOST_AUTO_TEST_CASE(its_name_is_that_of_the_file_until_somebody_sets_another)
{
    const auto name = [&] { return admin.get("/api/v1/session").at("/hospital"); };
    const auto file_says = [&](const std::string& text) {
        write([&](storage::Session& session) -> Result<bool> {
            storage::take_hospital_name(session, text);
            return true;
        });
    };
    BOOST_TEST(name() == "さくら病院");
    file_says("すみれ病院");
    BOOST_TEST(name() == "すみれ病院");
    BOOST_TEST(admin.post("/api/v1/sites/root", R"({"name":"うめ病院"})").status == 204);
    BOOST_TEST(last_change() == "administrator site.hospital うめ病院");
    BOOST_TEST(name() == "うめ病院");
    BOOST_TEST(admin.get("/api/v1/overview").at("/hospital") == "うめ病院");
    file_says("すみれ病院");
    BOOST_TEST(name() == "うめ病院");
    restart_collector(); // The file says さくら病院.
    admin = signed_in_again();
    BOOST_TEST(name() == "うめ病院");
    const auto refused =
        admin.post("/api/v1/sites/root", R"({"name":")" + std::string(201, 'x') + R"("})");
    BOOST_TEST(refused.status == 400);
    BOOST_TEST(name() == "うめ病院");
}

BOOST_AUTO_TEST_CASE(only_administrators_of_the_whole_give_it_a_name)
{
    const SiteId ward = add_site("Ward");
    for (const Role role : {Role::viewer, Role::department, Role::operator_})
        BOOST_TEST(signed_in(role).post("/api/v1/sites/root", R"({"name":"x"})").status == 403);
    add_person("of-ward", Role::administrator, {ward});
    Browser other = browser();
    BOOST_TEST_REQUIRE(other.sign_in("of-ward").status == 200);
    BOOST_TEST(other.post("/api/v1/sites/root", R"({"name":"x"})").status == 404);
    BOOST_TEST(other.get("/api/v1/session").at("/hospital") == "さくら病院");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
