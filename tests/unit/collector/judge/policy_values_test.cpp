// Each value of a policy is obeyed: what people set moves the verdict that it is about.

#include "collector/rules/account_dormant.hpp"
#include "collector/rules/admin_unexpected.hpp"
#include "collector/rules/agent_over_budget.hpp"
#include "collector/rules/av_licence_ending.hpp"
#include "collector/rules/av_stale.hpp"
#include "collector/rules/clock_wrong.hpp"
#include "collector/rules/device_moved.hpp"
#include "collector/rules/device_silent.hpp"
#include "collector/rules/disk_full.hpp"
#include "collector/rules/ip_not_issued.hpp"
#include "collector/rules/log_gap.hpp"
#include "collector/rules/os_support_ending.hpp"
#include "collector/rules/patch_behind.hpp"
#include "collector/rules/policy_table.hpp"
#include "collector/rules/reboot_pending.hpp"
#include "tests/unit/collector/judge/event_site.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

#include <map>
#include <string>
#include <string_view>

namespace mimamori::collector::judge {
namespace {

using namespace std::chrono_literals;
using rules::test::Case;
using rules::test::now;
using std::chrono::days;

wire::AntivirusProduct& product(Case& made)
{
    auto& one = made.device.facts.antivirus.emplace().products.emplace_back();
    one.name = "Shield";
    one.realtime = wire::Switch::on;
    one.has_pattern = true;
    one.pattern_built_at = now;
    return one;
}

template <int age>
void pattern_of_days(Case& made)
{
    product(made).pattern_built_at = now - days{age};
}

template <int left>
void licence_for_days(Case& made)
{
    product(made).licence_until = std::chrono::floor<days>(now) + days{left};
}

wire::OsSection& os_of(Case& made, const char* family, const char* version)
{
    auto& os = made.device.facts.os.emplace();
    os.family = family;
    os.version = version;
    return os;
}

void testix_1(Case& made)
{
    os_of(made, "linux", "1").distribution = "testix";
}

void windows_11(Case& made)
{
    auto& os = os_of(made, "windows", "24H2");
    os.product = "Windows 11 Pro";
    os.edition = "Professional";
    os.extended_support = "none";
    os.build = 26100;
    os.revision = 400;
}

void windows_11_in_august(Case& made)
{
    windows_11(made);
    made.at = parse_rfc3339("2026-08-04T12:00:00Z").value();
}

template <int age>
void updates_wait(Case& made)
{
    testix_1(made);
    made.device.facts.patches.emplace().pending_security_count = 3;
    made.site.patch_behind_since = now - days{age};
}

template <int age>
void lists_of_days(Case& made)
{
    testix_1(made);
    auto& patches = made.device.facts.patches.emplace();
    patches.pending_security_count = 0;
    patches.lists_updated_at = now - days{age};
}

void restart_waits(Case& made)
{
    made.device.facts.patches.emplace().reboot_pending = true;
    made.site.reboot_pending_since = now - days{20};
}

void idle_account(Case& made)
{
    auto& account = made.device.facts.accounts.emplace().accounts.emplace_back();
    account.id = "1000";
    account.enabled = true;
    account.last_logon_at = now - days{200};
}

void new_administrator(Case& made)
{
    auto& account = made.device.facts.accounts.emplace().accounts.emplace_back();
    account.id = "1000";
    account.administrator = true;
    made.site.administrators = {{"0", now - days{50}}, {"1000", now - days{20}}};
}

void in_network(Case& made)
{
    auto& card = made.device.facts.interfaces.emplace().adapters.emplace_back();
    card.name = "eth0";
    card.kind = "ethernet";
    card.link_up = true;
    card.addresses = {"10.9.0.2/24"};
    made.site.networks = {{"10.0.0.0/24", now - days{50}}, {"10.9.0.0/24", now - days{20}}};
}

void silent_half_an_hour(Case& made)
{
    made.device.sender.last_seen_at = now - 30min;
}

void silent_five_days(Case& made)
{
    made.device.sender.last_seen_at = now - days{5};
}

void off_for_twenty_days(Case& made)
{
    made.device.sender.last_seen_at = now - days{20};
    made.device.sender.said_goodbye = true;
}

void seen_by_others(Case& made)
{
    silent_five_days(made);
    made.device.sender.sighted_at = now - days{4};
}

template <int minutes>
void clock_ahead(Case& made)
{
    made.device.sender.clock_offset = std::chrono::minutes{minutes};
}

template <std::uint64_t megabytes>
void little_free(Case& made)
{
    auto& footprint = made.device.footprint.emplace();
    footprint.disk_bytes = 100'000'000'000;
    footprint.disk_free_bytes = megabytes * 1'000'000;
}

void busy_agent(Case& made)
{
    auto& footprint = made.device.footprint.emplace();
    footprint.up_s = 7'200;
    footprint.cpu_ms = 240'000;
}

void old_gap(Case& made)
{
    made.device.sender.incidents = {{"sequence_gap", now - days{40}, 0, "reports never came"}};
}

struct ValueCase
{
    std::string_view key;
    rules::Judgement (*rule)(const rules::Inputs&);
    void (*arrange)(Case&);
    const char* value; ///< The rule's limit is just reached.
    const char* verdict;
    const char* next; ///< The neighbour of that value.
    const char* next_verdict;
};

const ValueCase of_devices[] = {
    {"av_stale_warning_days", rules::judge_av_stale, pattern_of_days<5>, "5", "bad warning", "6",
     "good"},
    {"av_stale_action_days", rules::judge_av_stale, pattern_of_days<9>, "9", "bad action", "10",
     "bad warning"},
    {"av_licence_warning_days", rules::judge_av_licence_ending, licence_for_days<70>, "70",
     "bad warning", "69", "good"},
    {"av_licence_action_days", rules::judge_av_licence_ending, licence_for_days<20>, "20",
     "bad action", "19", "bad warning"},
    {"support_ending_info_days", rules::judge_os_support_ending, testix_1, "296", "bad warning",
     "295", "good"},
    {"support_ending_warning_days", rules::judge_os_support_ending, testix_1, "296", "bad warning",
     "295", "bad info"},
    {"feature_update_info_days", rules::judge_os_support_ending, windows_11, "217", "bad info",
     "216", "good"},
    {"feature_update_warning_days", rules::judge_os_support_ending, windows_11_in_august, "70",
     "bad warning", "69", "bad info"},
    {"patch_warning_months", rules::judge_patch_behind, windows_11, "3", "bad warning", "4",
     "good"},
    {"patch_action_months", rules::judge_patch_behind, windows_11, "3", "bad action", "4",
     "bad warning"},
    {"patch_pending_warning_days", rules::judge_patch_behind, updates_wait<10>, "10", "bad warning",
     "11", "bad info"},
    {"patch_pending_action_days", rules::judge_patch_behind, updates_wait<35>, "35", "bad action",
     "36", "bad warning"},
    {"patch_lists_warning_days", rules::judge_patch_behind, lists_of_days<20>, "20", "bad warning",
     "21", "good"},
    {"patch_lists_action_days", rules::judge_patch_behind, lists_of_days<70>, "70", "bad action",
     "71", "bad warning"},
    {"reboot_pending_days", rules::judge_reboot_pending, restart_waits, "20", "bad warning", "21",
     "bad info"},
    {"account_dormant_days", rules::judge_account_dormant, idle_account, "200", "bad info", "201",
     "good"},
    {"silent_minutes", rules::judge_device_silent, silent_half_an_hour, "30", "bad warning", "31",
     "good"},
    {"silent_action_days", rules::judge_device_silent, silent_five_days, "5", "bad action", "6",
     "bad warning"},
    {"silent_after_goodbye_days", rules::judge_device_silent, off_for_twenty_days, "20",
     "bad warning", "21", "good"},
    {"clock_warning_minutes", rules::judge_clock_wrong, clock_ahead<10>, "10", "bad warning", "11",
     "good"},
    {"clock_action_minutes", rules::judge_clock_wrong, clock_ahead<90>, "90", "bad action", "91",
     "bad warning"},
    {"disk_full_warning_percent", rules::judge_disk_full, little_free<12'000>, "13", "bad warning",
     "12", "good"},
    {"disk_full_action_percent", rules::judge_disk_full, little_free<4'000>, "5", "bad action", "4",
     "bad warning"},
    {"incidents_kept_days", rules::judge_log_gap, old_gap, "41", "bad warning", "40", "good"},
    {"home_learning_days", rules::judge_device_moved, in_network, "30", "bad warning", "31",
     "good"},
    {"admin_learning_days", rules::judge_admin_unexpected, new_administrator, "30", "bad warning",
     "31", "good"},
    {"agent_cpu_ms_per_minute", rules::judge_agent_over_budget, busy_agent, "2000", "bad warning",
     "2001", "good"},
    {"issued_networks", rules::judge_ip_not_issued, in_network, "10.0.0.0/24", "bad warning",
     "10.9.0.0/24", "good"},
    {"rules_off", rules::judge_device_silent, seen_by_others, "agent_stopped", "bad action",
     "rdp_on", "not applicable: the device runs, only its agent does not"},
};

/// Values of events of sites: six of twenty devices fall silent together.
struct EventCase
{
    std::string_view key;
    const char* value; ///< Enough for an event.
    const char* next;  ///< Just not.
};

const EventCase of_sites[] = {
    {"site_event_devices", "6", "7"},
    {"site_event_percent", "30", "31"},
};

BOOST_AUTO_TEST_SUITE(policy_values)

BOOST_AUTO_TEST_CASE(each_has_a_case)
{
    std::map<std::string_view, int> cases;
    for (const ValueCase& one : of_devices)
        ++cases[one.key];
    for (const EventCase& one : of_sites)
        ++cases[one.key];
    for (const rules::PolicyField& field : rules::policy_fields())
        BOOST_TEST(cases[field.key] == 1, field.key);
    BOOST_TEST(cases.size() == rules::policy_fields().size());
}

BOOST_AUTO_TEST_CASE(one_that_is_set_moves_the_verdict_of_its_rule)
{
    for (const ValueCase& one : of_devices)
    {
        const auto verdict_with = [&one](const char* value) {
            Case made;
            one.arrange(made);
            rules::set_value(made.policy, one.key, value).value();
            return made.verdict(one.rule);
        };
        BOOST_TEST(verdict_with(one.value) == one.verdict, one.key);
        BOOST_TEST(verdict_with(one.next) == one.next_verdict, one.key);
    }
}

BOOST_AUTO_TEST_CASE(one_of_sites_decides_whether_silence_is_an_event)
{
    for (const EventCase& one : of_sites)
    {
        const auto events_with = [&one](const char* value) {
            test::EventSite site;
            rules::set_value(site.options.policy, one.key, value).value();
            site.add_site("ward");
            site.add_devices("silent", "ward", 6);
            const auto others = site.add_devices("pc", "ward", 14);
            site.pass(16min, others);
            return site.events().size();
        };
        BOOST_TEST(events_with(one.value) == 1U, one.key);
        BOOST_TEST(events_with(one.next) == 0U, one.key);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
