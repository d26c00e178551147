#include "collector/notify/mail_settings.hpp"
#include "collector/notify/mail_text.hpp"
#include "collector/notify/mime.hpp"
#include "collector/notify/notifier.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::collector::notify {
namespace {

using namespace std::chrono_literals;
using findings::Language;

const Timestamp now = parse_rfc3339("2026-11-22T05:10:09.500Z").value();

Message message()
{
    Message made;
    made.message_id = "id@hospital.example";
    made.from_name = "mimamori";
    made.from = "mimamori@hospital.example";
    made.to = "clerk@hospital.example";
    made.subject = "A subject";
    made.body = "one\ntwo\n";
    made.date = now;
    return made;
}

/// Header lines, unfolded.
std::vector<std::string> headers_of(const std::string& mail)
{
    std::vector<std::string> headers;
    std::size_t at = 0;
    for (;;)
    {
        const std::size_t end = mail.find("\r\n", at);
        BOOST_TEST_REQUIRE(end != std::string::npos);
        const std::string line = mail.substr(at, end - at);
        at = end + 2;
        if (line.empty())
            return headers;
        if (line.front() == ' ')
            headers.back() += line;
        else
            headers.push_back(line);
    }
}

BOOST_AUTO_TEST_SUITE(mime)

BOOST_AUTO_TEST_CASE(a_message_has_its_headers_and_an_encoded_body)
{
    BOOST_TEST(
        compose(message())
        == "Date: Sun, 22 Nov 2026 05:10:09 +0000\r\n"
           "From: mimamori <mimamori@hospital.example>\r\n"
           "To: <clerk@hospital.example>\r\n"
           "Message-ID: <id@hospital.example>\r\n"
           "Subject: A subject\r\n"
           "Auto-Submitted: auto-generated\r\n"
           "MIME-Version: 1.0\r\n"
           "Content-Type: text/plain; charset=utf-8\r\n"
           "Content-Transfer-Encoding: base64\r\n"
           "\r\n"
           "b25lDQp0d28NCg==\r\n");
}

BOOST_AUTO_TEST_CASE(a_message_with_html_has_both_texts)
{
    Message made = message();
    made.html = "<p>one</p>\n";
    const std::string mail = compose(made);
    BOOST_TEST(
        mail.substr(mail.find("Content-Type"))
        == "Content-Type: multipart/alternative; boundary=\"=_mimamori\"\r\n"
           "\r\n"
           "--=_mimamori\r\n"
           "Content-Type: text/plain; charset=utf-8\r\n"
           "Content-Transfer-Encoding: base64\r\n"
           "\r\n"
           "b25lDQp0d28NCg==\r\n"
           "--=_mimamori\r\n"
           "Content-Type: text/html; charset=utf-8\r\n"
           "Content-Transfer-Encoding: base64\r\n"
           "\r\n"
           "PHA+b25lPC9wPg0K\r\n"
           "--=_mimamori--\r\n");
}

BOOST_AUTO_TEST_CASE(a_repeated_message_says_so_before_its_subject)
{
    const std::string once = compose(message());
    const std::string again = marked_as_repeated(once, "(again) ");
    BOOST_TEST(
        again.find("\r\nSubject: =?UTF-8?B?KGFnYWluKSA=?=\r\n A subject\r\n") != std::string::npos);
    BOOST_TEST(again.starts_with("X-Mimamori-Repeat: perhaps\r\nDate: "));
    BOOST_TEST(headers_of(again).size() == headers_of(once).size() + 1);
}

BOOST_AUTO_TEST_CASE(no_text_becomes_a_header_line)
{
    for (const char* hostile :
         {"PC\r\nBcc: thief@example.org", "PC\nBcc: thief@example.org", "PC\rBcc: x",
          "PC\xC2\x85"
          "Bcc: x",
          "PC\xE2\x80\xA8"
          "Bcc: x",
          "PC\r\n\r\nbody", "PC\0Bcc: x", "=?UTF-8?B?DQpCY2M6IHg=?=", "\xFF\xFE\r\nBcc: x"})
    {
        Message made = message();
        made.subject = hostile;
        made.from_name = hostile;
        const std::string mail = compose(made);
        const auto headers = headers_of(mail);
        BOOST_TEST(headers.size() == 9);
        for (const std::string& header : headers)
        {
            BOOST_TEST(!header.starts_with("Bcc"));
            // Encoded words of our own may stand there, those of others not.
            BOOST_TEST(header.find("DQpCY2M6") == std::string::npos);
        }
        for (const char c : mail)
            BOOST_TEST_REQUIRE((c == '\r' || c == '\n' || (c >= ' ' && c < 0x7F)));
    }
}

BOOST_AUTO_TEST_CASE(a_long_japanese_subject_is_folded_between_characters)
{
    std::string subject;
    for (int i = 0; i < 40; ++i)
        subject += "定義";
    const std::string encoded = header_text(subject, 9);
    std::size_t lines = 1;
    std::size_t begin = 0;
    for (std::size_t at = 0; (at = encoded.find("\r\n", at)) != std::string::npos; at += 2)
    {
        BOOST_TEST(at - begin <= 76);
        begin = at + 2;
        BOOST_TEST(encoded[begin] == ' ');
        ++lines;
    }
    BOOST_TEST(lines >= 6);
    BOOST_TEST(encoded.starts_with("=?UTF-8?B?"));
    BOOST_TEST(encoded.ends_with("?="));
}

struct Base64Case
{
    const char* plain;
    const char* encoded;

