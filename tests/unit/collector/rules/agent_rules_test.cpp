#include "collector/rules/agent_outdated.hpp"
#include "collector/rules/agent_over_budget.hpp"
#include "collector/rules/av_detection.hpp"
#include "collector/rules/disk_full.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

namespace mimamori::collector::rules {
namespace {

using namespace test;

constexpr std::uint64_t mib = 1024U * 1024U;

BOOST_AUTO_TEST_SUITE(agent_rules)

struct VersionCase
{
    const char* theirs;
    const char* ours;
    const char* expected;
};

BOOST_AUTO_TEST_CASE(an_agent_is_compared_with_the_collector)
{
    const char* unknown = "unknown: the version of the agent is not known";
    const VersionCase cases[] = {
        {"1.2.3", "1.2.3", "good"},
        {"1.2.4", "1.2.3", "good"}, // Newer: the collector is upgraded last.
        {"1.2.3", "1.2.4", "bad info"},
        {"1.2.9", "1.10.0", "bad info"}, // By numbers, not by letters.
        {"1.9.9", "2.0.0", "bad info"},
        {"1.9.9", "3.0.0", "bad warning"},
        {"1.9.9", "4.0.0", "bad warning"},
        {"0.1.0-rc1", "0.1.0", "good"},
        {"", "1.2.3", unknown},
        {"1.2", "1.2.3", unknown},
        {"1.2.", "1.2.3", unknown},
        {"a.b.c", "1.2.3", unknown},
        {"1.-2.3", "1.2.3", unknown},
        {"1.2.3", "", unknown},
        {"99999999999.0.0", "1.2.3", unknown},
    };
    for (const VersionCase& c : cases)
    {
        Case made;
        made.device.sender.agent_version = c.theirs;
        made.site.collector_version = c.ours;
        BOOST_TEST(made.verdict(judge_agent_outdated) == c.expected, c.theirs << ' ' << c.ours);
    }
    Case made;
    made.device.sender.agent_version = "1.0.0";
    made.site.collector_version = "1.1.0";
    BOOST_TEST(value_of(made.finding(judge_agent_outdated), "version") == "1.0.0");
    BOOST_TEST(value_of(made.finding(judge_agent_outdated), "newest_version") == "1.1.0");
    made.device.sender.may_report = false;
    BOOST_TEST(
        made.verdict(judge_agent_outdated) == "not applicable: no agent of the device may report");
}

struct Costly : Case
{
    Costly()
    {
        device.footprint.emplace();
        device.footprint->up_s = 3'600;
        device.footprint->rss_bytes = 14 * mib;
        device.facts.self.emplace().memory_cap_bytes = 64 * mib;
    }
};

BOOST_AUTO_TEST_CASE(memory_above_its_limit_is_too_much)
{
    Costly made;
    BOOST_TEST(made.verdict(judge_agent_over_budget) == "good");
    made.device.footprint->rss_bytes = 64 * mib;
    BOOST_TEST(made.verdict(judge_agent_over_budget) == "good");
    made.device.footprint->rss_bytes = 64 * mib + 1;
    const Finding finding = made.finding(judge_agent_over_budget);
    BOOST_TEST((finding.severity == Severity::warning));
    BOOST_TEST(finding.subject == "memory");
    BOOST_TEST(value_of(finding, "value") == "64");
    BOOST_TEST(value_of(finding, "limit") == "64");
    made.device.facts.self->memory_cap_bytes = 0; // It has no limit.
    BOOST_TEST(made.verdict(judge_agent_over_budget) == "good");
    made.device.facts.self.reset();
    BOOST_TEST(made.verdict(judge_agent_over_budget) == "good");
}

BOOST_AUTO_TEST_CASE(processor_time_counts_on_average_and_not_of_the_first_hour)
{
    Costly made;
    made.device.footprint->cpu_ms = 59'999; // In an hour: 999 ms a minute.
    BOOST_TEST(made.verdict(judge_agent_over_budget) == "good");
    made.device.footprint->cpu_ms = 60'000;
    const Finding finding = made.finding(judge_agent_over_budget);
    BOOST_TEST((finding.severity == Severity::warning));
    BOOST_TEST(finding.subject == "processor");
    BOOST_TEST(value_of(finding, "value") == "1000");
    BOOST_TEST(value_of(finding, "limit") == "1000");
    made.device.footprint->up_s = 3'599;
    BOOST_TEST(made.verdict(judge_agent_over_budget) == "good");
    made.device.footprint->up_s = 0;
    BOOST_TEST(made.verdict(judge_agent_over_budget) == "good");
}

BOOST_AUTO_TEST_CASE(an_agent_that_holds_itself_back_says_in_what)
{
    Costly made;
    made.device.footprint->degraded = {"software", "services"};
    const Finding finding = made.finding(judge_agent_over_budget);
    BOOST_TEST((finding.severity == Severity::info));
    BOOST_TEST(value_of(finding, "parts") == "software, services");
    made.device.footprint->rss_bytes = 65 * mib;
    made.device.footprint->cpu_ms = 60'000;
    BOOST_TEST(made.verdict(judge_agent_over_budget) == "bad 3 warning warning info");
    BOOST_TEST((made.judge(judge_agent_over_budget).look_again_at == now + 1h));
    made.device.footprint.reset();
    BOOST_TEST(
        made.verdict(judge_agent_over_budget) == "unknown: the agent has not told what it costs");
}

BOOST_AUTO_TEST_CASE(no_detection_is_good_only_where_a_product_that_watches_would_be_heard)
{
    const auto product = [](const char* id, wire::Switch realtime) {
        wire::AntivirusProduct one;
        one.id = id;
        one.name = id;
        one.realtime = realtime;
        return one;
    };
    Case made;
    BOOST_TEST(made.verdict(judge_av_detection) == "unknown: antivirus was not collected");
    auto& section = made.device.facts.antivirus.emplace();
    BOOST_TEST(made.verdict(judge_av_detection) == "not applicable: no antivirus product");
    section.products = {product("clamav", wire::Switch::on), product("shield", wire::Switch::on)};
    BOOST_TEST(
        made.verdict(judge_av_detection)
        == "unknown: clamav, shield: what it finds is not told to the agent");
    section.detection_logs = {"clamav"};
    BOOST_TEST(made.verdict(judge_av_detection) == "good");
    section.products[0].realtime = wire::Switch::off;
    BOOST_TEST(
        made.verdict(judge_av_detection)
        == "unknown: clamav, shield: what it finds is not told to the agent");
}

BOOST_AUTO_TEST_CASE(a_detection_counts_for_a_month)
{
    Case made;
    made.site.detections = {
        {now - days{30}, "Shield", "Trojan.A"}, // Over.
        {now - days{30} + 1ms, "Shield", "Trojan.B"},
        {now - days{2}, "Other", "Trojan.C"}};
    const Finding finding = made.finding(judge_av_detection);
    BOOST_TEST((finding.severity == Severity::action));
    BOOST_TEST((finding.happened_at == now - days{2}));
    BOOST_TEST(value_of(finding, "count") == "2");
    BOOST_TEST(value_of(finding, "product") == "Other");
    BOOST_TEST(value_of(finding, "detail") == "Trojan.C");
    BOOST_TEST((made.judge(judge_av_detection).look_again_at == now + 1ms));
    made.site.detections = {{now - days{2}, "", ""}, {now - days{2}, "", "later"}};
    BOOST_TEST(value_of(made.finding(judge_av_detection), "detail") == "later");
    BOOST_TEST(value_of(made.finding(judge_av_detection), "product") == "(none)");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(disk_full)

constexpr std::uint64_t gib = 1024ULL * 1024 * 1024;

struct DiskCase
{
    std::uint64_t size;
    std::uint64_t free;
    bool open;
    const char* expected;
};

const DiskCase disks[] = {
    {100 * gib, 10 * gib, false, "good"},
    {100 * gib, 10 * gib - 1, false, "bad warning"},
    {100 * gib, 12 * gib - 1, true, "bad warning"}, // Once told of, it takes a little more.
    {100 * gib, 12 * gib, true, "good"},
    {100 * gib, 3 * gib, false, "bad warning"},
    {100 * gib, 3 * gib - 1, false, "bad action"},
    {1'000 * gib, 20 * gib, false, "good"}, // Two percent, and much room.
    {1'000 * gib, 20 * gib - 1, false, "bad action"},
    {1'000 * gib, 22 * gib - 1, true, "bad action"},
    {1'000 * gib, 22 * gib, true, "good"},
    {30 * gib, 2 * gib, false, "bad warning"},
    {30 * gib, 2 * gib - 1, false, "bad action"},
    {8 * gib, 2 * gib - 1, false, "good"}, // A small one of which much is free.
};

BOOST_AUTO_TEST_CASE(share_and_room_both_count)
{
    for (const DiskCase& c : disks)
    {
        Case made;
        auto& footprint = made.device.footprint.emplace();
        footprint.disk_bytes = c.size;
        footprint.disk_free_bytes = c.free;
        if (c.open)
            made.site.disk_full_since = now - days{1};
        BOOST_TEST(
            made.verdict(judge_disk_full) == c.expected,
            c.size / gib << ' ' << c.free << ' ' << c.open);
    }
}

BOOST_AUTO_TEST_CASE(an_agent_that_does_not_tell_leaves_it_unknown)
{
    Case made;
    BOOST_TEST(made.verdict(judge_disk_full).starts_with("unknown: "));
    made.device.footprint.emplace();
    BOOST_TEST(made.verdict(judge_disk_full).starts_with("unknown: "));
}

BOOST_AUTO_TEST_CASE(the_finding_says_how_much_is_free_of_how_much)
{
    Case made;
    auto& footprint = made.device.footprint.emplace();
    footprint.disk_bytes = 60 * gib;
    footprint.disk_free_bytes = 4 * gib;
    const Finding finding = made.finding(judge_disk_full);
    BOOST_TEST(value_of(finding, "free_percent") == "6");
    BOOST_TEST(value_of(finding, "disk_gib") == "60");
    made.policy.disk_full_warning_percent = 6;
    BOOST_TEST(made.verdict(judge_disk_full) == "good");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
