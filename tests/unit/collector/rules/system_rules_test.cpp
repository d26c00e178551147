#include "collector/rules/os_support_ending.hpp"
#include "collector/rules/os_unsupported.hpp"
#include "collector/rules/patch_behind.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <ostream>

namespace mimamori::collector::rules {
namespace {

using namespace test;

Case testix(std::string version)
{
    Case made;
    auto& os = made.device.facts.os.emplace();
    os.family = "linux";
    os.distribution = "testix";
    os.version = std::move(version);
    return made;
}

Case windows_11(std::optional<std::uint32_t> revision)
{
    Case made;
    auto& os = made.device.facts.os.emplace();
    os.family = "windows";
    os.product = "Windows 11 Pro";
    os.edition = "Professional";
    os.build = 26100;
    os.revision = revision;
    return made;
}

Case windows_10(std::string extended_support)
{
    Case made = windows_11({});
    made.device.facts.os->product = "Windows 10 Pro";
    made.device.facts.os->build = 19045;
    made.device.facts.os->extended_support = std::move(extended_support);
    return made;
}

Timestamp noon(const char* day)
{
    return Timestamp{parse_iso_date(day).value()} + 12h;
}

struct DayCase
{
    const char* day;
    const char* unsupported;
    const char* ending;

    friend std::ostream& operator<<(std::ostream& out, const DayCase& c) { return out << c.day; }
};

// Testix 1 ends on 2026-12-31: that day itself is still supported.
const DayCase days_of_testix_1[] = {
    {"2024-12-30", "good", "good"},
    {"2024-12-31", "good", "bad info"},
    {"2025-12-30", "good", "bad info"},
    {"2025-12-31", "good", "bad warning"},
    {"2026-12-31", "good", "bad warning"},
    {"2027-01-01", "bad action", "not applicable: support has ended"},
};

BOOST_AUTO_TEST_SUITE(os_support)

BOOST_DATA_TEST_CASE(
    support_ends_with_its_last_day, boost::unit_test::data::make(days_of_testix_1), c)
{
    Case made = testix("1");
    made.at = noon(c.day);
    BOOST_TEST(made.verdict(judge_os_unsupported) == c.unsupported);
    BOOST_TEST(made.verdict(judge_os_support_ending) == c.ending);
}

BOOST_AUTO_TEST_CASE(the_finding_names_system_last_day_and_the_day_of_our_data)
{
    Case made = testix("1");
    made.at = noon("2027-02-01");
    const Finding ended = made.finding(judge_os_unsupported);
    BOOST_TEST(value_of(ended, "os") == "Testix 1");
    BOOST_TEST(value_of(ended, "last_day") == "2026-12-31");
    BOOST_TEST(value_of(ended, "source") == "a list");
    BOOST_TEST((ended.data_date == parse_iso_date("2026-03-01")));
    made.at = noon("2026-06-01");
    const Finding ending = made.finding(judge_os_support_ending);
    BOOST_TEST(value_of(ending, "last_day") == "2026-12-31");
    BOOST_TEST((ending.data_date == parse_iso_date("2026-03-01")));
}

BOOST_AUTO_TEST_CASE(a_free_programme_counts_as_support)
{
    BOOST_TEST(testix("2").verdict(judge_os_unsupported) == "good");
    BOOST_TEST(testix("2").verdict(judge_os_support_ending) == "good");
}

BOOST_AUTO_TEST_CASE(a_paid_programme_counts_when_the_device_has_it)
{
    const Finding maybe = windows_10("").finding(judge_os_unsupported);
    BOOST_TEST((maybe.severity == Severity::warning));
    BOOST_TEST(value_of(maybe, "case") == "programme");
    BOOST_TEST(value_of(maybe, "programme") == "ESU");
    BOOST_TEST(windows_10("none").verdict(judge_os_unsupported) == "bad action");
    BOOST_TEST(windows_10("licensed").verdict(judge_os_unsupported) == "good");
}

struct UpdateCase
{
    const char* day;
    std::uint32_t build;
    const char* expected;
};

BOOST_AUTO_TEST_CASE(a_free_update_is_told_months_ahead_and_a_purchase_years)
{
    // 24H2 ends on 2026-10-13 and has a successor; 25H2 ends on 2027-10-12 and has none yet.
    const UpdateCase cases[] = {
        {"2026-04-15", 26100, "good"},        {"2026-04-16", 26100, "bad info"},
        {"2026-08-13", 26100, "bad info"},    {"2026-08-14", 26100, "bad warning"},
        {"2026-10-13", 26100, "bad warning"}, {"2026-04-15", 26200, "bad info"},
        {"2026-10-13", 26200, "bad warning"},
    };
    for (const UpdateCase& c : cases)
    {
        Case made = windows_10("none");
        made.device.facts.os->product = "Windows 11 Pro";
        made.device.facts.os->version = c.build == 26100 ? "24H2" : "25H2";
        made.device.facts.os->build = c.build;
        made.at = noon(c.day);
        BOOST_TEST(made.verdict(judge_os_support_ending) == c.expected, c.day << ' ' << c.build);
    }
    Case made = windows_10("none");
    made.device.facts.os->product = "Windows 11 Pro";
    made.device.facts.os->version = "24H2";
    made.device.facts.os->build = 26100;
    made.at = noon("2026-09-01");
    BOOST_TEST(value_of(made.finding(judge_os_support_ending), "case") == "feature_update");
}

BOOST_AUTO_TEST_CASE(what_nobody_verified_or_listed_is_unknown)
{
    BOOST_TEST(
        testix("3").verdict(judge_os_unsupported)
        == "unknown: the end of support (2030-01-31) is not verified");
    BOOST_TEST(testix("3").verdict(judge_os_support_ending).starts_with("unknown: "));
    BOOST_TEST(testix("9").verdict(judge_os_unsupported).starts_with("unknown: testix 9 is not"));
    BOOST_TEST(Case{}.verdict(judge_os_unsupported) == "unknown: os was not collected");
    BOOST_TEST(Case{}.verdict(judge_os_support_ending) == "unknown: os was not collected");
    Case unread = testix("1");
    unread.device.facts.os->from.unknown = {{"", "read /etc/os-release: No such file"}};
    BOOST_TEST(
        unread.verdict(judge_os_unsupported) == "unknown: read /etc/os-release: No such file");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(patch_behind_windows)

struct RevisionCase
{
    std::uint32_t revision;
    const char* expected;

    friend std::ostream& operator<<(std::ostream& out, const RevisionCase& c)
    {
        return out << c.revision;
    }
};

const RevisionCase revisions[] = {
    {700, "good"},        {600, "good"}, // One month: a test PC takes it first.
    {500, "bad warning"},                // Two.
    {200, "bad warning"},                // Five.
    {100, "bad action"},                 // Six.
    {701, "good"},                       // Newer than the newest we know, and none is due.
};

BOOST_DATA_TEST_CASE(months_that_are_missing_count, boost::unit_test::data::make(revisions), c)
{
    BOOST_TEST(windows_11(c.revision).verdict(judge_patch_behind) == c.expected);
}

BOOST_AUTO_TEST_CASE(the_finding_names_what_to_install)
{
    const Finding finding = windows_11(500).finding(judge_patch_behind);
    BOOST_TEST(value_of(finding, "line") == "Windows 11 24H2");
    BOOST_TEST(value_of(finding, "months_behind") == "2");
    BOOST_TEST(value_of(finding, "newest_kb") == "KB7");
    BOOST_TEST(value_of(finding, "patch_day") == "2026-01-13");
    BOOST_TEST((finding.data_date == parse_iso_date("2026-03-10")));
}

BOOST_AUTO_TEST_CASE(newer_than_our_data_is_an_answer_of_its_own_once_releases_are_due)
{
    Case made = windows_11(701);
    made.at = noon("2026-04-13");
    BOOST_TEST(made.verdict(judge_patch_behind) == "good");
    made.at = noon("2026-04-14"); // The second Tuesday.
    BOOST_TEST(made.verdict(judge_patch_behind) == "good: newer than our data of 2026-03-10");
    made.at = noon("2026-09-06") - 12h - 1ms; // Then the data are 180 days old.
    BOOST_TEST(made.verdict(judge_patch_behind) == "good: newer than our data of 2026-03-10");
    made.at = noon("2026-09-06") - 12h;
    BOOST_TEST(made.verdict(judge_patch_behind) == "unknown: newer than our data of 2026-03-10");
}

BOOST_AUTO_TEST_CASE(releases_that_our_table_lacks_are_counted_by_the_calendar)
{
    Case made = windows_11(600);
    made.at = noon("2026-04-13");
    BOOST_TEST(made.verdict(judge_patch_behind) == "good");
    made.at = noon("2026-04-14");
    BOOST_TEST(made.verdict(judge_patch_behind) == "bad warning");
}

BOOST_AUTO_TEST_CASE(a_windows_before_10_is_judged_by_its_updates)
{
    Case made = windows_11({});
    made.device.facts.os->product = "Windows 7 Professional";
    made.device.facts.os->build = 7601;
    BOOST_TEST(made.verdict(judge_patch_behind) == "unknown: patches was not collected");
    made.device.facts.patches.emplace().installed = {{"KB72", {}}};
    BOOST_TEST(made.verdict(judge_patch_behind) == "good");
    made.device.facts.patches->installed = {{"KB71", {}}};
    made.policy.patch_months_warning = 1;
    BOOST_TEST(made.verdict(judge_patch_behind) == "bad warning");
    made.device.facts.patches->installed.clear();
    BOOST_TEST(
        made.verdict(judge_patch_behind)
        == "unknown: none of the installed updates is in the table");
}

BOOST_AUTO_TEST_CASE(a_build_or_revision_that_was_not_read_is_unknown)
{
    Case made = windows_11({});
    BOOST_TEST(made.verdict(judge_patch_behind) == "unknown: the revision was not read");
    made.device.facts.os->from.unknown = {{"revision", "open CurrentVersion: denied"}};
    BOOST_TEST(made.verdict(judge_patch_behind) == "unknown: open CurrentVersion: denied");
    made.device.facts.os->build.reset();
    BOOST_TEST(made.verdict(judge_patch_behind) == "unknown: the build was not read");
    made.device.facts.os->build = 12345;
    BOOST_TEST(made.verdict(judge_patch_behind) == "unknown: open CurrentVersion: denied");
    made.device.facts.os->revision = 1;
    BOOST_TEST(made.verdict(judge_patch_behind).starts_with("unknown: build 12345 is not in"));
}

BOOST_AUTO_TEST_CASE(builds_count_from_the_first_windows_10_on)
{
    Case made = windows_11(1);
    made.device.facts.os->build = 10240;
    BOOST_TEST(made.verdict(judge_patch_behind).starts_with("unknown: build 10240 is not in"));
    made.device.facts.os->build = 10239; // Judged by its updates, which were not collected.
    BOOST_TEST(made.verdict(judge_patch_behind) == "unknown: patches was not collected");
}

BOOST_AUTO_TEST_CASE(a_server_is_not_judged_by_the_clients_updates)
{
    Case made = windows_11(700);
    made.device.facts.os->channel = "server";
    BOOST_TEST(made.verdict(judge_patch_behind).starts_with("unknown: build 26100 is not in"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(patch_behind_linux)

Case patched(std::optional<std::uint32_t> security, std::chrono::milliseconds lists_age = 1h)
{
    Case made = testix("1");
    auto& patches = made.device.facts.patches.emplace();
    patches.pending_security_count = security;
    patches.lists_updated_at = now - lists_age;
    return made;
}

BOOST_AUTO_TEST_CASE(no_waiting_update_is_good)
{
    BOOST_TEST(patched(0).verdict(judge_patch_behind) == "good");
    Case none_at_all = patched({});
    none_at_all.device.facts.patches->pending_count = 0;
    BOOST_TEST(none_at_all.verdict(judge_patch_behind) == "good");
}

struct WaitCase
{
    std::optional<std::chrono::milliseconds> since;
    const char* expected;

    friend std::ostream& operator<<(std::ostream& out, const WaitCase& c)
    {
        return out << (c.since ? c.since->count() : -1);
    }
};

const WaitCase waits[] = {
    {{}, "bad info"},
    {0ms, "bad info"},
    {days{7} - 1ms, "bad info"},
    {days{7}, "bad warning"},
    {days{30} - 1ms, "bad warning"},
    {days{30}, "bad action"},
};

BOOST_DATA_TEST_CASE(severity_follows_how_long_updates_wait, boost::unit_test::data::make(waits), c)
{
    Case made = patched(1);
    if (c.since)
        made.site.patch_behind_since = now - *c.since;
    BOOST_TEST(made.verdict(judge_patch_behind) == c.expected);
}

BOOST_AUTO_TEST_CASE(a_machine_that_installs_nothing_is_behind_from_the_first_day)
{
    Case made = patched(1);
    made.device.facts.patches->last_update_at = now - days{30} + 1ms;
    BOOST_TEST(made.verdict(judge_patch_behind) == "bad info");
    made.device.facts.patches->last_update_at = now - days{30};
    BOOST_TEST(made.verdict(judge_patch_behind) == "bad warning");
}

struct ListsCase
{
    std::chrono::milliseconds age;
    const char* expected;

    friend std::ostream& operator<<(std::ostream& out, const ListsCase& c)
    {
        return out << c.age.count();
    }
};

const ListsCase lists[] = {
    {days{14} - 1ms, "good"},
    {days{14}, "bad warning"},
    {days{60} - 1ms, "bad warning"},
    {days{60}, "bad action"},
};

BOOST_DATA_TEST_CASE(old_lists_prove_nothing, boost::unit_test::data::make(lists), c)
{
    BOOST_TEST(patched(0, c.age).verdict(judge_patch_behind) == c.expected);
}

BOOST_AUTO_TEST_CASE(the_worse_of_old_lists_and_waiting_updates_is_told)
{
    Case made = patched(3, days{14});
    BOOST_TEST(value_of(made.finding(judge_patch_behind), "case") == "lists");
    made.site.patch_behind_since = now - days{7}; // As bad: nobody knows what else waits.
    BOOST_TEST(value_of(made.finding(judge_patch_behind), "case") == "lists");
    made.site.patch_behind_since = now - days{30};
    BOOST_TEST(made.verdict(judge_patch_behind) == "bad action");
    BOOST_TEST(value_of(made.finding(judge_patch_behind), "case") == "waiting");
}

BOOST_AUTO_TEST_CASE(the_finding_names_the_first_security_updates)
{
    Case made = patched(6);
    auto& pending = made.device.facts.patches->pending;
    pending.push_back({"harmless", "1", "2", false});
    for (const char* name : {"a", "b", "c", "d", "e", "f"})
        pending.push_back({name, "1", "2", true});
    const Finding finding = made.finding(judge_patch_behind);
    BOOST_TEST(value_of(finding, "pending_security") == "6");
    BOOST_TEST(value_of(finding, "names") == "a, b, c, d, e, …");
}

BOOST_AUTO_TEST_CASE(what_the_package_manager_did_not_tell_is_unknown)
{
    BOOST_TEST(patched({}).verdict(judge_patch_behind) == "unknown: waiting updates were not read");
    Case rpm = patched({});
    rpm.device.facts.patches->from.unknown = {{"pending_count", "rpm: not read"}};
    BOOST_TEST(rpm.verdict(judge_patch_behind) == "unknown: rpm: not read");
    Case unread = testix("1");
    BOOST_TEST(unread.verdict(judge_patch_behind) == "unknown: patches was not collected");
    BOOST_TEST(Case{}.verdict(judge_patch_behind) == "unknown: os was not collected");
    Case strange = testix("1");
    strange.device.facts.os->family.clear();
    BOOST_TEST(strange.verdict(judge_patch_behind) == "unknown: the system was not recognised");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
