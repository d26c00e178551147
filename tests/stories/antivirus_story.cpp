// A real ClamAV database grows old, somebody is told, somebody puts a new one in place.

#include "common/base/time.hpp"
#include "tests/support/mail_text.hpp"
#include "tests/support/private_machine.hpp"
#include "tests/support/site.hpp"
#include "tests/unit/collector/notify/mail_server.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace mimamori {
namespace {

using collector::notify::test::MailServer;
using tests::text;
using tests::wait_until;
using namespace std::chrono_literals;

const std::filesystem::path database_folder{"/var/lib/clamav"};

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

/// A moment as far back as said, at a time of day that no rounding could hit by chance.
Timestamp moment(std::chrono::days back)
{
    const auto today = std::chrono::floor<std::chrono::days>(SystemClock{}.now());
    return Timestamp{today} - back + 2h + 13min + 7s;
}

/// The agent sees this folder where ClamAV keeps its database; the machine keeps its own.
struct ClamavSite
{
    MailServer mail;
    tests::Site site;
    tests::TempFolder database;
    tests::SiteAgent agent;

    static tests::SiteOptions options(const MailServer& server)
    {
        tests::SiteOptions options;
        options.more = fmt::format(
            "[mail]\nsecurity = \"none\"\nhost = \"127.0.0.1\"\nport = {}\n"
            "from = \"mimamori@aoba.example\"\nto = [\"jimu@aoba.example\"]\ngather = \"1s\"\n",
            server.port());
        return options;
    }

    static tests::AgentOptions agent_options(const std::filesystem::path& folder)
    {
        tests::AgentOptions options;
        options.prefix = tests::seeing({{folder, database_folder}});
        return options;
    }

    ClamavSite()
        : site{options(mail)}
        , agent{site, "agent", agent_options(database.path())}
    {}

    void start()
    {
        site.start_collector();
        agent.enrol();
        agent.start();
    }

    /// As ClamAV's own tool makes one, when it was told that it is `built`.
    void put_made_by_sigtool(Timestamp built, int version)
    {
        const tests::TempFolder work;
        std::ofstream{work.path() / "daily.ndb"} << "Mimamori-Test:0:*:deadbeefdeadbeef\n";
        std::ofstream{work.path() / "COPYING"} << "x\n";
        std::ofstream{work.path() / "daily.info"};
        const auto time = std::chrono::system_clock::to_time_t(
            std::chrono::system_clock::time_point{built.time_since_epoch()});
        const std::string command = fmt::format(
            "cd '{}' && SIGNDUSER=mimamori TZ=UTC faketime -f '{:%Y-%m-%d %H:%M:%S}' sigtool "
            "--unsigned --build=daily.cud --cvd-version={} --datadir=. </dev/null",
            work.path().string(), fmt::gmtime(time), version);
        const auto made = tests::run_program({"sh", "-c", command});
        BOOST_TEST_REQUIRE(made.exit_code == 0, made.text);
        replace("daily.cud", tests::text_of(work.path() / "daily.cud"));
    }

    /// The documented header of 512 bytes.
    void put_written(const std::string& name, Timestamp built, int version)
    {
        const auto time = std::chrono::system_clock::to_time_t(
            std::chrono::system_clock::time_point{built.time_since_epoch()});
        std::string header = fmt::format(
            "ClamAV-VDB:{:%d %b %Y %H-%M} +0000:{}:2075000:90:{:032x}:signature:builder:{}",
            fmt::gmtime(time), version, 12345, time);
        header.resize(512, ' ');
        replace(name, header + "the rest is packed signatures");
    }

    void replace(const std::string& name, const std::string& bytes)
    {
        const auto file = database.path() / name;
        const auto part = database.path() / "part";
        std::ofstream{part, std::ios::binary} << bytes;
        std::filesystem::permissions(part, std::filesystem::perms{0644});
        std::filesystem::rename(part, file);
    }

    std::string pattern_in_api()
    {
        const auto device = site.device(agent.device_id());
        const auto* antivirus = device.at("facts").as_object().if_contains("antivirus");
        if (antivirus == nullptr)
            return {};
        for (const auto& product : antivirus->at("products").as_array())
            if (text(product.as_object(), "id") == "clamav")
                return text(product.as_object(), "pattern_built_at");
        return {};
    }

    std::vector<boost::json::object> stale(const std::string& state)
    {
        auto all = site.findings(agent.device_id(), "av_stale");
        std::erase_if(all, [&](const auto& finding) { return text(finding, "state") != state; });
        return all;
    }

    /// The mails about old patterns so far, made readable. The machine that the tests run on may
    /// give reason for others.
    std::vector<std::string> mails() const
    {
        std::vector<std::string> readable;
        for (const auto& one : mail.mails())
            readable.push_back(tests::readable_mail(one));
        std::erase_if(readable, [](const auto& one) { return !contains(one, "ウイルス定義"); });
        return readable;
    }
};

bool can_run()
{
    return std::filesystem::is_directory(database_folder) && tests::can_hide_folders();
}

struct OnlyWithOwnMounts
{
    boost::test_tools::assertion_result operator()(boost::unit_test::test_unit_id) const
    {
        boost::test_tools::assertion_result can{can_run()};
        can.message() << "needs " << database_folder << " and the right to mount";
        return can;
    }
};

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(OnlyWithOwnMounts{}))
BOOST_FIXTURE_TEST_SUITE(antivirus_story, ClamavSite)

