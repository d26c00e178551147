#include "collector/judge/device_state.hpp"
#include "collector/storage/score_store.hpp"
#include "collector/storage/task_store.hpp"
#include "tests/unit/collector/judge/judge_fixture.hpp"

#include <soci/soci.h>

namespace mimamori::collector::judge {
namespace {

using namespace test;

/// Devices with findings as a test says, without rules.
struct ScoreSite : Site
{
    ScoreSite()
    {
        write([&](storage::Session& session) -> Result<bool> {
            session
                .prepared("INSERT INTO site (id, parent_id, name, created_at_ms) VALUES"
                          " ('hospital', 'root', 'Hospital', 0), ('ward', 'hospital', 'Ward', 0)")
                ->run();
            return true;
        });
    }

    DeviceId device(
        const std::string& name,
        const std::string& site,
        std::vector<std::pair<std::string, rules::Severity>> found)
    {
        const auto id = add_device(name);
        const std::int64_t no = no_of(id);
        write([&](storage::Session& session) -> Result<bool> {
            storage::move_device(session, id, SiteId{site}).value();
            std::vector<findings::FindingRecord> records;
            for (const auto& [rule, severity] : found)
            {
                auto& record = records.emplace_back();
                record.device_no = no;
                record.rule = rule;
                record.severity = severity;
                storage::put_finding(session, record);
            }
            storage::set_judged_state(session, id, judge::state_of(records, {}), clock.now())
                .value();
            return true;
        });
        return id;
    }

    storage::SiteScore score(const std::string& site)
    {
        const auto all =
            read([](storage::Session& session) -> Result<std::vector<storage::SiteScore>> {
                return storage::with_those_below(storage::site_scores(session));
            });
        for (const auto& one : all)
        {
            if (one.site.text() == site)
                return one;
        }
        BOOST_FAIL("no score of " << site);
        return {};
    }
};

constexpr auto action = rules::Severity::action;
constexpr auto warning = rules::Severity::warning;
constexpr auto info = rules::Severity::info;

BOOST_AUTO_TEST_SUITE(scores)

BOOST_FIXTURE_TEST_CASE(a_site_counts_its_devices_and_those_of_its_departments, ScoreSite)
{
    BOOST_TEST(!storage::score_of(score("root").counts).has_value());
    device("a", "ward", {});
    device("b", "ward", {{"av_stale", warning}});
    device("c", "hospital", {{"av_stale", action}});
    device("d", "root", {{"device_silent", warning}});
    device("e", "ward", {{"dual_homed", info}});
    BOOST_TEST(storage::score_of(score("ward").counts).value() == 83);     // (2 + 1/2) / 3
    BOOST_TEST(storage::score_of(score("hospital").counts).value() == 62); // 2.5 / 4
    BOOST_TEST(storage::score_of(score("root").counts).value() == 50);     // 2.5 / 5
    BOOST_TEST(score("root").counts.silent == 1);
    BOOST_TEST(score("root").counts.total == 5);
}

BOOST_FIXTURE_TEST_CASE(accepted_risks_are_counted_beside_the_score, ScoreSite)
{
    const auto pc = device("a", "ward", {{"av_stale", warning}});
    device("b", "ward", {});
    BOOST_TEST(score("ward").waived == 0);
    const auto id = finding(pc, "av_stale").id;
    write([&](storage::Session& session) {
        return act_on_finding(
            session, id, findings::Waive{clock.now() + days{9}, "isolated", {}, {}}, "sato",
            clock.now());
    });
    BOOST_TEST(score("ward").waived == 1);
    BOOST_TEST(score("root").waived == 1);
}

BOOST_FIXTURE_TEST_CASE(each_day_keeps_its_last_score, ScoreSite)
{
    const auto keep = [this](const char* day) {
        write([&](storage::Session& session) -> Result<bool> {
            storage::keep_scores(session, parse_iso_date(day).value());
            return true;
        });
    };
    device("a", "ward", {});
    keep("2026-03-01");
    device("b", "hospital", {{"av_stale", action}});
    keep("2026-03-02");
    device("c", "ward", {{"av_stale", action}});
    keep("2026-03-02");
    const auto history = [this](const char* site, const char* since) {
        return read([&](storage::Session& session) -> Result<std::vector<storage::DayScore>> {
            return storage::score_history(session, SiteId{site}, parse_iso_date(since).value());
        });
    };
    const auto all = history("hospital", "2026-03-01");
    BOOST_TEST_REQUIRE(all.size() == 2);
    BOOST_TEST(storage::score_of(all[0].counts).value() == 100);
    BOOST_TEST(all[1].counts.total == 3);
    BOOST_TEST(storage::score_of(all[1].counts).value() == 33);
    BOOST_TEST(history("ward", "2026-03-02")[0].counts.total == 2);
    BOOST_TEST(history("root", "2026-03-03").empty());
    BOOST_TEST(history("nowhere", "2026-03-01").empty());
}

BOOST_FIXTURE_TEST_CASE(each_device_has_a_score_of_each_day, ScoreSite)
{
    const auto keep = [this](const char* day) {
        write([&](storage::Session& session) -> Result<bool> {
            storage::keep_scores(session, parse_iso_date(day).value());
            return true;
        });
    };
    const auto pc = device("a", "ward", {});
    const auto change = [&](const char* column, const char* value) {
        write([&](storage::Session& session) -> Result<bool> {
            const std::string sql =
                fmt::format("UPDATE device_summary SET {} = '{}'", column, value);
            session.sql() << sql;
            return true;
        });
    };
    const auto history = [&](const char* since, const char* today) {
        const auto days =
            read([&](storage::Session& session) -> Result<std::vector<storage::DeviceDay>> {
                return storage::device_score_history(
                    session, storage::device_no_of(session, pc).value(),
                    parse_iso_date(since).value(), parse_iso_date(today).value());
            });
        std::string told;
        for (const auto& day : days)
            told += fmt::format(
                "{} {} {}, ", to_iso_date(day.day).substr(8), day.state,
                storage::score_of(day.state));
        return told;
    };
    BOOST_TEST(history("2026-03-01", "2026-03-09") == "");
    keep("2026-03-01");
    keep("2026-03-02"); // Nothing changed: no row.
    change("state", "action");
    keep("2026-03-03");
    change("state", "warning"); // Again on the same day: the last word.
    keep("2026-03-03");
    change("stage", "repair");
    keep("2026-03-05");
    change("stage", "in_use");
    change("state", "silent");
    keep("2026-03-06");
    change("state", "info");
    keep("2026-03-07");
    BOOST_TEST(database.number("SELECT count(*) FROM device_day") == 5);
    BOOST_TEST(
        history("2026-03-01", "2026-03-08")
        == "01 good 100, 02 good 100, 03 warning 50, 04 warning 50, 06 silent 0, 07 good 100, "
           "08 good 100, ");
    BOOST_TEST(history("2026-03-04", "2026-03-04") == "04 warning 50, ");
    BOOST_TEST(history("2026-02-27", "2026-03-01") == "01 good 100, ");
}

BOOST_FIXTURE_TEST_CASE(a_task_is_worth_what_devices_gain_by_it_alone, ScoreSite)
{
    device("a", "ward", {{"av_stale", action}});                      // To good: 2.
    device("b", "ward", {{"av_stale", action}, {"rdp_on", warning}}); // To warning: 1.
    device("c", "ward", {{"av_stale", action}, {"smb1_on", action}}); // Stays: 0.
    device("d", "ward", {{"rdp_on", warning}, {"dual_homed", info}}); // To good: 1.
    device("e", "ward", {{"device_silent", warning}, {"rdp_on", warning}});
    const storage::TaskBoard board =
        database
            ->read_and_wait([](storage::Session& session) -> Result<storage::TaskBoard> {
                return storage::TaskBoard{session};
            })
            .value();
    const auto gains = board.half_points();
    BOOST_TEST(gains.at("av_stale") == 3);
    BOOST_TEST(gains.at("rdp_on") == 1);
    BOOST_TEST(gains.at("device_silent") == 1);
    BOOST_TEST(!gains.contains("smb1_on"));
    BOOST_TEST(!gains.contains("dual_homed"));
    BOOST_TEST(board.counts_without({}).good == 0);
    const auto after = board.counts_without({"av_stale", "smb1_on", "no such rule"});
    BOOST_TEST(after.total == 5);
    BOOST_TEST(after.good == 2);
    BOOST_TEST(after.warning == 2);
    BOOST_TEST(after.silent == 1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
