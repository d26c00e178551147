#include "collector/notify/smtp.hpp"
#include "tests/unit/collector/notify/mail_server.hpp"
#include "tests/unit/collector/notify/receivers.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::collector::notify {
namespace {

using namespace std::chrono_literals;
using test::MailServer;
using test::ScriptedServer;

const test::ReceiverPki& pki()
{
    return test::receiver_pki();
}

MailSettings settings_for(std::uint16_t port, MailSecurity security)
{
    MailSettings settings;
    settings.host = "127.0.0.1";
    settings.port = port;
    settings.security = security;
    settings.ca_file = pki().file("root.pem");
    settings.from = "mimamori@hospital.example";
    settings.to = {"clerk@hospital.example"};
    settings.language = findings::Language::en;
    settings.time_limit = 5s;
    return settings;
}

DeliveryReport send(const MailSettings& settings, const std::string& to = "clerk@hospital.example")
{
    return send_mail(
        settings, settings.from, to, "Subject: test\r\n\r\n.a line that begins with a dot\r\n");
}

std::string text(Delivered delivered)
{
    switch (delivered)
    {
    case Delivered::accepted:
        return "accepted";
    case Delivered::try_later:
        return "try later";
    case Delivered::refused:
        return "refused";
    }
    return "?";
}

BOOST_AUTO_TEST_SUITE(smtp)

BOOST_AUTO_TEST_CASE(a_plain_server_gets_the_mail_as_it_is)
{
    const MailServer server;
    const auto report = send(settings_for(server.port(), MailSecurity::none));
    BOOST_TEST(text(report.delivered) == "accepted");
    BOOST_TEST(report.problem == "");
    const auto mails = server.mails();
    BOOST_TEST_REQUIRE(mails.size() == 1);
    BOOST_TEST(
        mails.front()
        == "mimamori@hospital.example clerk@hospital.example tls=no user=-\r\n"
           "Subject: test\r\n\r\n.a line that begins with a dot\r\n");
}

BOOST_AUTO_TEST_CASE(starttls_and_login_work_with_a_verified_server)
{
    const MailServer server{pki().server("good", {"--password", "open sesame"})};
    MailSettings settings = settings_for(server.port(), MailSecurity::starttls);
    settings.user = "mimamori";
    settings.password = "open sesame";
    BOOST_TEST(send(settings).problem == "");
    BOOST_TEST_REQUIRE(server.mails().size() == 1);
    BOOST_TEST(server.mails().front().find("tls=yes user=mimamori") != std::string::npos);

    settings.password = "wrong";
    const auto report = send(settings);
    BOOST_TEST(text(report.delivered) == "try later"); // Somebody can put that right.
    BOOST_TEST(report.problem.find("wrong") == std::string::npos);
    BOOST_TEST(server.mails().size() == 1);
}

BOOST_AUTO_TEST_CASE(tls_from_the_first_byte_works)
{
    const MailServer server{pki().server("good", {"--wrapped"})};
    BOOST_TEST(send(settings_for(server.port(), MailSecurity::tls)).problem == "");
    BOOST_TEST(server.mails().size() == 1);
}

BOOST_AUTO_TEST_CASE(a_server_that_cannot_be_verified_gets_nothing)
{
    for (const char* name : {"other", "expired"})
    {
        for (const bool wrapped : {false, true})
        {
            auto arguments = pki().server(name);
            if (wrapped)
                arguments.emplace_back("--wrapped");
            const MailServer server{arguments};
            const auto security = wrapped ? MailSecurity::tls : MailSecurity::starttls;
            const auto report = send(settings_for(server.port(), security));
            BOOST_TEST(text(report.delivered) == "try later");
            BOOST_TEST(report.problem != "");
            BOOST_TEST(server.mails().empty());
        }
    }
    // One whose authority nobody named.
    const MailServer server{pki().server("good")};
    MailSettings settings = settings_for(server.port(), MailSecurity::starttls);
    settings.ca_file = pki().file("stranger.pem");
    BOOST_TEST(text(send(settings).delivered) == "try later");
    settings.ca_file.clear(); // What the system trusts.
    BOOST_TEST(text(send(settings).delivered) == "try later");
    BOOST_TEST(server.mails().empty());
}

BOOST_AUTO_TEST_CASE(a_server_without_tls_gets_neither_mail_nor_password)
{
    const ScriptedServer server{
        {"220 hello\r\n", "250-here\r\n250 AUTH PLAIN LOGIN\r\n", "502 no\r\n", "502 no\r\n"}};
    MailSettings settings = settings_for(server.port(), MailSecurity::starttls);
    settings.user = "mimamori";
    settings.password = "open sesame";
    const auto report = send(settings);
    BOOST_TEST(text(report.delivered) == "try later");
    BOOST_TEST(server.heard().find("MAIL") == std::string::npos);
    BOOST_TEST(server.heard().find("AUTH") == std::string::npos);
}

struct AnswerCase
{
    const char* name;
    std::vector<std::string> answers;
    const char* expected;

    friend std::ostream& operator<<(std::ostream& out, const AnswerCase& c)
    {
        return out << c.name;
    }
};

const AnswerCase answers[] = {
    {"no such person",
     {"220 a\r\n", "250 a\r\n", "250 a\r\n", "550 no such person\r\n"},
     "refused"},
    {"sender refused", {"220 a\r\n", "250 a\r\n", "553 not you\r\n"}, "refused"},
    {"greylisted", {"220 a\r\n", "250 a\r\n", "250 a\r\n", "451 later\r\n"}, "try later"},
    {"full", {"220 a\r\n", "250 a\r\n", "452 disk full\r\n"}, "try later"},
    {"login wanted", {"220 a\r\n", "250 a\r\n", "530 login first\r\n"}, "try later"},
    {"busy", {"421 too many\r\n"}, "try later"},
    {"garbage", {"\x01\x02 what is this\r\n", "nonsense\r\n"}, "try later"},
    {"a web server", {"HTTP/1.1 400 Bad Request\r\n\r\n"}, "try later"},
    {"content refused",
     {"220 a\r\n", "250 a\r\n", "250 a\r\n", "250 a\r\n", "354 go\r\n", "", "", "",
      "554 we do not like it\r\n"},
     "refused"},
};

BOOST_DATA_TEST_CASE(
    what_the_server_says_decides_about_another_attempt, boost::unit_test::data::make(answers), c)
{
    const ScriptedServer server{c.answers, true};
    const auto report = send(settings_for(server.port(), MailSecurity::none));
    BOOST_TEST(text(report.delivered) == c.expected, report.problem);
    BOOST_TEST(report.problem != "");
}

BOOST_AUTO_TEST_CASE(a_slow_server_is_given_up_in_time)
{
    const ScriptedServer server{{"220 a\r\n"}};
    MailSettings settings = settings_for(server.port(), MailSecurity::none);
    settings.time_limit = 1s;
    BOOST_TEST(text(send(settings).delivered) == "try later");
}

BOOST_AUTO_TEST_CASE(nobody_there_is_for_later)
{
    std::uint16_t closed = 0;
    {
        const ScriptedServer gone{{"220 a\r\n"}};
        closed = gone.port();
    }
    BOOST_TEST(text(send(settings_for(closed, MailSecurity::none)).delivered) == "try later");
}

BOOST_AUTO_TEST_CASE(an_address_that_is_none_never_reaches_the_server)
{
    const ScriptedServer server{{"220 a\r\n"}};
    const auto settings = settings_for(server.port(), MailSecurity::none);
    BOOST_TEST(text(send(settings, "a@b\r\nDATA").delivered) == "refused");
    BOOST_TEST(server.connections() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::notify