BOOST_AUTO_TEST_CASE(an_old_pattern_is_told_once_with_its_date_and_a_new_one_ends_it)
{
    const Timestamp fresh = moment(std::chrono::days{1});
    const Timestamp old = moment(std::chrono::days{30});
    put_made_by_sigtool(fresh, 27850);
    start();
    wait_until("the fresh pattern", [&] { return pattern_in_api() == to_rfc3339(fresh); });
    BOOST_TEST(stale("open").empty());
    BOOST_TEST(mails().empty());

    put_made_by_sigtool(old, 27800);
    const auto grew_old = std::chrono::steady_clock::now();
    wait_until("the finding", [&] { return !stale("open").empty(); });
    wait_until("its mail", [&] { return !mails().empty(); });
    const auto told = std::chrono::steady_clock::now();

    const auto finding = stale("open").front();
    BOOST_TEST(text(finding, "severity") == "action");
    BOOST_TEST(text(finding.at("evidence").as_object(), "pattern_built_at") == to_rfc3339(old));
    BOOST_TEST(pattern_in_api() == to_rfc3339(old));
    // The clerk's wall clock is nine hours ahead.
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(old + 9h)};
    const auto day_as = [&](const std::string& mark) {
        return fmt::format(
            "{1}{0}{2:02}{0}{3:02}", mark, static_cast<int>(day.year()),
            static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    };
    const std::string line_ja = text(finding.at("line").as_object(), "ja");
    const std::string line_en = text(finding.at("line").as_object(), "en");
    BOOST_TEST_MESSAGE(line_ja << " / " << line_en);
    BOOST_TEST(contains(line_ja, day_as("/")), line_ja);
    BOOST_TEST(contains(line_en, day_as("-")), line_en);
    // Mail says what and where; the details are behind the login.
    const std::string name = text(site.device(agent.device_id()).as_object(), "name");
    BOOST_TEST(contains(mails().back(), "  ・" + name + "\r\n"), mails().back());
    BOOST_TEST(contains(mails().back(), "/findings/" + text(finding, "id")), mails().back());
    BOOST_TEST(!contains(mails().back(), line_ja), mails().back());
    BOOST_TEST(contains(mails().back(), "To: <jimu@aoba.example>"), mails().back());

    // What the first page is made of.
    const auto overview = site.web().json("/api/v1/overview");
    const auto& today = overview.at("today").as_array();
    BOOST_TEST(std::any_of(today.begin(), today.end(), [](const auto& task) {
        return task.at("rule").as_string() == "av_stale";
    }));

    std::filesystem::remove(database.path() / "daily.cud");
    put_made_by_sigtool(fresh + 1h, 27851);
    const auto renewed = std::chrono::steady_clock::now();
    wait_until("the end of the finding", [&] { return !stale("resolved").empty(); });
    wait_until("the second mail", [&] { return mails().size() > 1; });
    const auto told_again = std::chrono::steady_clock::now();
    BOOST_TEST(text(stale("resolved").front(), "resolved_by") == "facts");
    BOOST_TEST(stale("open").empty());
    BOOST_TEST(contains(mails().back(), "解決"), mails().back());

    // Several rounds of looking and reporting later nothing more was said.
    const auto stored = site.metric("mimamori_reports_stored_total");
    wait_until("some more reports", [&] {
        return site.metric("mimamori_reports_stored_total") >= stored + 5;
    });
    BOOST_TEST(mails().size() == 2U);
    BOOST_TEST_MESSAGE(
        "told after " << std::chrono::duration<double>(told - grew_old).count()
                      << " s, its end after "
                      << std::chrono::duration<double>(told_again - renewed).count() << " s");
}

BOOST_AUTO_TEST_CASE(databases_of_both_kinds_show_the_date_in_their_header)
{
    const Timestamp old = moment(std::chrono::days{30});
    const Timestamp older = moment(std::chrono::days{45});
    put_written("daily.cvd", older, 27700);
    start();
    wait_until("the date of the .cvd", [&] { return pattern_in_api() == to_rfc3339(older); });
    wait_until("the finding", [&] { return !stale("open").empty(); });
    put_written("daily.cld", old, 27800);
    wait_until("the date of the .cld", [&] { return pattern_in_api() == to_rfc3339(old); });
    const auto shows_new_date = [&] {
        const auto findings = stale("open");
        return !findings.empty()
               && text(findings.front().at("evidence").as_object(), "pattern_built_at")
                      == to_rfc3339(old);
    };
    wait_until("the new date in the finding", shows_new_date);
    // A damaged database is unknown: neither good nor of its old date.
    replace("daily.cld", "ClamAV-VDB:cut off");
    wait_until("unknown", [&] { return pattern_in_api().empty(); });
    BOOST_TEST(stale("resolved").empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori
