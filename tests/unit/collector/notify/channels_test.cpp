#include "collector/notify/channel_kinds.hpp"
#include "collector/notify/syslog_channel.hpp"
#include "collector/notify/webhook_channel.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/wait_until.hpp"
#include "tests/unit/collector/notify/mail_server.hpp"
#include "tests/unit/collector/notify/receivers.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <ostream>
#include <thread>

namespace mimamori::collector::notify {
namespace {

using namespace std::chrono_literals;
using test::receiver_pki;
using test::ScriptedServer;
using test::SyslogServer;
using test::WebhookServer;

const Timestamp now = parse_rfc3339("2026-11-22T05:10:09.500Z").value();
const std::string secret = "0123456789abcdef";

storage::AlertSubject finding(const std::string& device)
{
    storage::AlertSubject subject;
    subject.finding_no = 1;
    subject.finding_id = "f1";
    subject.rule = "av_missing";
    subject.severity = rules::Severity::action;
    subject.opened_at = now;
    subject.device = DeviceId{"d1"};
    subject.device_name = device;
    subject.site = SiteId{"ward"};
    return subject;
}

/// A channel with what surrounds it.
struct Sending
{
    tests::TempFolder folder;
    Secrets secrets{folder.path() / "secrets"};
    AlertSettings settings;
    MailSettings mail;
    Named<Channel> channel;

    Sending()
    {
        mail.site_name = "さくら病院";
        mail.web_address = "https://mimamori.example:8443/";
        channel.is.language = findings::Language::en;
        channel.is.ca = receiver_pki().text("root.pem");
    }

    void use_webhook(const std::string& address)
    {
        channel.is.kind = "webhook";
        channel.is.address = address;
        channel.is.secret = secrets.put(secret).value();
    }

    void use_syslog(const SyslogServer& server)
    {
        channel.is.kind = "syslog";
        channel.is.address = server.address();
        if (!server.address().starts_with("tls"))
            channel.is.ca.clear();
    }

    std::vector<Outgoing> compose(const Bundle& bundle)
    {
        BOOST_TEST_REQUIRE(find_channel_kind(channel.is.kind)->check(channel.is).has_value());
        return find_channel_kind(channel.is.kind)->compose(bundle, {channel, settings, mail, now});
    }

    DeliveryReport send(const Outgoing& outgoing, bool perhaps_twice = false)
    {
        storage::Delivery delivery;
        delivery.message_id = outgoing.message_id;
        delivery.recipient = outgoing.recipient;
        delivery.content = outgoing.content;
        delivery.perhaps_twice = perhaps_twice;
        return find_channel_kind(channel.is.kind)
            ->deliver(delivery, {channel.is, mail, secrets, now});
    }

    DeliveryReport send_one(const std::string& device = "LAB-011")
    {
        Bundle bundle;
        bundle.findings = {finding(device)};
        return send(compose(bundle).at(0));
    }
};

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

BOOST_FIXTURE_TEST_SUITE(webhook, Sending)

BOOST_AUTO_TEST_CASE(a_finding_arrives_as_signed_json)
{
    const WebhookServer server;
    use_webhook(server.address());
    const auto report = send_one("LAB \"011\"\r\nX: y");
    BOOST_TEST(report.problem == "");
    const auto requests = server.requests();
    BOOST_TEST_REQUIRE(requests.size() == 1);
    const auto& request = requests.front();
    BOOST_TEST(request.head.starts_with("/hook\n"));
    BOOST_TEST(
        request.header("X-Mimamori-Signature") == webhook_signature(secret, request.body, now));
    BOOST_TEST(request.header("X-Mimamori-Repeat") == "");
    const auto document = boost::json::parse(request.body);
    BOOST_TEST(document.at("version").to_number<int>() == 1);
    BOOST_TEST(document.at("news").as_string() == "opened");
    BOOST_TEST(document.at("hospital").as_string() == "さくら病院");
    BOOST_TEST(document.at("id").as_string() == request.header("X-Mimamori-Delivery"));
    const auto& one = document.at("findings").at(0);
    BOOST_TEST(one.at("rule").as_string() == "av_missing");
    BOOST_TEST(one.at("severity").as_string() == "action");
    BOOST_TEST(one.at("title").as_string() == "No antivirus");
    BOOST_TEST(one.at("device").at("name").as_string() == "LAB \"011\"\r\nX: y");
    BOOST_TEST(one.at("device").at("site").as_string() == "ward");
    BOOST_TEST(one.at("url").as_string() == "https://mimamori.example:8443/findings/f1");
}

BOOST_AUTO_TEST_CASE(the_signature_is_the_one_that_is_documented)
{
    // printf '1795324209.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef
    BOOST_TEST(
        webhook_signature(secret, R"({"a":1})", now)
        == "t=1795324209,v1="
           "b1f9fc4ff87eba10cdcf6ddaf5b0e7adb2f413a38573cd7c448d324da6b74c61");
}

BOOST_AUTO_TEST_CASE(many_findings_are_several_messages)
{
    use_webhook("https://127.0.0.1:1/");
    Bundle bundle;
    bundle.findings.assign(100, finding("PC"));
    BOOST_TEST(compose(bundle).size() == 1);
    bundle.findings.push_back(finding("PC"));
    BOOST_TEST(compose(bundle).size() == 2);
}

BOOST_AUTO_TEST_CASE(what_may_have_arrived_before_is_marked_and_keeps_its_id)
{
    const WebhookServer server;
    use_webhook(server.address());
    Bundle bundle;
    bundle.findings = {finding("PC")};
    const auto outgoing = compose(bundle).at(0);
    send(outgoing);
    send(outgoing, true);
    const auto requests = server.requests();
    BOOST_TEST_REQUIRE(requests.size() == 2);
    BOOST_TEST(requests[1].header("X-Mimamori-Repeat") == "perhaps");
    BOOST_TEST(requests[0].body == requests[1].body);
}

struct AnswerCase
{
    const char* answer;
    const char* expected;

