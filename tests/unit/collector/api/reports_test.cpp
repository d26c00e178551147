#include "collector/storage/month_store.hpp"
#include "collector/storage/score_store.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;
using std::chrono::days;

struct ReportSite : ApiSite
{
    static constexpr std::chrono::minutes offset{9h};

    Browser sato{signed_in(Role::operator_)};

    void set_pattern_age(const DeviceId& device, days age)
    {
        wire::AntivirusSection section;
        wire::AntivirusProduct product;
        product.name = "ウイルスバスター";
        product.has_pattern = true;
        product.pattern_built_at = clock.now() - age;
        section.products.push_back(product);
        put(device, "antivirus", section);
        heard(device);
        judge(device);
    }

    /// Later; who was signed in must do so again.
    void go_to(const char* moment)
    {
        clock.advance(parse_rfc3339(moment).value() - clock.now());
        BOOST_TEST_REQUIRE(sato.sign_in("operator").status == 200U);
    }

    /// What the collector does each hour.
    void hour()
    {
        const Timestamp now = clock.now();
        write([&](storage::Session& session) -> Result<bool> {
            storage::keep_scores(session, std::chrono::floor<days>(now + offset));
            storage::keep_month_if_due(session, now, offset);
            return true;
        });
    }

    /// The member of the line about that rule.
    std::string of_rule(const Reply& report, const std::string& rule, const std::string& member)
    {
        for (std::size_t i = 0; i < report.count("/report/rules"); ++i)
        {
            const std::string line = "/report/rules/" + std::to_string(i);
            if (report.at(line + "/rule") == rule)
                return report.at(line + '/' + member);
        }
        return "(absent)";
    }

    Reply report(const std::string& month) { return sato.get("/api/v1/reports/" + month); }
};

BOOST_FIXTURE_TEST_SUITE(reports, ReportSite)

BOOST_AUTO_TEST_CASE(a_month_is_kept_when_it_ended_by_the_sites_clocks_and_stays_as_it_was)
{
    const auto device = add_device("PC-1");
    hour();
    set_pattern_age(device, days{60});
    BOOST_TEST(
        sato.get("/api/v1/reports").each("month") == (Lines{"2026-03"}),
        boost::test_tools::per_element());
    auto now = report("2026-03");
    BOOST_TEST(now.at("/report/complete") == "false");
    BOOST_TEST(now.at("/report/last") == "2026-03-10");
    // As it is now, not as it was when the score of the day was kept last.
    BOOST_TEST(now.at("/report/action") == "1");
    BOOST_TEST(now.at("/report/days/0/day") == "2026-03-10");
    BOOST_TEST(of_rule(now, "av_stale", "opened") == "1");
    BOOST_TEST(of_rule(now, "av_stale", "now") == "1");

    go_to("2026-03-20T00:00:00Z");
    set_pattern_age(device, days{0});
    hour();
    go_to("2026-03-31T14:59:59Z");
    hour();
    BOOST_TEST(sato.get("/api/v1/reports").count("/items") == 1U);
    go_to("2026-03-31T15:00:00Z");
    hour();
    const auto list = sato.get("/api/v1/reports");
    BOOST_TEST(
        list.each("month") == (Lines{"2026-04", "2026-03"}), boost::test_tools::per_element());
    BOOST_TEST(list.at("/items/1/complete") == "true");
    const auto kept = report("2026-03");
    BOOST_TEST(kept.at("/report/complete") == "true");
    BOOST_TEST(kept.at("/report/last") == "2026-03-31");
    BOOST_TEST(of_rule(kept, "av_stale", "before") == "0");
    BOOST_TEST(of_rule(kept, "av_stale", "now") == "0");
    BOOST_TEST(of_rule(kept, "av_stale", "resolved") == "1");
    BOOST_TEST(kept.at("/report/resolved_by_people") == "0");
    BOOST_TEST(kept.count("/report/days") == 3U);

    go_to("2026-04-10T00:00:00Z");
    set_pattern_age(device, days{60});
    hour();
    BOOST_TEST(report("2026-03").body == kept.body);
    BOOST_TEST(of_rule(report("2026-04"), "av_stale", "opened") == "1");
}

