#include "collector/storage/delivery_store.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;

const std::string settings = "/api/v1/alert-settings/";

struct AlertSite : ApiSite
{
    Browser admin;

    AlertSite()
        : ApiSite{}
        , admin{with_mail()}
    {}

    Browser with_mail()
    {
        close();
        mail_settings.host = "127.0.0.1";
        mail_settings.from = "mimamori@hospital.example";
        mail_settings.to = {"clerk@hospital.example"};
        open();
        return signed_in(Role::administrator);
    }

    Reply add(const std::string& kind, const std::string& name, const std::string& body)
    {
        return admin.post(settings + kind, R"({"name":")" + name + R"(","settings":)" + body + "}");
    }

    /// A dead letter of channel 1.
    std::int64_t dead_letter()
    {
        return write([&](storage::Session& session) -> Result<std::int64_t> {
            storage::Delivery delivery;
            delivery.channel_no = 1;
            delivery.message_id = "m";
            delivery.recipient = "nobody@hospital.example";
            delivery.summary = "one";
            delivery.composed_at = clock.now();
            storage::put_delivery(session, delivery);
            storage::delivery_given_up(session, delivery, "550 no such person", clock.now());
            return delivery.no;
        });
    }
};

BOOST_FIXTURE_TEST_SUITE(alerts, AlertSite)

BOOST_AUTO_TEST_CASE(a_new_site_has_mail_and_two_routes)
{
    const auto channels = admin.get(settings + "channel");
    BOOST_TEST(channels.status == 200);
    BOOST_TEST(channels.each("name") == Lines{"mail"}, boost::test_tools::per_element());
    BOOST_TEST(channels.at("/items/0/settings/kind") == "mail");
    BOOST_TEST(channels.at("/items/0/usable") == "true");
    BOOST_TEST(
        admin.get(settings + "route").each("settings/least") == (Lines{"action", "info"}),
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_second_of_two_who_change_a_setting_is_told_of_the_first)
{
    const auto made = add("contact", "tanaka", R"({"address":"tanaka@hospital.example"})");
    const std::string path = settings + "contact/" + made.at("/id");
    const auto seen = [&] { return admin.get(settings + "contact").at("/items/0/changed_at"); };
    const auto write = [&](const std::string& phone, const std::string& seen_at) {
        return admin.post(
            path, R"({"name":"tanaka","settings":{"phone":")" + phone + R"("},"seen_at":")"
                      + seen_at + "\"}");
    };
    const std::string both_saw = seen();
    clock.advance(std::chrono::minutes{5});
    BOOST_TEST(write("1111", both_saw).status == 204);
    const auto second = write("2222", both_saw);
    BOOST_TEST(second.status == 412);
    BOOST_TEST(second.at("/code") == "changed_meanwhile");
    BOOST_TEST(second.at("/detail") == "administrator");
    BOOST_TEST(second.at("/changed_at") == seen());
    BOOST_TEST(admin.get(settings + "contact").at("/items/0/settings/phone") == "1111");
    BOOST_TEST(write("2222", seen()).status == 204);
    // A name that is taken is another matter.
    add("contact", "sato", R"({"address":"sato@hospital.example"})");
    const auto taken =
        admin.post(path, R"({"name":"sato","settings":{"phone":"2"},"seen_at":")" + seen() + "\"}");
    BOOST_TEST(taken.status == 409);
}

BOOST_AUTO_TEST_CASE(settings_are_added_changed_and_removed_and_each_is_recorded)
{
    const auto made = add("contact", "tanaka", R"({"address":"tanaka@hospital.example"})");
    BOOST_TEST(made.status == 201);
    BOOST_TEST(last_change() == "administrator alert_contact.create tanaka");
    const std::string path = settings + "contact/" + made.at("/id");
    const auto changed = admin.post(
        path, R"({"name":"tanaka","settings":{"address":"t@hospital.example","phone":"1234"}})");
    BOOST_TEST(changed.status == 204);
    BOOST_TEST(last_change() == "administrator alert_contact.change tanaka");
    const auto list = admin.get(settings + "contact");
    BOOST_TEST(list.at("/items/0/settings/address") == "t@hospital.example");
    BOOST_TEST(list.at("/items/0/settings/phone") == "1234");
    BOOST_TEST(list.at("/items/0/changed_by") == "administrator");
    BOOST_TEST(admin.remove(path).status == 204);
    BOOST_TEST(last_change() == "administrator alert_contact.remove tanaka");
    BOOST_TEST(admin.remove(path).status == 404);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_with_its_member)
{
    const auto refused = [&](const char* kind, const char* body) {
        const Reply reply = add(kind, "x", body);
        return std::to_string(reply.status) + ' ' + reply.at("/detail");
    };
    BOOST_TEST(
        refused("contact", R"({"address":"no"})")
        == "400 address: not an address of mail (contact x)");
    BOOST_TEST(
        refused("contact", R"({"note":"nothing but that"})")
        == "400 address: a mail address or a telephone is needed (contact x)");
    BOOST_TEST(refused("contact", R"({"adress":"a@b"})") == "400 adress: there is no such setting");
    BOOST_TEST(
        refused("contact", R"({"address":"a@b","deputy":"y"})")
        == "400 deputy: no contact y (contact x)");
    BOOST_TEST(refused("contact", R"({"address":"a@b","deputy":"x"})")
                   .starts_with("400 deputy: stands in"));
    BOOST_TEST(refused("route", R"({"channels":["y"]})") == "400 channels: no channel y (route x)");
    BOOST_TEST(refused("route", R"({})") == "400 channels: at least one (route x)");
    BOOST_TEST(
        refused("route", R"({"channels":["mail"],"rules":["y"]})")
        == "400 rules: no rule y (route x)");
    BOOST_TEST(
        refused("route", R"({"channels":["mail"],"site":"y"})") == "400 site: no site y (route x)");
    BOOST_TEST(refused("route", R"({"channels":["mail"],"repeat_every_min":4})")
                   .starts_with("400 repeat_"));
    BOOST_TEST(refused("route", R"({"channels":["mail"],"escalate_after_min":5})")
                   .starts_with("400 escalate_to: "));
    BOOST_TEST(refused("route", R"({"channels":["mail"],"hours":[{"from":"25:00"}]})")
                   .starts_with("400 hours: from: "));
    BOOST_TEST(refused("channel", R"({"kind":"pigeon"})").starts_with("400 kind: "));
    BOOST_TEST(refused("channel", R"({"kind":"mail","to":["contact:y"]})").starts_with("400 to: "));
    BOOST_TEST(
        refused("maintenance", R"({"from":"2026-12-01T00:00:00Z"})").starts_with("400 until: "));
    BOOST_TEST(refused(
                   "duty", R"({"calendar":"n","contact":"y","from":"2026-12-01T00:00:00Z",)"
                           R"("until":"2026-12-02T00:00:00Z"})")
                   .starts_with("400 contact: "));
    BOOST_TEST(refused("digest", R"({"channels":["y"]})").starts_with("400 channels: "));
    BOOST_TEST(refused("pigeon", "{}").starts_with("404 "));
    BOOST_TEST(add("contact", "a:b", R"({"address":"a@b"})").status == 400);
    BOOST_TEST(add("route", "action", R"({"channels":["mail"]})").status == 409);
    BOOST_TEST(database.number("SELECT count(*) FROM alert_setting") == 3);
}

BOOST_AUTO_TEST_CASE(what_others_refer_to_stays)
{
    const auto reply = admin.remove(settings + "channel/1");
    BOOST_TEST(reply.status == 400);
    BOOST_TEST(reply.at("/detail").starts_with("channels: no channel mail"));
    BOOST_TEST(admin.remove(settings + "route/2").status == 204);
    BOOST_TEST(admin.remove(settings + "route/3").status == 204);
    BOOST_TEST(admin.remove(settings + "channel/1").status == 204);
}