    friend std::ostream& operator<<(std::ostream& out, const AnswerCase& c)
    {
        return out << c.answer;
    }
};

const AnswerCase answers[] = {
    {"200", "accepted"},  {"204", "accepted"},  {"299", "accepted"},  {"302", "try later"},
    {"400", "refused"},   {"401", "try later"}, {"404", "try later"}, {"410", "refused"},
    {"413", "refused"},   {"422", "refused"},   {"429", "try later"}, {"500", "try later"},
    {"503", "try later"}, {"cut", "try later"},
};

BOOST_DATA_TEST_CASE_F(
    Sending, the_answer_decides_about_another_attempt, boost::unit_test::data::make(answers), c)
{
    const WebhookServer server{c.answer};
    use_webhook(server.address());
    const auto report = send_one();
    BOOST_TEST(text(report.delivered) == c.expected, report.problem);
    BOOST_TEST(report.problem.find(secret) == std::string::npos);
    BOOST_TEST(server.requests().size() == 1); // No redirection is followed.
}

BOOST_AUTO_TEST_CASE(a_server_that_cannot_be_verified_gets_nothing)
{
    for (const char* certificate : {"other", "expired"})
    {
        const WebhookServer server{"200", certificate};
        use_webhook(server.address());
        BOOST_TEST(text(send_one().delivered) == "try later");
        BOOST_TEST(server.requests().empty());
    }
    const WebhookServer server;
    use_webhook(server.address());
    channel.is.ca = receiver_pki().text("stranger.pem");
    BOOST_TEST(text(send_one().delivered) == "try later");
    channel.is.ca.clear(); // What the system trusts.
    BOOST_TEST(text(send_one().delivered) == "try later");
    BOOST_TEST(server.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_pinned_key_must_be_the_servers)
{
    const WebhookServer server;
    use_webhook(server.address());
    channel.is.pin = receiver_pki().pin("good");
    BOOST_TEST(text(send_one().delivered) == "accepted");
    channel.is.pin = receiver_pki().pin("other");
    BOOST_TEST(text(send_one().delivered) == "try later");
    BOOST_TEST(server.requests().size() == 1);
}

BOOST_AUTO_TEST_CASE(a_server_that_hangs_is_given_up_when_we_stop)
{
    const WebhookServer server{"hang"};
    use_webhook(server.address());
    Bundle bundle;
    bundle.findings = {finding("PC")};
    const auto outgoing = compose(bundle).at(0);
    std::atomic<bool> stop{false};
    std::thread stopper{[&] {
        tests::wait_until("the request", [&] { return !server.requests().empty(); });
        stop = true;
    }};
    storage::Delivery delivery;
    delivery.message_id = outgoing.message_id;
    delivery.content = outgoing.content;
    const auto report = deliver_webhook(delivery, {channel.is, mail, secrets, now, &stop});
    stopper.join();
    BOOST_TEST(text(report.delivered) == "try later");
}

BOOST_AUTO_TEST_CASE(settings_that_cannot_be_are_named)
{
    use_webhook("https://siem.example/hook");
    const auto problem = [&](auto change) {
        Channel is = channel.is;
        change(is);
        const auto checked = check_webhook_channel(is);
        return checked.has_error() ? checked.error().message.substr(0, 7) : std::string{"(good)"};
    };
    BOOST_TEST(problem([](Channel&) {}) == "(good)");
    for (const char* address :
         {"http://siem.example/", "https://", "https://u:p@siem.example/", "https://a b/",
          "https://a\r\nX: y/", "ftp://a/", ""})
        BOOST_TEST(problem([&](Channel& c) { c.address = address; }) == "address");
    BOOST_TEST(problem([](Channel& c) { c.secret.clear(); }) == "secret:");
    BOOST_TEST(problem([](Channel& c) { c.ca = "x"; }) == "ca: cer");
    BOOST_TEST(problem([](Channel& c) { c.pin = "sha256//x"; }) == "pin: sh");
    BOOST_TEST(problem([](Channel& c) { c.to = {"a@b"}; }) == "to: not");
}

BOOST_AUTO_TEST_CASE(a_secret_is_a_file_that_only_we_can_read)
{
    const std::string name = secrets.put(secret).value();
    BOOST_TEST(secrets.get(name).value() == secret);
    const auto status = std::filesystem::status(folder.path() / "secrets" / name);
    BOOST_TEST((status.permissions() == std::filesystem::perms{0600}));
    BOOST_TEST(secrets.put("").has_error());
    BOOST_TEST(secrets.get("../secrets/" + name).has_error());
    secrets.forget(name);
    BOOST_TEST(secrets.get(name).has_error());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(syslog, Sending)

struct HasRsyslog
{
    boost::test_tools::assertion_result operator()(boost::unit_test::test_unit_id) const
    {
        boost::test_tools::assertion_result there{SyslogServer::is_there()};
        there.message() << "needs rsyslogd with its OpenSSL driver";
        return there;
    }
};

void expect_lines(const SyslogServer& server, std::size_t count)
{
    tests::wait_until("the lines", [&] { return server.lines().size() >= count; });
    BOOST_TEST(server.lines().size() == count);
}

const SyslogServer::Input inputs[] = {
    SyslogServer::Input::udp, SyslogServer::Input::tcp, SyslogServer::Input::tls};

BOOST_AUTO_TEST_CASE(
    rsyslog_takes_messages_over_udp_tcp_and_tls, *boost::unit_test::precondition(HasRsyslog{}))
{
    for (const auto input : inputs)
    {
        const SyslogServer server{input};
        use_syslog(server);
        BOOST_TEST(send_one().problem == "", server.address());
        expect_lines(server, 1);
        BOOST_TEST(
            server.lines().front()
            == "2|mimamori|finding|[mimamori@32473 news=\"opened\" rule=\"av_missing\""
               " severity=\"action\" finding=\"f1\" device=\"LAB-011\" deviceId=\"d1\""
               " site=\"ward\" repeat=\"no\"]|\xEF\xBB\xBFLAB-011: No antivirus");
        channel.is.ca = receiver_pki().text("root.pem");
    }
}

BOOST_AUTO_TEST_CASE(
    a_signed_head_of_the_record_of_changes_is_kept_outside,
    *boost::unit_test::precondition(HasRsyslog{}))
{
    const SyslogServer server{SyslogServer::Input::tls};
    use_syslog(server);
    const storage::SignedHead head{
        12, std::string(64, 'a'), parse_rfc3339("2026-11-22T00:00:05Z").value(),
        std::string(64, 'b'), std::string(128, 'c')};
    Bundle bundle;
    bundle.head = &head;
    const auto messages = compose(bundle);
    BOOST_TEST_REQUIRE(messages.size() == 1);
    BOOST_TEST(messages.front().summary == "record of changes: entry 12");
    BOOST_TEST(send(messages.front()).problem == "");
    expect_lines(server, 1);
    BOOST_TEST(
        server.lines().front()
        == "5|mimamori|audit-head|[mimamori@32473 entry=\"12\" hash=\"" + head.hash
               + "\" signedAt=\"2026-11-22T00:00:05.000Z\" key=\"" + head.key + "\" signature=\""
               + head.signature + "\" repeat=\"no\"]|record of changes: entry 12 has hash "
               + head.hash);
}

BOOST_AUTO_TEST_CASE(
    hostile_names_stay_in_their_place, *boost::unit_test::precondition(HasRsyslog{}))
{
    const SyslogServer server{SyslogServer::Input::tcp};
    use_syslog(server);
    BOOST_TEST(send_one("a\"]b\\\n<0>1 - x - - - fake repeat=\"no\"").problem == "");
    expect_lines(server, 1);
    BOOST_TEST(
        server.lines().front().find(
            "device=\"a\\\"\\]b\\\\ <0>1 - x - - - fake repeat=\\\"no\\\"\" deviceId=\"d1\"")
        != std::string::npos);
}

BOOST_AUTO_TEST_CASE(
    a_burst_arrives_whole_and_a_repetition_is_marked, *boost::unit_test::precondition(HasRsyslog{}))
{
    const SyslogServer server{SyslogServer::Input::tls};
    use_syslog(server);
    Bundle bundle;
    bundle.news = News::resolved;
    bundle.findings.assign(450, finding("PC"));
    const auto messages = compose(bundle);
    BOOST_TEST_REQUIRE(messages.size() == 3);
    for (const Outgoing& one : messages)
        BOOST_TEST(send(one, &one == &messages.back()).problem == "");
    expect_lines(server, 450);
    const auto lines = server.lines();
    BOOST_TEST(lines.front().starts_with("5|mimamori|"));
    BOOST_TEST(lines.front().find("repeat=\"no\"") != std::string::npos);
    BOOST_TEST(lines.back().find("repeat=\"perhaps\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(
    a_syslog_server_that_cannot_be_verified_gets_nothing,
    *boost::unit_test::precondition(HasRsyslog{}))
{
    for (const char* certificate : {"other", "expired"})
    {
        const SyslogServer server{SyslogServer::Input::tls, certificate};
        use_syslog(server);
        BOOST_TEST(text(send_one().delivered) == "try later");
        BOOST_TEST(server.lines().empty());
    }
    const SyslogServer plain{SyslogServer::Input::tcp};
    use_syslog(plain);
    channel.is.address.replace(0, 3, "tls"); // It speaks no TLS.
    channel.is.ca = receiver_pki().text("root.pem");
    BOOST_TEST(text(send_one().delivered) == "try later");
}

BOOST_AUTO_TEST_CASE(nobody_there_is_for_later)
{
    channel.is.kind = "syslog";
    channel.is.ca.clear();
    {
        const ScriptedServer gone{{""}};
        channel.is.address = "tcp://127.0.0.1:" + std::to_string(gone.port());
    }
    BOOST_TEST(text(send_one().delivered) == "try later");
}

BOOST_AUTO_TEST_CASE(the_common_event_format_has_its_own_escapes)
{
    channel.is.kind = "syslog";
    channel.is.ca.clear();
    channel.is.address = "udp://127.0.0.1:514";
    channel.is.format = "cef";
    Bundle bundle;
    bundle.findings = {finding("a=b|c\\d\ne")};
    const std::string content = compose(bundle).at(0).content;
    BOOST_TEST(
        content.find("CEF:0|mimamori|mimamori-collector|1|av_missing|No antivirus|8|act=opened "
                     "dvchost=a\\=b|c\\\\d e deviceExternalId=d1 ")
        != std::string::npos);
    BOOST_TEST(cef_header("a|b\\c=d") == "a\\|b\\\\c=d");
    BOOST_TEST(std::count(content.begin(), content.end(), '\n') == 1);
}

struct AddressCase
{
    const char* text;
    const char* expected; ///< Empty: refused.

    friend std::ostream& operator<<(std::ostream& out, const AddressCase& c)
    {
        return out << c.text;
    }
};

const AddressCase addresses[] = {
    {"tls://log.example", "log.example 6514"},
    {"tcp://log.example", "log.example 514"},
    {"udp://10.0.0.1:1514", "10.0.0.1 1514"},
    {"tls://[2001:db8::1]:65535", "2001:db8::1 65535"},
    {"tls://[2001:db8::1]", "2001:db8::1 6514"},
    {"tls://log:0", ""},
    {"tls://log:65536", ""},
    {"tls://log:", ""},
    {"tls://log:1x", ""},
    {"tls://", ""},
    {"http://log", ""},
    {"tls://a b", ""},
    {"tls://a/b", ""},
    {"tls://user@log", ""},
    {"tls://[::1", ""},
};

BOOST_DATA_TEST_CASE(addresses_name_host_and_port, boost::unit_test::data::make(addresses), c)
{
    const auto address = parse_syslog_address(c.text);
    const std::string shown =
        address ? address->host + ' ' + std::to_string(address->port) : std::string{};
    BOOST_TEST(shown == c.expected);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::notify
