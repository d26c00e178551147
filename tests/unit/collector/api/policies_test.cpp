#include "collector/storage/score_store.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;
using std::chrono::days;

constexpr const char* later =
    R"({"scope":"site","scope_value":"root","reason":"holidays",
        "settings":[{"key":"av_stale_warning_days","value":"6"}]})";

struct PolicySite : ApiSite
{
    Browser admin{signed_in(Role::administrator)};
    DeviceId pc{add_device("pc")};

    PolicySite() { put(pc, "antivirus", judge::test::antivirus(clock.now() - days{4})); }

    std::string effective(const std::string& key, const std::string& member)
    {
        const Reply reply = admin.get("/api/v1/devices/pc/policy");
        for (std::size_t i = 0; i < reply.count("/items"); ++i)
        {
            const std::string at = "/items/" + std::to_string(i) + '/';
            if (reply.at(at + "key") == key)
                return reply.at(at + member);
        }
        return "(absent)";
    }
};

BOOST_AUTO_TEST_SUITE(policies_api)

BOOST_FIXTURE_TEST_CASE(the_second_of_two_who_change_a_policy_is_told_of_the_first, PolicySite)
{
    const auto set = [&](const std::string& days, const std::string& seen) {
        return admin.post(
            "/api/v1/policies",
            R"({"scope":"site","scope_value":"root","reason":"x","seen_at":)" + seen
                + R"(,"settings":[{"key":"av_stale_warning_days","value":")" + days + "\"}]}");
    };
    BOOST_TEST(set("4", "null").status == 204);
    const auto seen = [&] {
        return '"' + admin.get("/api/v1/policies").at("/items/0/set_at") + '"';
    };
    const std::string both_saw = seen();
    clock.advance(std::chrono::minutes{5});
    BOOST_TEST(set("5", both_saw).status == 204);
    const Reply second = set("6", both_saw);
    BOOST_TEST(second.status == 412);
    BOOST_TEST(second.at("/code") == "changed_meanwhile");
    BOOST_TEST(second.at("/detail") == "administrator");
    BOOST_TEST('"' + second.at("/changed_at") + '"' == seen());
    BOOST_TEST(effective("av_stale_warning_days", "value") == "5");
    BOOST_TEST(set("6", seen()).status == 204);
    const std::string removed_later = seen();
    BOOST_TEST(
        admin
            .post(
                "/api/v1/policies/removals",
                R"({"scope":"site","scope_value":"root","reason":"x"})")
            .status
        == 204);
    BOOST_TEST(set("7", removed_later).status == 412);
    BOOST_TEST(set("7", "null").status == 204);
}

BOOST_FIXTURE_TEST_CASE(a_policy_is_set_shown_and_taken_away, PolicySite)
{
    judge(pc);
    BOOST_TEST(findings(pc, "av_stale").size() == 1);
    BOOST_TEST(effective("av_stale_warning_days", "value") == "3");
    BOOST_TEST(effective("av_stale_warning_days", "scope") == "");
    BOOST_TEST(admin.post("/api/v1/policies", later).status == 204);
    judge_anew(pc);
    BOOST_TEST(findings(pc, "av_stale").empty());
    BOOST_TEST(effective("av_stale_warning_days", "value") == "6");
    BOOST_TEST(effective("av_stale_warning_days", "scope") == "site");
    BOOST_TEST(effective("av_stale_warning_days", "scope_value") == "root");
    BOOST_TEST(effective("av_stale_action_days", "scope") == "");
    const Reply all = admin.get("/api/v1/policies");
    BOOST_TEST_REQUIRE(all.count("/items") == 1);
    BOOST_TEST(all.at("/items/0/set_by") == "administrator");
    BOOST_TEST(all.at("/items/0/reason") == "holidays");
    BOOST_TEST(all.at("/items/0/settings/0/value") == "6");
    BOOST_TEST(all.count("/fields") == rules::policy_fields().size());
    BOOST_TEST(all.at("/fields/0/key") == "av_stale_warning_days");
    BOOST_TEST(all.at("/fields/0/ume") == "5");
    BOOST_TEST(all.at("/fields/0/take") == "3");
    BOOST_TEST(all.at("/fields/0/matsu") == "2");

    const char* over = R"({"scope":"site","scope_value":"root","reason":"over"})";
    BOOST_TEST(admin.post("/api/v1/policies/removals", over).status == 204);
    BOOST_TEST(admin.post("/api/v1/policies/removals", over).status == 404);
    judge_anew(pc);
    BOOST_TEST(findings(pc, "av_stale").size() == 1);
    const Reply changes = admin.get("/api/v1/policies/changes");
    BOOST_TEST(changes.each("after") == (Lines{"", "av_stale_warning_days=6"}));
    BOOST_TEST(changes.each("who") == (Lines{"administrator", "administrator"}));
    BOOST_TEST(changes.each("reason") == (Lines{"over", "holidays"}));
    BOOST_TEST(changes.at("/next") == "null");
    const Reply newest = admin.get("/api/v1/policies/changes?limit=1");
    BOOST_TEST(newest.each("reason") == Lines{"over"});
    const Reply oldest = admin.get("/api/v1/policies/changes?limit=1&after=" + newest.at("/next"));
    BOOST_TEST(oldest.each("reason") == Lines{"holidays"});
    BOOST_TEST(oldest.at("/next") == "null");
    BOOST_TEST(admin.get("/api/v1/policies/changes?after=7").status == 400);
}