BOOST_AUTO_TEST_CASE(a_secret_goes_in_and_never_comes_out)
{
    const std::string webhook = R"({"kind":"webhook","address":"https://siem.example/"})";
    BOOST_TEST(add("channel", "siem", webhook).at("/detail").starts_with("secret: "));
    const auto with = [&](const std::string& secret) {
        return admin.post(
            settings + "channel",
            R"({"name":"siem","secret":")" + secret + R"(","settings":)" + webhook + "}");
    };
    BOOST_TEST(with("15 characters..").at("/detail") == "secret: 16 to 1024 bytes");
    const std::string secret = "correct horse battery";
    const auto made = with(secret);
    BOOST_TEST(made.status == 201);
    const auto shown = admin.get(settings + "channel");
    BOOST_TEST(shown.at("/items/1/settings/secret") == "kept");
    BOOST_TEST(shown.body.find(secret) == std::string::npos);
    BOOST_TEST(
        database.text("SELECT group_concat(body) FROM alert_setting").find(secret)
        == std::string::npos);
    BOOST_TEST(!log.contains(secret));
    // Changed without one, it keeps the one it has; nobody names a file.
    const auto path = settings + "channel/" + made.at("/id");
    const auto kept =
        database.text("SELECT body ->> 'secret' FROM alert_setting WHERE name = 'siem'");
    const auto changed = admin.post(
        path, R"({"name":"siem","settings":{"kind":"webhook","address":"https://siem.example/2",)"
              R"("secret":"../../collector.db"}})");
    BOOST_TEST(changed.status == 204);
    BOOST_TEST(
        database.text("SELECT body ->> 'secret' FROM alert_setting WHERE name = 'siem'") == kept);
    BOOST_TEST(admin.remove(path).status == 204);
    BOOST_TEST(std::filesystem::is_empty(folder.path() / "alert-secrets"));
}

BOOST_AUTO_TEST_CASE(a_test_is_queued)
{
    BOOST_TEST(admin.post("/api/v1/alert-channels/1/test", "{}").status == 204);
    const auto queued = admin.get("/api/v1/alert-deliveries?state=queued");
    BOOST_TEST(
        queued.each("recipient") == Lines{"clerk@hospital.example"},
        boost::test_tools::per_element());
    BOOST_TEST(admin.post("/api/v1/alert-channels/9/test", "{}").status == 404);
}

BOOST_AUTO_TEST_CASE(dead_letters_are_shown_and_sent_again)
{
    const std::string path = "/api/v1/alert-deliveries/" + std::to_string(dead_letter());
    const auto dead = admin.get("/api/v1/alert-deliveries?state=dead");
    BOOST_TEST(
        dead.each("problem") == Lines{"550 no such person"}, boost::test_tools::per_element());
    BOOST_TEST(dead.at("/items/0/channel") == "mail");
    BOOST_TEST(admin.post(path + "/send-again", "{}").status == 204);
    BOOST_TEST(admin.post(path + "/send-again", "{}").status == 409); // It is queued.
    BOOST_TEST(admin.remove(path).status == 409);
    BOOST_TEST(
        admin.get("/api/v1/alert-deliveries?state=queued").each("perhaps_twice") == Lines{"true"},
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_dead_letter_is_dropped_once)
{
    const std::string path = "/api/v1/alert-deliveries/" + std::to_string(dead_letter());
    BOOST_TEST(admin.remove(path).status == 204);
    BOOST_TEST(admin.get("/api/v1/alert-deliveries?state=dead").count("/items") == 0);
    BOOST_TEST(admin.remove(path).status == 404);
}

BOOST_AUTO_TEST_CASE(deliveries_come_in_pages)
{
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(admin.post("/api/v1/alert-channels/1/test", "{}").status == 204);
    const auto first = admin.get("/api/v1/alert-deliveries?limit=2");
    BOOST_TEST(first.count("/items") == 2);
    const auto second = admin.get("/api/v1/alert-deliveries?limit=2&after=" + first.at("/next"));
    BOOST_TEST(second.count("/items") == 1);
    BOOST_TEST(second.at("/next") == "null");
    BOOST_TEST(
        admin.get("/api/v1/alert-deliveries?state=sent&after=" + first.at("/next")).status == 400);
}

BOOST_AUTO_TEST_CASE(operators_plan_duties_and_maintenance_and_others_see_nothing)
{
    Browser sato = signed_in(Role::operator_);
    const std::string window = R"({"name":"power","settings":{"from":"2026-12-01T00:00:00Z",)"
                               R"("until":"2026-12-02T00:00:00Z"}})";
    BOOST_TEST(sato.get(settings + "maintenance").status == 200);
    BOOST_TEST(sato.post(settings + "maintenance", window).status == 201);
    BOOST_TEST(
        sato.post(settings + "route", R"({"name":"x","settings":{"channels":["mail"]}})").status
        == 403);
    BOOST_TEST(sato.post("/api/v1/alert-channels/1/test", "{}").status == 204);
    Browser viewer = signed_in(Role::viewer);
    BOOST_TEST(viewer.get(settings + "contact").status == 403);
    BOOST_TEST(viewer.get("/api/v1/alert-deliveries").status == 403);
    BOOST_TEST(viewer.post(settings + "maintenance", window).status == 403);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