BOOST_AUTO_TEST_CASE(a_month_in_which_nothing_was_watched_is_not_kept)
{
    hour();
    go_to("2026-05-02T00:00:00Z");
    hour();
    BOOST_TEST(
        sato.get("/api/v1/reports").each("month") == (Lines{"2026-05"}),
        boost::test_tools::per_element());
    for (const char* month : {"2026-04", "2026-06", "2026-13", "2026-1", "march", "2026-03-01"})
        BOOST_TEST(report(month).status == 404U, month);
}

BOOST_AUTO_TEST_CASE(the_scores_are_compared_with_the_end_of_the_month_before)
{
    const auto device = add_device("PC-1");
    set_pattern_age(device, days{60});
    hour();
    const std::string before = report("2026-03").at("/report/all/score");
    BOOST_TEST(report("2026-03").at("/report/all/before") == "null");
    go_to("2026-04-02T00:00:00Z");
    hour();
    BOOST_TEST(report("2026-04").at("/report/all/before") == before);
    BOOST_TEST(report("2026-04").at("/report/sites/0/before") == before);
}

BOOST_AUTO_TEST_CASE(an_accepted_risk_and_the_end_of_the_record_stand_on_the_report)
{
    const auto device = add_device("PC-1");
    set_pattern_age(device, days{60});
    const auto open = sato.get("/api/v1/findings?device=" + device.text());
    std::string finding;
    for (std::size_t i = 0; i < open.count("/items"); ++i)
        if (open.at("/items/" + std::to_string(i) + "/rule") == "av_stale")
            finding = open.at("/items/" + std::to_string(i) + "/id");
    const auto done = sato.post(
        "/api/v1/findings/" + finding + "/actions",
        R"({"action":"waive","reason":"隔離した","until":"2026-06-01T00:00:00Z"})");
    BOOST_TEST_REQUIRE(done.status < 300, done.body);
    const auto now = report("2026-03");
    BOOST_TEST(now.at("/report/waivers_total") == "1");
    BOOST_TEST(now.at("/report/waivers/0/device") == "PC-1");
    BOOST_TEST(now.at("/report/waivers/0/reason") == "隔離した");
    BOOST_TEST(of_rule(now, "av_stale", "now") == "0");
    auto admin = signed_in(Role::administrator);
    const auto audit = admin.get("/api/v1/audit");
    const auto again = report("2026-03");
    BOOST_TEST(again.at("/report/audit_no") == audit.at("/items/0/no"));
    BOOST_TEST(again.at("/report/audit_hash") == audit.at("/items/0/hash"));
}

BOOST_AUTO_TEST_CASE(a_remark_is_kept_within_its_limit_by_whom_may_write_one)
{
    const auto say = [&](Browser& who, const std::string& month, const std::string& text) {
        return who.post("/api/v1/reports/" + month + "/comment", R"({"comment":")" + text + R"("})")
            .status;
    };
    BOOST_TEST(say(sato, "2026-03", "透析室の更新は来月") == 204U);
    BOOST_TEST(report("2026-03").at("/comment") == "透析室の更新は来月");
    BOOST_TEST(report("2026-03").at("/comment_by") == "operator");
    BOOST_TEST(say(sato, "2026-03", std::string(2'000, 'x')) == 204U);
    BOOST_TEST(say(sato, "2026-03", std::string(2'001, 'x')) == 400U);
    BOOST_TEST(say(sato, "2026-02", "x") == 404U);
    auto viewer = signed_in(Role::viewer);
    BOOST_TEST(say(viewer, "2026-03", "x") == 403U);
    BOOST_TEST(viewer.get("/api/v1/reports/2026-03").status == 200U);
    // Who wrote without having seen it is told whose it is.
    const Reply blind =
        sato.post("/api/v1/reports/2026-03/comment", R"({"comment":"mine","seen":"older"})");
    BOOST_TEST(blind.status == 412);
    BOOST_TEST(blind.at("/code") == "changed_meanwhile");
    BOOST_TEST(blind.at("/detail") == "operator");
    // The remark stays when the month is kept.
    add_device("PC-1");
    hour();
    go_to("2026-04-02T00:00:00Z");
    hour();
    BOOST_TEST(report("2026-03").at("/comment") == std::string(2'000, 'x'));
    BOOST_TEST(report("2026-03").at("/report/complete") == "true");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