BOOST_FIXTURE_TEST_CASE(only_administrators_change_policies, PolicySite)
{
    for (const Role role : {Role::viewer, Role::department, Role::operator_, Role::auditor})
    {
        Browser other = signed_in(role);
        BOOST_TEST(other.get("/api/v1/policies").status == 200);
        BOOST_TEST(other.post("/api/v1/policies", later).status == 403);
        BOOST_TEST(other.post("/api/v1/policies/removals", later).status == 403);
    }
    BOOST_TEST(browser().get("/api/v1/policies").status == 401);
    BOOST_TEST(browser().get("/api/v1/scores").status == 401);
    BOOST_TEST(database.number("SELECT count(*) FROM policy") == 0);
}

BOOST_FIXTURE_TEST_CASE(a_policy_that_makes_no_sense_is_refused_with_the_reason, PolicySite)
{
    const Reply refused = admin.post(
        "/api/v1/policies",
        R"({"scope":"site","scope_value":"root","reason":"x",
            "settings":[{"key":"av_stale_warning_days","value":"30"}]})");
    BOOST_TEST(refused.status == 400);
    BOOST_TEST(
        refused.at("/detail") == "av_stale_warning_days: 30 is above av_stale_action_days (7)");
    BOOST_TEST(
        admin.post("/api/v1/policies", R"({"scope":"planet","scope_value":"x"})").status == 400);
    BOOST_TEST(admin.get("/api/v1/devices/nobody/policy").status == 404);
}

BOOST_FIXTURE_TEST_CASE(what_a_policy_would_change_is_told_before_it_is_set, PolicySite)
{
    judge(pc); // Its pattern is older than what is standard allows.
    BOOST_TEST_REQUIRE(findings(pc, "av_stale").size() == 1);
    const auto stored = [this] {
        return database.number("SELECT count(*) FROM finding WHERE state <> 'resolved'")
               + 1'000 * database.number("SELECT count(*) FROM policy")
               + 1'000'000 * database.number("SELECT count(*) FROM finding_change");
    };
    const auto before = stored();
    const auto preview = [this](const std::string& settings, const char* scope = "site") {
        return admin.post(
            "/api/v1/policies/preview",
            fmt::format(
                R"({{"scope":"{}","scope_value":"{}","settings":[{}]}})", scope,
                std::string_view{scope} == "site" ? "root" : "pc", settings));
    };
    const Reply patient = preview(R"({"key":"av_stale_warning_days","value":"300"},)"
                                  R"({"key":"av_stale_action_days","value":"400"})");
    BOOST_TEST_REQUIRE(patient.status == 200);
    BOOST_TEST(patient.at("/devices") == patient.at("/looked_at"));
    BOOST_TEST(patient.at("/before/warning") == "1");
    BOOST_TEST(patient.at("/after/warning") == "0");
    BOOST_TEST(patient.at("/rules/0/rule") == "av_stale");
    BOOST_TEST(patient.at("/rules/0/ended") == "1");
    BOOST_TEST(patient.at("/rules/0/opened") == "0");
    const Reply of_device = preview(
        R"({"key":"av_stale_warning_days","value":"1"},{"key":"av_stale_action_days","value":"2"})",
        "device");
    BOOST_TEST(of_device.at("/devices") == "1");
    BOOST_TEST(of_device.at("/after/action") == "1");
    BOOST_TEST(of_device.count("/rules") == 0); // The finding gets worse; none begins or ends.
    BOOST_TEST(preview("").at("/after/warning") == "1"); // Nothing is set, nothing would go.
    // What cannot be set cannot be looked at, and nobody else may.
    const Reply refused = preview(R"({"key":"av_stale_warning_days","value":"30000"})");
    BOOST_TEST(refused.status == 400);
    BOOST_TEST(
        signed_in(people::Role::operator_)
            .post("/api/v1/policies/preview", R"({"scope":"site","scope_value":"root"})")
            .status
        == 403);
    BOOST_TEST(stored() == before);
}

