#include "collector/rules/av_missing.hpp"
#include "collector/rules/av_off.hpp"
#include "collector/rules/av_stale.hpp"
#include "collector/rules/av_unknown.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <ostream>

namespace mimamori::collector::rules {
namespace {

using namespace test;
using wire::Switch;

wire::AntivirusProduct product(
    std::string name, std::chrono::milliseconds age, Switch realtime = Switch::on)
{
    wire::AntivirusProduct made;
    made.id = name;
    made.name = std::move(name);
    made.has_pattern = true;
    made.pattern_built_at = now - age;
    made.realtime = realtime;
    return made;
}

Case device_with(std::vector<wire::AntivirusProduct> products)
{
    Case made;
    made.device.facts.antivirus.emplace().products = std::move(products);
    return made;
}

BOOST_AUTO_TEST_SUITE(av_stale)

struct AgeCase
{
    std::chrono::milliseconds age;
    const char* expected;

    friend std::ostream& operator<<(std::ostream& out, const AgeCase& c)
    {
        return out << c.age.count() << " ms";
    }
};

// Each limit is tried just below and exactly on it.
const AgeCase ages[] = {
    {0ms, "good"},
    {days{3} - 1ms, "good"},
    {days{3}, "bad warning"},
    {days{7} - 1ms, "bad warning"},
    {days{7}, "bad action"},
    {days{30}, "bad action"},
    {-2h, "good"},  // Their clock is ahead of ours.
    {-24h, "good"}, // The furthest that is believed.
    {-24h - 1ms, "unknown: Shield: pattern date 2026-03-11T12:00:00.001Z is in the future"},
};

BOOST_DATA_TEST_CASE(severity_follows_the_age_of_the_pattern, boost::unit_test::data::make(ages), c)
{
    BOOST_TEST(device_with({product("Shield", c.age)}).verdict(judge_av_stale) == c.expected);
}

BOOST_AUTO_TEST_CASE(the_thresholds_are_those_of_the_policy)
{
    Case made = device_with({product("Shield", days{10})});
    made.policy.av_stale_warning = days{11};
    made.policy.av_stale_action = days{20};
    BOOST_TEST(made.verdict(judge_av_stale) == "good");
    made.policy.av_stale_warning = days{10};
    BOOST_TEST(made.verdict(judge_av_stale) == "bad warning");
    made.policy.av_stale_action = days{10};
    BOOST_TEST(made.verdict(judge_av_stale) == "bad action");
}

BOOST_AUTO_TEST_CASE(the_finding_carries_the_exact_date_and_what_explains_it)
{
    auto shield = product("Shield", days{30});
    shield.pattern_version = "27000";
    shield.pattern_applied_at = now - days{29};
    shield.update_tried_at = now - 1h;
    const Finding finding = device_with({shield}).finding(judge_av_stale);
    BOOST_TEST(finding.subject == "");
    BOOST_TEST(value_of(finding, "product") == "Shield");
    BOOST_TEST(value_of(finding, "pattern_built_at") == "2026-02-08T12:00:00.000Z");
    BOOST_TEST(value_of(finding, "pattern_version") == "27000");
    BOOST_TEST(value_of(finding, "pattern_applied_at") == "2026-02-09T12:00:00.000Z");
    BOOST_TEST(value_of(finding, "still_asking") == "yes");
}

BOOST_AUTO_TEST_CASE(a_product_that_stopped_asking_is_told_from_one_that_gets_nothing)
{
    auto shield = product("Shield", days{30});
    shield.update_tried_at = *shield.pattern_built_at + days{1};
    BOOST_TEST(value_of(device_with({shield}).finding(judge_av_stale), "still_asking") == "no");
    shield.update_tried_at = *shield.pattern_built_at + days{1} + 1ms;
    BOOST_TEST(value_of(device_with({shield}).finding(judge_av_stale), "still_asking") == "yes");
}

BOOST_AUTO_TEST_CASE(one_current_product_is_enough)
{
    const Case made = device_with({product("Old", days{90}), product("Shield", 1h)});
    BOOST_TEST(made.verdict(judge_av_stale) == "good");
}

BOOST_AUTO_TEST_CASE(a_product_that_is_switched_off_does_not_help_one_that_is_on)
{
    const Case made = device_with({product("Shield", days{8}), product("Spare", 1h, Switch::off)});
    BOOST_TEST(made.verdict(judge_av_stale) == "bad action");
}

BOOST_AUTO_TEST_CASE(without_a_product_that_is_on_the_others_count)
{
    BOOST_TEST(
        device_with({product("Scanner", days{8}, Switch::off)}).verdict(judge_av_stale)
        == "bad action");
    const Case both = device_with(
        {product("Scanner", days{8}, Switch::unknown), product("Off", 1h, Switch::off)});
    BOOST_TEST(both.verdict(judge_av_stale) == "bad action");
}

BOOST_AUTO_TEST_CASE(an_old_pattern_beside_one_of_unknown_date_is_not_judged)
{
    auto dateless = product("Other", 0ms);
    dateless.pattern_built_at.reset();
    dateless.unknown = {{"pattern_built_at", "read /var/lib/other: Permission denied"}};
    BOOST_TEST(
        device_with({product("Shield", days{8}), dateless}).verdict(judge_av_stale)
        == "unknown: Other: read /var/lib/other: Permission denied");
    // A current one makes the other unimportant.
    BOOST_TEST(
        device_with({product("Shield", days{1}), dateless}).verdict(judge_av_stale) == "good");
}

BOOST_AUTO_TEST_CASE(a_product_without_patterns_is_not_this_rules_business)
{
    auto allow_list = product("Gate", 0ms);
    allow_list.has_pattern = false;
    BOOST_TEST(
        device_with({allow_list}).verdict(judge_av_stale)
        == "not applicable: no product with patterns");
    BOOST_TEST(
        device_with({}).verdict(judge_av_stale) == "not applicable: no product with patterns");
}

BOOST_AUTO_TEST_CASE(facts_that_were_not_collected_are_unknown)
{
    BOOST_TEST(Case{}.verdict(judge_av_stale) == "unknown: antivirus was not collected");
    Case unread = device_with({});
    unread.device.facts.antivirus->from.unknown = {{"", "open /var/lib: Permission denied"}};
    BOOST_TEST(unread.verdict(judge_av_stale) == "unknown: open /var/lib: Permission denied");
}

BOOST_AUTO_TEST_CASE(the_age_of_a_silent_device_stops_at_its_last_report)
{
    Case made = device_with({product("Shield", days{8})});
    made.device.sender.last_seen_at = now - days{6}; // Then it was two days old.
    BOOST_TEST(made.verdict(judge_av_stale) == "unknown: no report since 2026-03-04T12:00:00.000Z");
    made.device.sender.last_seen_at = now - days{5}; // Then it was three days old.
    BOOST_TEST(made.verdict(judge_av_stale) == "bad warning");
    made.device.sender.last_seen_at = now - days{1}; // Then it was seven days old.
    BOOST_TEST(made.verdict(judge_av_stale) == "bad action");
}

BOOST_AUTO_TEST_CASE(a_limit_that_is_reached_now_was_not_when_a_silent_device_reported)
{
    Case made = device_with({product("Shield", days{3})});
    made.device.sender.last_seen_at = now - 10min;
    BOOST_TEST(made.verdict(judge_av_stale) == "unknown: no report since 2026-03-10T11:50:00.000Z");
}

BOOST_AUTO_TEST_CASE(of_two_products_of_the_same_day_the_first_is_named)
{
    const Case made = device_with({product("Shield", days{8}), product("Guard", days{8})});
    BOOST_TEST(value_of(made.finding(judge_av_stale), "product") == "Shield");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(av_missing)

BOOST_AUTO_TEST_CASE(a_device_without_any_product_needs_action)
{
    Case made = device_with({});
    made.device.facts.antivirus->definitions_version = 42;
    const Finding finding = made.finding(judge_av_missing);
    BOOST_TEST((finding.severity == Severity::action));
    BOOST_TEST(value_of(finding, "definitions_version") == "42");
}

BOOST_AUTO_TEST_CASE(any_product_counts_also_one_without_patterns)
{
    auto allow_list = product("Gate", 0ms, Switch::off);
    allow_list.has_pattern = false;
    BOOST_TEST(device_with({allow_list}).verdict(judge_av_missing) == "good");
}

BOOST_AUTO_TEST_CASE(a_source_that_could_not_be_read_may_hide_a_product)
{
    Case made = device_with({});
    made.device.facts.antivirus->from.unknown = {{"products", "open /opt: Permission denied"}};
    BOOST_TEST(made.verdict(judge_av_missing) == "unknown: open /opt: Permission denied");
    BOOST_TEST(Case{}.verdict(judge_av_missing) == "unknown: antivirus was not collected");
    made.device.facts.antivirus->products = {product("Shield", 0ms)};
    BOOST_TEST(made.verdict(judge_av_missing) == "good");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(av_off)

struct SwitchCase
{
    std::vector<Switch> switches;
    const char* expected;

    friend std::ostream& operator<<(std::ostream& out, const SwitchCase& c)
    {
        return out << c.switches.size() << " products, " << c.expected;
    }
};

const SwitchCase switches[] = {
    {{}, "not applicable: no antivirus product"},
    {{Switch::on}, "good"},
    {{Switch::off}, "bad action"},
    {{Switch::off, Switch::off}, "bad action"},
    {{Switch::off, Switch::on}, "good"},
    {{Switch::unknown, Switch::on}, "good"},
    {{Switch::unknown}, "unknown: P0: no source tells whether it is on"},
    {{Switch::off, Switch::unknown}, "unknown: P1: no source tells whether it is on"},
};

BOOST_DATA_TEST_CASE(one_product_that_is_on_is_enough, boost::unit_test::data::make(switches), c)
{
    std::vector<wire::AntivirusProduct> products;
    for (const Switch realtime : c.switches)
        products.push_back(product("P" + std::to_string(products.size()), 0ms, realtime));
    BOOST_TEST(device_with(products).verdict(judge_av_off) == c.expected);
}

BOOST_AUTO_TEST_CASE(on_linux_it_is_a_warning)
{
    Case made = device_with({product("Scanner", 0ms, Switch::off)});
    made.device.facts.os.emplace().family = "linux";
    BOOST_TEST(made.verdict(judge_av_off) == "bad warning");
    made.device.facts.os->family = "windows";
    BOOST_TEST(made.verdict(judge_av_off) == "bad action");
    BOOST_TEST(value_of(made.finding(judge_av_off), "product") == "Scanner");
}

BOOST_AUTO_TEST_CASE(a_device_that_was_not_read_is_unknown)
{
    BOOST_TEST(Case{}.verdict(judge_av_off) == "unknown: antivirus was not collected");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(av_unknown)

BOOST_AUTO_TEST_CASE(all_that_must_be_known_is_good)
{
    BOOST_TEST(device_with({product("Shield", 1h)}).verdict(judge_av_unknown) == "good");
    BOOST_TEST(device_with({}).verdict(judge_av_unknown) == "good");
}

BOOST_AUTO_TEST_CASE(a_pattern_without_a_date_is_a_finding_that_names_the_source)
{
    auto dateless = product("Shield", 0ms);
    dateless.pattern_built_at.reset();
    const Finding plain = device_with({dateless}).finding(judge_av_unknown);
    BOOST_TEST((plain.severity == Severity::warning));
    BOOST_TEST(value_of(plain, "reason") == "Shield: no source tells the pattern date");
    dateless.unknown = {{"pattern_built_at", "read daily.cvd: not a database"}};
    BOOST_TEST(
        value_of(device_with({dateless}).finding(judge_av_unknown), "reason")
        == "Shield: read daily.cvd: not a database");
}

BOOST_AUTO_TEST_CASE(a_pattern_from_the_future_is_a_finding)
{
    BOOST_TEST(device_with({product("Shield", -24h)}).verdict(judge_av_unknown) == "good");
    BOOST_TEST(
        device_with({product("Shield", -24h - 1ms)}).verdict(judge_av_unknown) == "bad warning");
}

BOOST_AUTO_TEST_CASE(the_date_of_one_product_does_not_matter_beside_a_current_one)
{
    auto dateless = product("Other", 0ms);
    dateless.pattern_built_at.reset();
    BOOST_TEST(
        device_with({dateless, product("Shield", days{3} - 1ms)}).verdict(judge_av_unknown)
        == "good");
    BOOST_TEST(
        device_with({dateless, product("Shield", days{3})}).verdict(judge_av_unknown)
        == "bad warning");
}

BOOST_AUTO_TEST_CASE(a_product_that_may_be_off_is_a_finding_unless_another_is_on)
{
    auto maybe = product("Maybe", 0ms, Switch::unknown);
    const Finding finding = device_with({maybe}).finding(judge_av_unknown);
    BOOST_TEST(value_of(finding, "reason") == "Maybe: no source tells whether it is on");
    BOOST_TEST(device_with({maybe, product("On", 0ms)}).verdict(judge_av_unknown) == "good");
    BOOST_TEST(device_with({product("Off", 0ms, Switch::off)}).verdict(judge_av_unknown) == "good");
}

BOOST_AUTO_TEST_CASE(a_new_device_gets_time_to_report)
{
    Case made;
    made.device.sender.enrolled_at = now - 30min + 1ms;
    const Judgement early = made.judge(judge_av_unknown);
    BOOST_TEST(describe(early.verdict) == "unknown: the device has just enrolled");
    BOOST_TEST((early.look_again_at == now + 1ms));
    made.device.sender.enrolled_at = now - 30min;
    BOOST_TEST(made.verdict(judge_av_unknown) == "bad warning");
    BOOST_TEST(value_of(made.finding(judge_av_unknown), "reason") == "antivirus was not collected");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