    friend std::ostream& operator<<(std::ostream& out, const Base64Case& c)
    {
        return out << c.plain;
    }
};

// RFC 4648, section 10.
const Base64Case vectors[] = {
    {"", ""},
    {"f", "Zg==\r\n"},
    {"fo", "Zm8=\r\n"},
    {"foo", "Zm9v\r\n"},
    {"foob", "Zm9vYg==\r\n"},
    {"fooba", "Zm9vYmE=\r\n"},
    {"foobar", "Zm9vYmFy\r\n"},
};

BOOST_DATA_TEST_CASE(base64_is_that_of_the_standard, boost::unit_test::data::make(vectors), c)
{
    BOOST_TEST(base64_lines(c.plain) == c.encoded);
}

BOOST_AUTO_TEST_CASE(lines_of_the_body_are_short)
{
    const std::string lines = base64_lines(std::string(200, 'x'));
    BOOST_TEST(lines.find("\r\n") == 76);
}

BOOST_AUTO_TEST_CASE(one_line_is_one_line_of_good_text)
{
    BOOST_TEST(one_line("a\r\n\tb\x7F", 99) == "a   b ");
    BOOST_TEST(one_line("端末", 5) == "端");
    BOOST_TEST(one_line("\xFF", 99) == "\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(mail_settings)

struct AddressCase
{
    const char* text;
    bool good;

    friend std::ostream& operator<<(std::ostream& out, const AddressCase& c)
    {
        return out << c.text;
    }
};

const AddressCase addresses[] = {
    {"a@b", true},      {"first.last+tag@mail.hospital.example", true},
    {"", false},        {"@b", false},
    {"a@", false},      {"a", false},
    {"a b@c", false},   {"a@b\r\nRCPT TO:<x@y>", false},
    {"<a@b>", false},   {"a@b>", false},
    {"\"a\"@b", false}, {"a@b,c@d", false},
    {"a@b@c", false},   {".a@b", false},
    {"a.@b", false},    {"田中@b", false},
};

BOOST_DATA_TEST_CASE(addresses_are_plain, boost::unit_test::data::make(addresses), c)
{
    BOOST_TEST(is_address(c.text) == c.good);
}

BOOST_AUTO_TEST_CASE(an_address_has_a_limit)
{
    const std::string local(64, 'a');
    BOOST_TEST(is_address(local + "@b"));
    BOOST_TEST(!is_address(local + "a@b"));
    BOOST_TEST(is_address("a@" + std::string(252, 'b')));
    BOOST_TEST(!is_address("a@" + std::string(253, 'b')));
}

MailSettings good_settings()
{
    MailSettings settings;
    settings.host = "mail.hospital.example";
    settings.from = "mimamori@hospital.example";
    settings.to = {"clerk@hospital.example"};
    return settings;
}

BOOST_AUTO_TEST_CASE(settings_that_cannot_be_are_named)
{
    BOOST_TEST(check(good_settings()).has_value());
    BOOST_TEST(check(MailSettings{}).has_value()); // No mail is no fault.
    const auto refused = [](auto change) {
        MailSettings settings = good_settings();
        change(settings);
        const auto checked = check(settings);
        return checked.has_error() ? checked.error().message : std::string{"(good)"};
    };
    BOOST_TEST(refused([](auto& s) { s.host = "a b"; }) == "mail.host: not a name or address");
    BOOST_TEST(refused([](auto& s) { s.port = 0; }) == "mail.port: must not be 0");
    BOOST_TEST(refused([](auto& s) { s.from = "x"; }) == "mail.from: not an address: x");
    BOOST_TEST(refused([](auto& s) { s.to.clear(); }) == "mail.to: nobody to send to");
    BOOST_TEST(refused([](auto& s) { s.to.push_back("y"); }) == "mail.to: not an address: y");
    BOOST_TEST(
        refused([](auto& s) { s.user = "u"; }) == "mail.user: user and password go together");
    const auto plain_password = [](MailSettings& s) {
        s.user = "u";
        s.password = "p";
        s.security = MailSecurity::none;
    };
    BOOST_TEST(refused(plain_password) == "mail.security: a password is never sent without TLS");
}

BOOST_AUTO_TEST_CASE(attempts_are_further_and_further_apart)
{
    const MailSettings settings;
    BOOST_TEST(retry_wait(settings, 1).count() == 60);
    BOOST_TEST(retry_wait(settings, 2).count() == 120);
    BOOST_TEST(retry_wait(settings, 4).count() == 480);
    BOOST_TEST(retry_wait(settings, 5).count() == 900);
    BOOST_TEST(retry_wait(settings, 1'000).count() == 900);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(mail_text)

storage::AlertSubject stale(std::string device, int days_old)
{
    storage::AlertSubject alert;
    alert.rule = "av_stale";
    alert.severity = rules::Severity::action;
    alert.finding_id = "f1";
    alert.device = DeviceId{device};
    alert.device_name = std::move(device);
    alert.evidence.set("product", "ClamAV")
        .set("pattern_built_at", now - std::chrono::days{days_old});
    return alert;
}

MailContext context(Language language)
{
    return {{language, now, 540min}, "Sakura Hospital", "https://mimamori.example:8443/"};
}

MailText text_of(
    const std::vector<storage::AlertSubject>& alerts, Language language, News news = News::opened)
{
    Bundle bundle;
    bundle.news = news;
    bundle.findings = alerts;
    return notify::mail_text(bundle, findings::Texts::embedded(), context(language));
}

BOOST_AUTO_TEST_CASE(a_finding_is_told_by_its_title_and_its_device)
{
    const MailText en = text_of({stale("LAB-011", 30)}, Language::en);
    BOOST_TEST(en.subject == "[mimamori] 1 action needed: Antivirus pattern is old (LAB-011)");
    BOOST_TEST(
        en.body
        == "Sakura Hospital: news from mimamori.\n\n"
           "These were found.\n\n"
           "* Antivirus pattern is old (1 device)\n"
           "  - LAB-011\n\n"
           "Read more, and say that you take it up:\n"
           "https://mimamori.example:8443/findings/f1\n\n"
           "This mail was sent automatically by mimamori.\n\n");
    const MailText ja = text_of({stale("LAB-011", 30)}, Language::ja);
    BOOST_TEST(ja.subject == "【見守り】要対応 1件：ウイルス定義が古くなっています（LAB-011）");
    BOOST_TEST(ja.body.find("  ・LAB-011\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_text_in_html_says_the_same_and_no_name_becomes_markup)
{
    const MailText en = text_of({stale("<b>\"PC\"&", 30)}, Language::en);
    BOOST_TEST(en.html.find("<li>&lt;b&gt;&quot;PC&quot;&amp;</li>") != std::string::npos);
    BOOST_TEST(en.html.find("<b>") == std::string::npos);
    BOOST_TEST(en.body.find("  - <b>\"PC\"&\n") != std::string::npos);
    BOOST_TEST(
        en.html.find("<a href=\"https://mimamori.example:8443/findings/f1\">")
        != std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_news_has_its_words)
{
    const auto subject = [](News news, Language language) {
        return text_of({stale("PC", 30)}, language, news).subject;
    };
    BOOST_TEST(
        subject(News::escalated, Language::en)
        == "[mimamori] 1 action needed, not taken up by anybody: Antivirus pattern is old (PC)");
    BOOST_TEST(
        subject(News::repeated, Language::ja)
        == "【見守り】要対応（もう一度のお知らせ） 1件：ウイルス定義が古くなっています（PC）");
}

BOOST_AUTO_TEST_CASE(the_monthly_report_tells_what_moved_and_where_its_page_is)
{
    findings::MonthReport month;
    month.month = "2026-10";
    month.all.devices = 408;
    month.all.score = 77;
    month.all.before = 74;
    month.opened = 5;
    month.resolved = 9;
    month.waivers_total = 4;
    month.rules = {{"smb1_on", 1, 9, 8, 0}, {"av_missing", 4, 4, 1, 1}, {"av_stale", 12, 8, 0, 4}};
    DigestContent digest;
    digest.month = &month;
    Bundle bundle;
    bundle.digest = &digest;
    MailContext where = context(Language::ja);
    where.web_address = "https://mimamori.test/";
    const auto text = notify::mail_text(bundle, findings::Texts::embedded(), where);
    BOOST_TEST(text.subject == "【見守り】月次報告 2026-10：総合点 77点");
    for (const char* part :
         {"総合点は 77点です（先月末は 74点）", "端末 408台", "1件 → 9件", "12件 → 8件",
          "例外にしていること 4件", "https://mimamori.test/reports?month=2026-10"})
        BOOST_TEST(text.body.find(part) != std::string::npos, part);
    BOOST_TEST(text.body.find("4件 → 4件") == std::string::npos);
    BOOST_TEST(text.body.find("よくなった") < text.body.find("悪くなった"));
}

BOOST_AUTO_TEST_CASE(a_digest_counts_and_names_what_is_open)
{
    DigestContent digest;
    digest.devices = 408;
    digest.silent = 3;
    digest.opened = 5;
    digest.resolved = 2;
    digest.open.push_back({"av_missing", rules::Severity::action, {}, 4});
    digest.open.push_back({"smb1_on", rules::Severity::warning, {}, 9});
    storage::FailingChannel failing;
    failing.name = "siem";
    digest.failing.push_back(failing);
    Bundle bundle;
    bundle.digest = &digest;
    const auto en = notify::mail_text(bundle, findings::Texts::embedded(), context(Language::en));
    BOOST_TEST(en.subject == "[mimamori] summary: 4 need action, 13 open");
    BOOST_TEST(en.body.find("408 devices, 3 of them silent.") != std::string::npos);
    BOOST_TEST(en.body.find("  - action needed: No antivirus (4)\n") != std::string::npos);
    BOOST_TEST(en.body.find("The channel siem does not deliver.") != std::string::npos);
    digest.open.clear();
    const auto ja = notify::mail_text(bundle, findings::Texts::embedded(), context(Language::ja));
    BOOST_TEST(ja.subject == "【見守り】まとめ：要対応 0件、残り 0件");
    BOOST_TEST(ja.body.find("気になることはありません。") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_resolved_says_so)
{
    const MailText en = text_of({stale("LAB-011", 30)}, Language::en, News::resolved);
    BOOST_TEST(en.subject == "[mimamori] 1 resolved: Antivirus pattern is old (LAB-011)");
    BOOST_TEST(en.body.find("These have been resolved.") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(many_devices_are_a_number)
{
    std::vector<storage::AlertSubject> alerts;
    for (int i = 0; i < 21; ++i)
        alerts.push_back(stale("PC-" + std::to_string(i), 30));
    const MailText en = text_of(alerts, Language::en);
    BOOST_TEST(en.subject == "[mimamori] 21 action needed: Antivirus pattern is old");
    BOOST_TEST(en.body.find("(21 devices)") != std::string::npos);
    BOOST_TEST(en.body.find("  - PC-8\n") != std::string::npos);
    BOOST_TEST(en.body.find("PC-9") == std::string::npos); // The last by name.
    BOOST_TEST(en.body.find("  - and 1 more\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_worst_comes_first)
{
    storage::AlertSubject silent;
    silent.rule = "device_silent";
    silent.severity = rules::Severity::warning;
    silent.device = DeviceId{"DIA-07"};
    silent.device_name = "DIA-07";
    silent.evidence.set("last_seen_at", now);
    const MailText en = text_of({silent, stale("LAB-011", 30)}, Language::en);
    BOOST_TEST(en.subject == "[mimamori] 2 action needed: Antivirus pattern is old and others");
    BOOST_TEST(en.body.find("LAB-011") < en.body.find("DIA-07"));
}

BOOST_AUTO_TEST_CASE(no_program_person_or_path_is_in_a_mail)
{
    storage::AlertSubject alert;
    alert.rule = "process_unknown";
    alert.severity = rules::Severity::action;
    alert.device = DeviceId{"LAB-011"};
    alert.device_name = "LAB-011";
    alert.evidence.set("program", "secret.exe").set("path", "/home/tanaka/secret.exe");
    alert.evidence.set("case", "user_folder").set("devices", "1").set("devices_total", "9");
    for (const Language language : {Language::ja, Language::en})
    {
        const MailText text = text_of({alert}, language);
        for (const std::string& part : {text.subject, text.body, text.html})
        {
            BOOST_TEST(part.find("secret") == std::string::npos);
            BOOST_TEST(part.find("tanaka") == std::string::npos);
            BOOST_TEST(part.find('?') == std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_device_name_stays_on_its_line)
{
    const MailText text = text_of({stale("PC\r\n* No findings\r\n", 30)}, Language::en);
    BOOST_TEST(text.body.find("\n* No findings") == std::string::npos);
    BOOST_TEST(text.subject.find('\n') == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::notify