BOOST_FIXTURE_TEST_CASE(scores_are_told_for_now_and_day_by_day, PolicySite)
{
    write([&](storage::Session& session) -> Result<bool> {
        storage::set_judged_state(session, pc, {"warning", 0, 1, 0, 0}, clock.now()).value();
        storage::keep_scores(session, parse_iso_date("2026-03-09").value());
        storage::keep_scores(session, parse_iso_date("2025-03-09").value());
        return true;
    });
    const Reply now = admin.get("/api/v1/scores");
    BOOST_TEST(now.each("site") == Lines{"root"});
    BOOST_TEST(now.each("score") == Lines{"50"});
    BOOST_TEST(now.each("total") == Lines{"1"});
    BOOST_TEST(now.each("waived") == Lines{"0"});
    BOOST_TEST(admin.get("/api/v1/scores/history").each("day") == Lines{"2026-03-09"});
    BOOST_TEST(
        admin.get("/api/v1/scores/history?days=400").each("day")
        == (Lines{"2025-03-09", "2026-03-09"}));
    BOOST_TEST(admin.get("/api/v1/scores/history?site=x").count("/items") == 0);
    BOOST_TEST(admin.get("/api/v1/scores/history?days=0").status == 400);
}

BOOST_FIXTURE_TEST_CASE(the_overview_tells_the_score_of_a_week_ago, PolicySite)
{
    const auto keep = [&](const char* state, int days_ago) {
        write([&](storage::Session& session) -> Result<bool> {
            storage::set_judged_state(session, pc, {state, 0, 1, 0, 0}, clock.now()).value();
            storage::keep_scores(session, std::chrono::floor<days>(clock.now()) - days{days_ago});
            return true;
        });
    };
    keep("action", 14);
    keep("good", 6);
    BOOST_TEST(
        admin.get("/api/v1/overview").at("/score_before") == "null"); // None old or new enough.
    keep("warning", 13);
    BOOST_TEST(admin.get("/api/v1/overview").at("/score_before") == "50");
    keep("good", 7);
    keep("action", 0);
    const Reply overview = admin.get("/api/v1/overview");
    BOOST_TEST(overview.at("/score") == "0");
    BOOST_TEST(overview.at("/score_before") == "100");
    BOOST_TEST(overview.at("/sites/0/score_before") == "100");
}

BOOST_FIXTURE_TEST_CASE(a_risk_is_accepted_with_conditions_over_the_api, PolicySite)
{
    judge(pc);
    const auto id = finding(pc, "av_stale").id;
    const std::string actions = "/api/v1/findings/" + id + "/actions";
    const std::string until = to_rfc3339(clock.now() + days{30});
    const auto waive = [&](const std::string& rest) {
        return admin.post(
            actions,
            R"({"action":"waive","reason":"isolated","until":")" + until + '"' + rest + '}');
    };
    BOOST_TEST(waive(R"(,"conditions":["no_wind"])").status == 400);
    const Reply waived = waive(R"(,"conditions":["no_usb"],"approver":"Dr. Mori")");
    BOOST_TEST(waived.status == 200);
    BOOST_TEST(waived.at("/finding/conditions/0") == "no_usb");
    BOOST_TEST(waived.at("/finding/approver") == "Dr. Mori");
    // Nothing tells of USB on this device: nobody can vouch for the condition.
    judge(pc);
    const Reply ended = admin.get("/api/v1/findings/" + id);
    BOOST_TEST(ended.at("/finding/state") == "open");
    BOOST_TEST(ended.at("/finding/broken") == "no_usb");
    BOOST_TEST(ended.at("/history/2/note") == "no_usb");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
