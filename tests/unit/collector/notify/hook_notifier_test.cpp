// Delivery to a webhook beside mail: what hangs, fails or was cut off.

#include "collector/storage/alert_settings.hpp"
#include "common/wire/json_writer.hpp"
#include "tests/unit/collector/notify/mail_server.hpp"
#include "tests/unit/collector/notify/notify_site.hpp"
#include "tests/unit/collector/notify/receivers.hpp"

namespace mimamori::collector::notify {
namespace {

using namespace std::chrono_literals;
using namespace test;

/// Findings go to a mail server and to a webhook.
struct HookSite : NotifySite
{
    const test::MailServer mail;

    void put_setting(const char* kind, const char* name, std::string body)
    {
        database
            ->write_and_wait([&](storage::Session& session) -> Result<bool> {
                storage::AlertSettingRow row;
                row.kind = kind;
                row.name = name;
                row.body = std::move(body);
                return storage::put_alert_setting(session, row).has_value();
            })
            .value();
    }

    void use(const WebhookServer& server)
    {
        Channel hook;
        hook.kind = "webhook";
        hook.address = server.address();
        hook.secret = Secrets{secrets.path()}.put("0123456789abcdef").value();
        hook.ca = receiver_pki().text("root.pem");
        put_setting("channel", "hook", wire::to_json<wire::Defaults::written>(hook));
        database
            ->write_and_wait([](storage::Session& session) -> Result<bool> {
                session.prepared("DELETE FROM alert_setting WHERE kind = 'route'")->run();
                return true;
            })
            .value();
        put_setting("route", "all", R"({"least":"info","channels":["hook","mail"]})");
        put_alert(findings::AlertKind::opened);
    }

    void start(std::chrono::seconds webhook_limit)
    {
        MailSettings settings = settings_for(mail.port());
        settings.webhook_limit = webhook_limit;
        NotifySite::start(settings);
    }
};

BOOST_FIXTURE_TEST_SUITE(hook_notifier, HookSite)

awaitable<void> one_arrives(NotifySite& site)
{
    site.clock.advance(30s);
    site.notifier->wake();
    co_await site.until(1, 0, 0);
}

BOOST_AUTO_TEST_CASE(while_a_webhook_hangs_mail_goes_out)
{
    const WebhookServer server{"hang"};
    use(server);
    start(600s);
    run(one_arrives);
    BOOST_TEST(mail.mails().size() == 1U);
    BOOST_TEST(database.number("SELECT count(*) FROM delivery WHERE state = 'queued'") == 1);
    BOOST_TEST(failing() == ""); // It was cut short by us.
}

awaitable<void> the_second_attempt_arrives(NotifySite& site)
{
    site.clock.advance(30s);
    site.notifier->wake();
    co_await site.until(1, 0, 1);
    BOOST_TEST(site.failing().starts_with("hook: "), site.failing());
    site.clock.advance(60s);
    site.notifier->wake();
    co_await site.until(2, 0, 1);
}

BOOST_AUTO_TEST_CASE(a_webhook_that_hangs_is_given_up_at_its_limit_and_tried_again)
{
    const WebhookServer server{"hang,200"};
    use(server);
    start(1s);
    run(the_second_attempt_arrives);
    BOOST_TEST(failing() == "");
    const auto requests = server.requests();
    BOOST_TEST_REQUIRE(requests.size() == 2U);
    BOOST_TEST(requests[0].body == requests[1].body);
    BOOST_TEST(requests[0].header("X-Mimamori-Delivery") != "");
    BOOST_TEST(
        requests[0].header("X-Mimamori-Delivery") == requests[1].header("X-Mimamori-Delivery"));
}

awaitable<void> both_arrive(NotifySite& site)
{
    site.clock.advance(30s);
    site.notifier->wake();
    co_await site.until(2, 0, 0);
}

BOOST_AUTO_TEST_CASE(what_was_decided_before_the_end_is_posted_after_it)
{
    const WebhookServer server;
    use(server);
    database.reopen();
    start(30s);
    run(both_arrive);
    BOOST_TEST(server.requests().size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_was_posted_and_not_noted_is_posted_again_and_marked)
{
    const WebhookServer server;
    use(server);
    start(30s);
    run(both_arrive);
    // As if the process had been killed between the server's answer and the note about it.
    database
        ->write_and_wait([](storage::Session& session) -> Result<bool> {
            session
                .prepared("UPDATE delivery SET state = 'queued', attempts = 0, started_at_ms = 1")
                ->run();
            return true;
        })
        .value();
    database.reopen();
    start(30s);
    run(both_arrive);
    const auto requests = server.requests();
    BOOST_TEST_REQUIRE(requests.size() == 2U);
    BOOST_TEST(requests[0].header("X-Mimamori-Repeat") == "");
    BOOST_TEST(requests[1].header("X-Mimamori-Repeat") == "perhaps");
    BOOST_TEST(
        requests[0].header("X-Mimamori-Delivery") == requests[1].header("X-Mimamori-Delivery"));
    BOOST_TEST(requests[0].body == requests[1].body);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::notify
