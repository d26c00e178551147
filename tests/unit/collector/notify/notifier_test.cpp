#include "collector/notify/alert_desk.hpp"
#include "collector/storage/alert_settings.hpp"
#include "collector/storage/audit_store.hpp"
#include "common/wire/json_writer.hpp"
#include "tests/unit/collector/notify/mail_server.hpp"
#include "tests/unit/collector/notify/notify_site.hpp"

namespace mimamori::collector::notify {
namespace {

using namespace std::chrono_literals;
using namespace test;
using test::MailServer; // Not what people set of one.

BOOST_AUTO_TEST_SUITE(notifier)

BOOST_FIXTURE_TEST_CASE(signed_heads_of_the_record_of_changes_go_to_each_log_once, NotifySite)
{
    const log::Capture quiet;
    const auto write = [this](auto work) {
        auto with_answer = [&](storage::Session& session) -> Result<bool> {
            work(session);
            return true;
        };
        database->write_and_wait(with_answer).value();
    };
    const auto sign = [&](std::int64_t no) {
        write([&](storage::Session& session) {
            storage::put_signed_head(
                session, {no, "hash-" + std::to_string(no), clock.now(), "key", "signature"});
        });
    };
    const auto queued = [this] {
        return database.text("SELECT coalesce(group_concat(c.name || ' ' || d.summary, '; '), '')"
                             " FROM delivery d JOIN alert_setting c ON c.no = d.channel_no");
    };
    const auto told = [this] {
        return database.number("SELECT count(*) FROM change_head WHERE told = 1");
    };
    const auto run_until_told = [&](std::int64_t heads) {
        start(settings_for(1)); // No mail server is needed, and none is there.
        const auto wait = [&]() -> awaitable<void> {
            for (int i = 0; i < 6'000 && told() < heads; ++i)
                co_await async::sleep_for(10ms);
            co_await stop();
        };
        mimamori::test::run_coro(io, wait());
        notifier.reset();
        BOOST_TEST(told() == heads);
    };
    sign(3);
    run_until_told(1); // To nobody: there is no log, and mail is not told.
    BOOST_TEST(queued() == "");
    write([&](storage::Session& session) {
        Channel log;
        log.kind = "syslog";
        log.address = "udp://127.0.0.1:9";
        for (const char* name : {"log", "paused log"})
        {
            log.paused = std::string{name} == "paused log";
            storage::AlertSettingRow row;
            row.kind = "channel";
            row.name = name;
            row.body = wire::to_json<wire::Defaults::written>(log);
            row.changed_at = clock.now();
            storage::put_alert_setting(session, row).value();
        }
    });
    sign(7);
    run_until_told(2);
    BOOST_TEST(queued() == "log record of changes: entry 7");
}

awaitable<void> one_opens_one_resolves(NotifySite& site)
{
    site.put_alert(findings::AlertKind::opened);
    site.notifier->wake();
    co_await async::sleep_for(100ms);
    BOOST_TEST(site.notifier->health().sent == 0); // More may come.
    site.clock.advance(30s);
    site.notifier->wake();
    co_await site.until(1, 0, 0);
    site.put_alert(findings::AlertKind::resolved);
    site.clock.advance(30s);
    site.notifier->wake();
    co_await site.until(2, 0, 0);
}

BOOST_FIXTURE_TEST_CASE(a_finding_is_told_by_one_mail_and_its_end_by_another, NotifySite)
{
    const MailServer server;
    start(settings_for(server.port()));
    run(one_opens_one_resolves);
    const auto mails = server.mails();
    BOOST_TEST_REQUIRE(mails.size() == 2);
    BOOST_TEST(mails[0].find("Subject: [mimamori] 1 action needed: ") != std::string::npos);
    BOOST_TEST(mails[1].find("Subject: [mimamori] 1 resolved: ") != std::string::npos);
    BOOST_TEST(queue().sent == 2);
    BOOST_TEST(queue().alerts_waiting == 0);
}

awaitable<void> burst(NotifySite& site)
{
    for (int i = 0; i < 100; ++i)
        site.put_alert(findings::AlertKind::opened);
    site.clock.advance(30s);
    site.notifier->wake();
    co_await site.until(2, 0, 0);
}

BOOST_FIXTURE_TEST_CASE(a_burst_is_one_mail_to_each_person, NotifySite)
{
    const MailServer server;
    MailSettings settings = settings_for(server.port());
    settings.to.push_back("doctor@hospital.example");
    start(settings);
    run(burst);
    const auto mails = server.mails();
    BOOST_TEST_REQUIRE(mails.size() == 2);
    BOOST_TEST(mails[0].find(" clerk@hospital.example ") != std::string::npos);
    BOOST_TEST(mails[1].find(" doctor@hospital.example ") != std::string::npos);
}

awaitable<void> one_attempt_fails(NotifySite& site)
{
    site.put_alert(findings::AlertKind::opened);
    site.clock.advance(30s);
    site.notifier->wake();
    co_await site.until(0, 0, 1);
}

awaitable<void> then_it_works(NotifySite& site)
{
    co_await async::sleep_for(100ms);
    BOOST_TEST(site.notifier->health().sent == 0); // Not before its time.
    site.clock.advance(60s);
    site.notifier->wake();
    co_await site.until(1, 0, 0);
}

std::string message_id_in(const std::string& text)
{
    const std::size_t at = text.find("Message-ID: ");
    return at == std::string::npos ? "" : text.substr(at, text.find("\r\n", at) - at);
}

BOOST_FIXTURE_TEST_CASE(a_mail_survives_the_end_of_the_program_and_is_sent_by_the_next, NotifySite)
{
    {
        const ScriptedServer down{{"421 not now\r\n"}, true};
        start(settings_for(down.port()));
        run(one_attempt_fails);
        BOOST_TEST(queue().queued == 1);
        BOOST_TEST(failing().starts_with("mail: "));
    }
    database.reopen();
    const MailServer server;
    start(settings_for(server.port()));
    run(then_it_works);
    BOOST_TEST_REQUIRE(server.mails().size() == 1);
    BOOST_TEST(queue().queued == 0);
    BOOST_TEST(failing() == "");
}

awaitable<void> sends_once(NotifySite& site)
{
    site.clock.advance(30s);
    site.notifier->wake();
    co_await site.until(1, 0, 0);
}

BOOST_FIXTURE_TEST_CASE(
    a_mail_whose_delivery_was_not_noted_goes_out_marked_with_the_same_id, NotifySite)
{
    const MailServer server;
    put_alert(findings::AlertKind::opened);
    start(settings_for(server.port()));
    run(sends_once);
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
    start(settings_for(server.port()));
    run(sends_once);
    const auto mails = server.mails();
    BOOST_TEST_REQUIRE(mails.size() == 2);
    BOOST_TEST(message_id_in(mails[0]) == message_id_in(mails[1]));
    BOOST_TEST(message_id_in(mails[0]) != "");
    BOOST_TEST(mails[0].find("X-Mimamori-Repeat") == std::string::npos);
    BOOST_TEST(mails[1].find("X-Mimamori-Repeat: perhaps") != std::string::npos);
    BOOST_TEST(database.number("SELECT perhaps_twice FROM delivery") == 1);
}

BOOST_FIXTURE_TEST_CASE(an_alert_that_was_queued_before_the_end_is_told_after_it, NotifySite)
{
    put_alert(findings::AlertKind::opened);
    database.reopen();
    const MailServer server;
    start(settings_for(server.port()));
    run(sends_once);
    BOOST_TEST(server.mails().size() == 1);
}

awaitable<void> one_is_dead(NotifySite& site)
{
    site.put_alert(findings::AlertKind::opened);
    site.clock.advance(30s);
    site.notifier->wake();
    co_await site.until(1, 1, 1);
}

BOOST_FIXTURE_TEST_CASE(a_refused_mail_is_dead_and_the_others_go_out, NotifySite)
{
    const MailServer server{{"--refuse", "550 no such person"}};
    MailSettings settings = settings_for(server.port());
    settings.to.insert(settings.to.begin(), "nobody@hospital.example");
    start(settings);
    run(one_is_dead);
    BOOST_TEST(server.mails().size() == 1);
    BOOST_TEST(queue().dead == 1);
    BOOST_TEST(queue().queued == 0);
    BOOST_TEST(
        database.text("SELECT problem FROM delivery WHERE state = 'dead'").find("550")
        != std::string::npos);
    BOOST_TEST(failing() == "mail: messages that could not be delivered");
}

awaitable<void> fails_for_ever(NotifySite& site)
{
    site.put_alert(findings::AlertKind::opened);
    site.clock.advance(30s);
    site.notifier->wake();
    co_await site.until(0, 0, 1);
    // A clock that jumps ahead ends nothing alone.
    site.clock.advance(24h * 365);
    for (std::uint64_t failed = 2; failed < 8; ++failed)
    {
        site.clock.advance(15min);
        site.notifier->wake();
        co_await site.until(0, 0, failed);
        BOOST_TEST(site.queue().queued == 1);
    }
    site.clock.advance(15min);
    site.notifier->wake();
    co_await site.until(0, 1, 8);
}

BOOST_FIXTURE_TEST_CASE(after_three_days_a_mail_is_given_up, NotifySite)
{
    const ScriptedServer down{{"421 not now\r\n"}, true};
    start(settings_for(down.port()));
    run(fails_for_ever);
    BOOST_TEST(queue().dead == 1);
    BOOST_TEST(queue().queued == 0);
}

awaitable<void> a_test_mail(NotifySite& site)
{
    AlertDesk desk{*site.database, *site.notifier, site.clock};
    const auto queued = co_await desk.test(1, "admin");
    BOOST_TEST(queued.has_value());
    co_await site.until(1, 0, 0);
}

BOOST_FIXTURE_TEST_CASE(a_person_can_try_whether_mail_works, NotifySite)
{
    const MailServer server;
    start(settings_for(server.port()));
    run(a_test_mail);
    BOOST_TEST_REQUIRE(server.mails().size() == 1);
    BOOST_TEST(server.mails()[0].find("Subject: [mimamori] test mail\r\n") != std::string::npos);
}

awaitable<void> no_test_mail(NotifySite& site)
{
    AlertDesk desk{*site.database, *site.notifier, site.clock};
    const auto queued = co_await desk.test(1, "admin");
    BOOST_TEST_REQUIRE(queued.has_error());
    BOOST_TEST((queued.error().code == Errc::conflict));
    const auto unknown = co_await desk.test(99, "admin");
    BOOST_TEST_REQUIRE(unknown.has_error());
    BOOST_TEST((unknown.error().code == Errc::not_found));
}

BOOST_FIXTURE_TEST_CASE(without_a_server_there_is_nothing_to_try, NotifySite)
{
    start({});
    run(no_test_mail);
}

awaitable<void> a_dead_letter_comes_back(NotifySite& site)
{
    co_await one_is_dead(site);
    AlertDesk desk{*site.database, *site.notifier, site.clock};
    const auto dead = co_await desk.deliveries("dead", 0, 10);
    BOOST_TEST_REQUIRE(dead.has_value());
    BOOST_TEST_REQUIRE(dead->size() == 1);
    const std::int64_t no = dead->front().no;
    const auto again = co_await desk.send_again(no, "admin");
    BOOST_TEST(again.has_value());
    co_await site.until(1, 2, 2); // Refused once more.
    const auto dropped = co_await desk.drop(no, "admin");
    BOOST_TEST(dropped.has_value());
    const auto gone = co_await desk.drop(no, "admin");
    BOOST_TEST(gone.has_error());
}

BOOST_FIXTURE_TEST_CASE(dead_letters_are_listed_sent_again_and_dropped, NotifySite)
{
    const MailServer server{{"--refuse", "550 no such person"}};
    MailSettings settings = settings_for(server.port());
    settings.to.insert(settings.to.begin(), "nobody@hospital.example");
    start(settings);
    run(a_dead_letter_comes_back);
    BOOST_TEST(queue().dead == 0);
    BOOST_TEST(failing() == "");
}

awaitable<void> ends_at_once(NotifySite& site)
{
    site.put_alert(findings::AlertKind::opened);
    site.clock.advance(30s);
    site.notifier->wake();
    for (int i = 0; i < 1'000 && site.database.number("SELECT started_at_ms FROM delivery") <= 0;
         ++i)
        co_await async::sleep_for(10ms);
}

BOOST_FIXTURE_TEST_CASE(a_server_that_hangs_does_not_keep_the_program_from_ending, NotifySite)
{
    const ScriptedServer hangs{{"220 a\r\n"}};
    MailSettings settings = settings_for(hangs.port());
    settings.time_limit = 600s;
    start(settings);
    run(ends_at_once);
    // Nobody knows how far it came: it is still queued, and will be marked.
    BOOST_TEST(queue().queued == 1);
    BOOST_TEST(database.number("SELECT started_at_ms > 0 FROM delivery") == 1);
}

BOOST_FIXTURE_TEST_CASE(old_messages_are_forgotten, NotifySite)
{
    const MailServer server;
    put_alert(findings::AlertKind::opened);
    start(settings_for(server.port()));
    run(sends_once);
    const auto forget = [&](Timestamp before) {
        return database
            ->write_and_wait([&](storage::Session& session) -> Result<std::size_t> {
                return storage::forget_deliveries(session, before, before, 100);
            })
            .value();
    };
    BOOST_TEST(forget(clock.now()) == 0);
    BOOST_TEST(forget(clock.now() + 1ms) == 1);
    BOOST_TEST(database.number("SELECT count(*) FROM delivery") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::notify
