// Somebody pulls the collector's plug while it tells people something.

#include "tests/support/mail_text.hpp"
#include "tests/support/site.hpp"
#include "tests/unit/collector/notify/mail_server.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace mimamori {
namespace {

using collector::notify::test::MailServer;
using tests::wait_until;

/// A site that tells every finding by mail.
struct AlertStory
{
    MailServer mail;
    tests::Site site;
    tests::SiteAgent agent;

    static tests::SiteOptions options(const MailServer& server, const char* gather)
    {
        tests::SiteOptions options;
        options.more = fmt::format(
            "[mail]\nsecurity = \"none\"\nhost = \"127.0.0.1\"\nport = {}\n"
            "from = \"mimamori@aoba.example\"\nto = [\"jimu@aoba.example\"]\ngather = \"{}\"\n",
            server.port(), gather);
        return options;
    }

    explicit AlertStory(const char* gather)
        : site{options(mail, gather)}
        , agent{site, "agent"}
    {
        site.start_collector();
        site.ctl({"alert", "route", "add", "everything", "--channel", "mail"});
    }

    /// The agent of this very machine finds something in any case.
    void find_something()
    {
        agent.enrol();
        agent.start();
        wait_until("a finding", [&] {
            return !site.web().json("/api/v1/findings").at("items").as_array().empty();
        });
    }

    static std::string message_id(const std::string& mail)
    {
        const auto at = mail.find("Message-ID: ");
        return at == std::string::npos ? "" : mail.substr(at, mail.find("\r\n", at) - at);
    }
};

struct Slowly : AlertStory
{
    Slowly()
        : AlertStory{"15s"}
    {}
};

struct Quickly : AlertStory
{
    Quickly()
        : AlertStory{"1s"}
    {}
};

BOOST_AUTO_TEST_SUITE(alerts_story)

BOOST_FIXTURE_TEST_CASE(a_collector_that_is_killed_after_the_decision_tells_it_later, Slowly)
{
    find_something();
    BOOST_TEST(mail.mails().empty()); // It was decided and is being gathered.
    site.kill_collector();
    site.start_collector();
    wait_until("the mail", [&] { return !mail.mails().empty(); });
    BOOST_TEST(mail.mails().front().find("X-Mimamori-Repeat") == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_mail_that_may_have_arrived_is_sent_again_and_marked, Quickly)
{
    mail.hold();
    find_something();
    wait_until("the first mail", [&] { return !mail.mails().empty(); });
    site.kill_collector(); // The server has it; the collector was not told.
    mail.let_go();
    const std::string first = mail.mails().front();
    site.start_collector();
    const auto repeated = [&] {
        const auto mails = mail.mails();
        return std::count_if(mails.begin(), mails.end(), [&](const std::string& one) {
            return message_id(one) == message_id(first);
        });
    };
    wait_until("the second", [&] { return repeated() >= 2; });
    BOOST_TEST(message_id(first) != "");
    const auto mails = mail.mails();
    const auto second = std::find_if(mails.begin() + 1, mails.end(), [&](const auto& one) {
        return message_id(one) == message_id(first);
    });
    BOOST_TEST_REQUIRE((second != mails.end()));
    BOOST_TEST(second->find("X-Mimamori-Repeat: perhaps") != std::string::npos);
    BOOST_TEST(
        tests::readable_mail(*second).find("Subject: （再送）【見守り】") != std::string::npos);
    BOOST_TEST(first.find("X-Mimamori-Repeat") == std::string::npos);
    BOOST_TEST(
        site.ctl({"alert", "deliveries", "--state", "sent"}).find("perhaps_twice: true")
        != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(delivery_that_fails_is_told_to_everybody_who_signs_in, Quickly)
{
    site.ctl({"alert", "channel", "syslog", "nowhere", "--address", "tcp://127.0.0.1:1"});
    const std::string list = site.ctl({"alert", "channel", "list"});
    BOOST_TEST(list.find("nowhere") != std::string::npos);
    const auto at = list.rfind("id: ");
    BOOST_TEST_REQUIRE(at != std::string::npos);
    const std::string number = list.substr(at + 4, list.find_first_of(" \n", at + 4) - at - 4);
    site.ctl({"alert", "channel", "test", number});
    const auto failing = [&] {
        const auto session = site.web().json("/api/v1/session");
        const auto& names = session.at("alerts_failing").as_array();
        return names.size() == 1 && names.front().as_string() == "nowhere";
    };
    wait_until("the note on every page", failing);
    BOOST_TEST(site.metric("mimamori_alert_channels_failing") == 1);
    // Its mail goes out meanwhile.
    site.ctl({"alert", "channel", "test", "1"});
    wait_until("the mail", [&] { return !mail.mails().empty(); });
    site.ctl({"alert", "channel", "remove", number});
    wait_until("the end of the note", [&] {
        return site.web().json("/api/v1/session").at("alerts_failing").as_array().empty();
    });
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori
