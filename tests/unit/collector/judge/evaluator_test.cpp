#include "collector/judge/verdict_list.hpp"
#include "tests/unit/collector/judge/judge_fixture.hpp"

namespace mimamori::collector::judge {
namespace {

using namespace test;

BOOST_AUTO_TEST_SUITE(evaluator)

BOOST_FIXTURE_TEST_CASE(a_stale_pattern_opens_and_a_fresh_one_resolves, Site)
{
    const auto pc = add_device("pc");
    put(pc, "antivirus", antivirus(begin - days{30}));
    judge(pc);
    BOOST_TEST(findings(pc, "av_stale") == Lines{"av_stale action open"});
    BOOST_TEST(state_of(pc) == "action");
    BOOST_TEST(alerts("opened") == 1);
    BOOST_TEST(
        *finding(pc, "av_stale").evidence.find("pattern_built_at") == "2026-02-08T12:00:00.000Z");

    // Judged again, nothing is told twice.
    judge(pc);
    BOOST_TEST(alerts("opened") == 1);

    clock.advance(1min);
    heard(pc);
    put(pc, "antivirus", antivirus(clock.now() - 1h));
    judge(pc);
    BOOST_TEST(findings(pc, "av_stale") == Lines{});
    BOOST_TEST(alerts("resolved") == 1);
    BOOST_TEST(database.text("SELECT resolved_by FROM finding WHERE rule = 'av_stale'") == "facts");
    BOOST_TEST(
        database.text("SELECT group_concat(what) FROM finding_change WHERE finding_no ="
                      " (SELECT no FROM finding WHERE rule = 'av_stale')")
        == "opened,resolved");
}

BOOST_FIXTURE_TEST_CASE(a_pattern_becomes_stale_by_time_alone, Site)
{
    const auto pc = add_device("pc");
    put(pc, "antivirus", antivirus(begin - days{3} + 1min));
    judge(pc);
    BOOST_TEST(findings(pc, "av_stale") == Lines{});
    BOOST_TEST_REQUIRE(last_look.has_value());
    BOOST_TEST((*last_look <= begin + 1min));

    clock.advance(1min);
    heard(pc);
    judge(pc);
    BOOST_TEST(findings(pc, "av_stale") == Lines{"av_stale warning open"});
    BOOST_TEST(alerts("opened") == 1);
    clock.advance(days{4});
    heard(pc);
    judge(pc);
    BOOST_TEST(findings(pc, "av_stale") == Lines{"av_stale action open"});
    BOOST_TEST(alerts("opened") == 2); // That it became worse is news.
}

BOOST_FIXTURE_TEST_CASE(what_is_not_known_any_more_resolves_nothing, Site)
{
    const auto pc = add_device("pc");
    put(pc, "antivirus", antivirus(begin - days{30}));
    judge(pc);
    clock.advance(1min);
    wire::AntivirusSection unread;
    unread.from.unknown = {{"", "open /var/lib/shield: Permission denied"}};
    put(pc, "antivirus", unread);
    judge(pc);
    BOOST_TEST(findings(pc, "av_stale") == Lines{"av_stale action open"});
    BOOST_TEST(findings(pc, "av_unknown") == Lines{"av_unknown warning open"});
    BOOST_TEST(
        *finding(pc, "av_unknown").evidence.find("reason")
        == "open /var/lib/shield: Permission denied");
}

BOOST_FIXTURE_TEST_CASE(nothing_of_a_cloned_device_resolves, Site)
{
    const auto pc = add_device("pc");
    put(pc, "antivirus", antivirus(begin - days{30}));
    judge(pc);
    const auto set_cloned = [&](const char* value) {
        write([&](storage::Session& session) -> Result<bool> {
            storage::Statement{
                session.native(),
                (std::string{"UPDATE device SET cloned_since_ms = "} + value).c_str()}
                .run();
            return true;
        });
    };
    set_cloned("1773144000000");
    put(pc, "antivirus", antivirus(clock.now()));
    judge(pc);
    BOOST_TEST(findings(pc, "av_stale") == Lines{"av_stale action open"});
    BOOST_TEST(findings(pc, "device_cloned") == Lines{"device_cloned action open"});
    set_cloned("NULL");
    judge(pc);
    BOOST_TEST(findings(pc, "av_stale") == Lines{});
    BOOST_TEST(findings(pc, "device_cloned") == Lines{});
}

BOOST_FIXTURE_TEST_CASE(a_device_that_says_nothing_is_silent_and_comes_back, Site)
{
    const auto pc = add_device("pc");
    judge(pc);
    clock.advance(10min - 1ms);
    judge(pc);
    BOOST_TEST(findings(pc, "device_silent") == Lines{});
    clock.advance(1ms);
    judge(pc);
    BOOST_TEST(findings(pc, "device_silent") == Lines{"device_silent warning open"});
    BOOST_TEST(state_of(pc) == "silent");
    heard(pc);
    judge(pc);
    BOOST_TEST(findings(pc, "device_silent") == Lines{});
    BOOST_TEST(state_of(pc) != "silent");
}

BOOST_FIXTURE_TEST_CASE(what_nobody_knows_is_shown_as_unknown, Site)
{
    const auto pc = add_device("pc");
    judge(pc);
    BOOST_TEST(state_of(pc) == "unknown");
    const auto lines =
        verdict_lines_from_json(database.text("SELECT verdicts FROM judged")).value();
    BOOST_TEST(lines.size() == rules::all_rules().size());
    const VerdictLine expected{"os_unsupported", "unknown", "os was not collected"};
    BOOST_TEST((std::find(lines.begin(), lines.end(), expected) != lines.end()));
}

BOOST_FIXTURE_TEST_CASE(every_rule_gets_what_it_looks_at_and_side_facts_do_not_hide_a_device, Site)
{
    const auto pc = add_device("pc");
    wire::OsSection os;
    os.family = "linux";
    os.distribution = "debian";
    os.version = "13";
    put(pc, "os", os);
    wire::PatchesSection patches;
    patches.pending_security_count = 0;
    patches.lists_updated_at = begin;
    put(pc, "patches", patches);
    put(pc, "antivirus", antivirus(begin - 1h));
    put(pc, "usb", wire::UsbSection{});
    put(pc, "processes", wire::ProcessesSection{});
    put(pc, "interfaces", wire::InterfacesSection{});
    put(pc, "neighbours", wire::NeighboursSection{});
    put(pc, "listeners", wire::ListenersSection{});
    put(pc, "services", wire::ServicesSection{});
    put(pc, "peers", wire::PeersSection{});
    put(pc, "accounts", wire::AccountsSection{});
    put(pc, "security", wire::SecuritySection{});
    put(pc, "hardware", wire::HardwareSection{});
    heard(pc);
    judge(pc);
    const auto lines =
        verdict_lines_from_json(database.text("SELECT verdicts FROM judged")).value();
    bool disk_is_unknown = false;
    for (const VerdictLine& line : lines)
    {
        BOOST_TEST(line.reason.find("was not collected") == std::string::npos, line.rule);
        disk_is_unknown =
            disk_is_unknown || (line.rule == "disk_failing" && line.verdict == "unknown");
    }
    BOOST_TEST(disk_is_unknown);
    BOOST_TEST(database.text("SELECT coalesce(group_concat(rule), '') FROM finding") == "");
    BOOST_TEST(state_of(pc) == "good");
}

BOOST_FIXTURE_TEST_CASE(an_unchanged_device_is_not_written_again, Site)
{
    const auto pc = add_device("pc");
    put(pc, "antivirus", antivirus(begin - 1h));
    judge(pc);
    heard(pc);
    BOOST_TEST(!judge_once(pc).has_value());
    clock.advance(5min);
    heard(pc);
    BOOST_TEST(!judge_once(pc).has_value());
}

BOOST_FIXTURE_TEST_CASE(a_device_that_is_gone_is_not_found, Site)
{
    const auto looked = database->read_and_wait([&](storage::Session& session) {
        return evaluator->look(session, DeviceId{"nobody"}, clock.now());
    });
    BOOST_TEST_REQUIRE(looked.has_error());
    BOOST_TEST((looked.error().code == Errc::not_found));
}

BOOST_FIXTURE_TEST_CASE(without_anybody_to_tell_no_alert_is_queued, Site)
{
    options.alerts.enabled = false;
    restart();
    const auto pc = add_device("pc");
    put(pc, "antivirus", antivirus(begin - days{30}));
    judge(pc);
    BOOST_TEST(findings(pc, "av_stale") == Lines{"av_stale action open"});
    BOOST_TEST(alerts("opened") == 0);
}

BOOST_FIXTURE_TEST_CASE(a_wrong_clock_is_seen_from_the_connection, Site)
{
    const auto pc = add_device("pc");
    heard(pc, 6min);
    heard(pc, 6min);
    heard(pc, 6min);
    judge(pc);
    BOOST_TEST(findings(pc, "clock_wrong") == Lines{"clock_wrong warning open"});
}

BOOST_FIXTURE_TEST_CASE(patches_that_wait_grow_worse_from_their_first_day, Site)
{
    const auto pc = add_device("pc");
    wire::OsSection os;
    os.family = "linux";
    os.distribution = "debian";
    os.version = "12";
    put(pc, "os", os);
    wire::PatchesSection patches;
    patches.pending_security_count = 1;
    put(pc, "patches", patches);
    judge(pc);
    BOOST_TEST(findings(pc, "patch_behind") == Lines{"patch_behind info open"});
    clock.advance(days{7} - 1ms);
    heard(pc);
    judge(pc);
    BOOST_TEST(findings(pc, "patch_behind") == Lines{"patch_behind info open"});
    clock.advance(1ms);
    judge(pc);
    BOOST_TEST(findings(pc, "patch_behind") == Lines{"patch_behind warning open"});
}

BOOST_FIXTURE_TEST_CASE(who_snoozed_a_finding_is_asked_again_on_time, Site)
{
    const auto pc = add_device("pc");
    put(pc, "antivirus", antivirus(begin - days{30}));
    judge(pc);
    const std::string id = finding(pc, "av_stale").id;
    write([&](storage::Session& session) {
        return act_on_finding(session, id, findings::Snooze{begin + 1h}, "sato", begin);
    });
    judge(pc);
    BOOST_TEST(findings(pc, "av_stale") == Lines{"av_stale action snoozed"});
    BOOST_TEST((last_look && *last_look <= begin + 1h));
    clock.advance(1h);
    heard(pc);
    judge(pc);
    BOOST_TEST(findings(pc, "av_stale") == Lines{"av_stale action open"});
}

BOOST_FIXTURE_TEST_CASE(an_accepted_risk_does_not_count, Site)
{
    const auto pc = add_device("pc");
    put(pc, "antivirus", wire::AntivirusSection{});
    judge(pc);
    BOOST_TEST(state_of(pc) == "action");
    const std::string id = finding(pc, "av_missing").id;
    write([&](storage::Session& session) {
        const findings::Waive waive{begin + days{30}, "isolated"};
        return act_on_finding(session, id, waive, "sato", begin);
    });
    judge(pc);
    BOOST_TEST(state_of(pc) == "unknown"); // Of the rest nothing is known here.
    BOOST_TEST(
        database.text("SELECT who || ' ' || action FROM change_log") == "sato finding.waive");
    clock.advance(days{30});
    heard(pc);
    judge(pc);
    BOOST_TEST(state_of(pc) == "action");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
