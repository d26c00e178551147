#include "collector/rules/account_dormant.hpp"
#include "collector/rules/account_weak.hpp"
#include "collector/rules/autorun_on.hpp"
#include "collector/rules/av_licence_ending.hpp"
#include "collector/rules/disk_failing.hpp"
#include "collector/rules/encryption_off.hpp"
#include "collector/rules/firewall_off.hpp"
#include "collector/rules/rdp_on.hpp"
#include "collector/rules/reboot_pending.hpp"
#include "collector/rules/smb1_on.hpp"
#include "collector/rules/usb_policy_off.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

namespace mimamori::collector::rules {
namespace {

using namespace test;

struct Protected : Case
{
    wire::SecuritySection& security{device.facts.security.emplace()};

    explicit Protected(const char* family = "windows")
    {
        device.facts.os.emplace().family = family;
    }
};

struct Owned : Case
{
    wire::AccountsSection& accounts{device.facts.accounts.emplace()};

    wire::Account& account(const char* name)
    {
        auto& added = accounts.accounts.emplace_back();
        added.name = name;
        added.enabled = true;
        return added;
    }
};

BOOST_AUTO_TEST_SUITE(protection_rules)

BOOST_AUTO_TEST_CASE(switches_are_bad_when_on_good_when_off_and_unknown_when_not_told)
{
    struct SwitchCase
    {
        Judgement (*rule)(const Inputs&);
        std::optional<bool> wire::SecuritySection::*fact;
        const char* name;
        const char* on;
    };

    const SwitchCase cases[] = {
        {judge_smb1_on, &wire::SecuritySection::smb1, "smb1", "bad warning"},
        {judge_rdp_on, &wire::SecuritySection::remote_desktop, "remote_desktop", "bad info"},
        {judge_autorun_on, &wire::SecuritySection::autorun, "autorun", "bad warning"},
    };
    for (const SwitchCase& c : cases)
    {
        BOOST_TEST(Case{}.verdict(c.rule) == "unknown: security was not collected");
        Protected made;
        BOOST_TEST(made.verdict(c.rule) == std::string{"unknown: "} + c.name + " was not told");
        made.security.from.unknown = {{c.name, "no such key"}};
        BOOST_TEST(made.verdict(c.rule) == "unknown: no such key");
        made.security.*c.fact = false;
        BOOST_TEST(made.verdict(c.rule) == "good");
        made.security.*c.fact = true;
        BOOST_TEST(made.verdict(c.rule) == c.on);
    }
    Protected server{"linux"};
    BOOST_TEST(server.verdict(judge_autorun_on).starts_with("not applicable: "));
    server.security.autorun = true;
    BOOST_TEST(server.verdict(judge_autorun_on) == "bad warning");
}

BOOST_AUTO_TEST_CASE(windows_needs_every_profile_of_its_firewall)
{
    BOOST_TEST(Case{}.verdict(judge_firewall_off) == "unknown: security was not collected");
    Protected made;
    BOOST_TEST(made.verdict(judge_firewall_off) == "unknown: the firewall was not told");
    made.security.firewall = {{"domain", true}, {"private", true}, {"public", true}};
    BOOST_TEST(made.verdict(judge_firewall_off) == "good");
    made.security.firewall[1].enabled.reset();
    BOOST_TEST(made.verdict(judge_firewall_off) == "unknown: the firewall was not told");
    made.security.firewall[0].enabled = false;
    made.security.firewall[2].enabled = false;
    const Finding finding = made.finding(judge_firewall_off);
    BOOST_TEST((finding.severity == Severity::warning));
    BOOST_TEST(value_of(finding, "profiles") == "domain, public");
}

BOOST_AUTO_TEST_CASE(linux_needs_one_firewall)
{
    Protected made{"linux"};
    made.security.firewall = {{"nftables", false}, {"ufw", true}};
    BOOST_TEST(made.verdict(judge_firewall_off) == "good");
    made.security.firewall[1].enabled.reset();
    BOOST_TEST(made.verdict(judge_firewall_off) == "unknown: the firewall was not told");
    made.security.firewall[1].enabled = false;
    BOOST_TEST(value_of(made.finding(judge_firewall_off), "profiles") == "nftables, ufw");
}

BOOST_AUTO_TEST_CASE(only_what_can_be_carried_away_must_be_encrypted)
{
    BOOST_TEST(Case{}.verdict(judge_encryption_off) == "unknown: hardware was not collected");
    Protected made;
    auto& hardware = made.device.facts.hardware.emplace();
    BOOST_TEST(made.verdict(judge_encryption_off) == "unknown: the kind of PC was not told");
    hardware.chassis = "desktop";
    BOOST_TEST(made.verdict(judge_encryption_off) == "not applicable: stays in its place: desktop");
    hardware.chassis = "notebook";
    BOOST_TEST(made.verdict(judge_encryption_off) == "unknown: encryption was not told");
    made.security.encryption = {{"C:", true, "BitLocker"}, {"D:", std::nullopt, ""}};
    BOOST_TEST(made.verdict(judge_encryption_off) == "unknown: encryption was not told");
    made.security.encryption[1].encrypted = true;
    BOOST_TEST(made.verdict(judge_encryption_off) == "good");
    made.security.encryption[0].encrypted = false;
    BOOST_TEST(made.verdict(judge_encryption_off) == "bad warning");
    BOOST_TEST(value_of(made.finding(judge_encryption_off), "volumes") == "C:");
}

BOOST_AUTO_TEST_CASE(a_disk_that_says_it_fails_is_believed)
{
    BOOST_TEST(Case{}.verdict(judge_disk_failing) == "unknown: hardware was not collected");
    Case made;
    auto& hardware = made.device.facts.hardware.emplace();
    BOOST_TEST(made.verdict(judge_disk_failing) == "unknown: no disk told its health");
    hardware.disks.resize(2);
    hardware.disks[0].kind = "virtual";
    hardware.disks[1].kind = "virtual";
    BOOST_TEST(made.verdict(judge_disk_failing).starts_with("not applicable: "));
    hardware.disks[1].kind = "ssd";
    BOOST_TEST(made.verdict(judge_disk_failing) == "unknown: no disk told its health");
    hardware.disks[1].health = "good";
    BOOST_TEST(made.verdict(judge_disk_failing) == "good");
    hardware.disks[0] = {"sda", "Old disk", "S1", 0, "hdd", "failing"};
    const Finding finding = made.finding(judge_disk_failing);
    BOOST_TEST((finding.severity == Severity::action));
    BOOST_TEST(finding.subject == "S1");
    BOOST_TEST(value_of(finding, "disk") == "Old disk");
}

BOOST_AUTO_TEST_CASE(usb_media_that_nothing_restricts_are_told)
{
    BOOST_TEST(Case{}.verdict(judge_usb_policy_off) == "unknown: usb was not collected");
    Case made;
    auto& usb = made.device.facts.usb.emplace();
    BOOST_TEST(
        made.verdict(judge_usb_policy_off)
        == "unknown: whether USB media are blocked was not told");
    for (const char* good : {"blocked", "read_only"})
    {
        usb.storage_policy = good;
        BOOST_TEST(made.verdict(judge_usb_policy_off) == "good");
    }
    usb.storage_policy = "allowed";
    BOOST_TEST(made.verdict(judge_usb_policy_off) == "bad info");
}

BOOST_AUTO_TEST_CASE(a_restart_may_wait_two_weeks)
{
    BOOST_TEST(Case{}.verdict(judge_reboot_pending) == "unknown: patches was not collected");
    Case made;
    auto& patches = made.device.facts.patches.emplace();
    BOOST_TEST(
        made.verdict(judge_reboot_pending) == "unknown: whether a restart is needed was not told");
    patches.reboot_pending = false;
    BOOST_TEST(made.verdict(judge_reboot_pending) == "good");
    patches.reboot_pending = true;
    BOOST_TEST(made.verdict(judge_reboot_pending) == "bad info"); // First seen just now.
    made.site.reboot_pending_since = now - days{14} + 1ms;
    BOOST_TEST(made.verdict(judge_reboot_pending) == "bad info");
    made.site.reboot_pending_since = now - days{14};
    BOOST_TEST(made.verdict(judge_reboot_pending) == "bad warning");
}

BOOST_AUTO_TEST_CASE(a_licence_is_renewed_before_its_last_day)
{
    Case made;
    auto& product = made.device.facts.antivirus.emplace().products.emplace_back();
    product.name = "Example";
    BOOST_TEST(made.verdict(judge_av_licence_ending).starts_with("not applicable: "));

    struct DayCase
    {
        int days_left;
        const char* expected;
        const char* text;
    };

    const DayCase cases[] = {
        {61, "good", ""},
        {60, "bad warning", "(none)"},
        {15, "bad warning", "(none)"},
        {14, "bad action", "(none)"},
        {0, "bad action", "(none)"},
        {-1, "bad action", "ended"},
    };
    for (const DayCase& c : cases)
    {
        product.licence_until = std::chrono::floor<days>(now) + days{c.days_left};
        BOOST_TEST(made.verdict(judge_av_licence_ending) == c.expected, c.days_left);
        if (std::string_view{c.text} != "")
            BOOST_TEST(value_of(made.finding(judge_av_licence_ending), "case") == c.text);
    }
    // Of two products the one that protects longer counts, unless it is a leftover.
    auto& other = made.device.facts.antivirus->products.emplace_back();
    other.licence_until = std::chrono::floor<days>(now) + days{300};
    BOOST_TEST(made.verdict(judge_av_licence_ending) == "good");
    made.device.facts.antivirus->products.front().realtime = wire::Switch::on;
    BOOST_TEST(made.verdict(judge_av_licence_ending) == "bad action");
    BOOST_TEST(Case{}.verdict(judge_av_licence_ending) == "unknown: antivirus was not collected");
}

BOOST_AUTO_TEST_CASE(of_licences_that_end_on_one_day_the_first_is_shown)
{
    Case made;
    auto& products = made.device.facts.antivirus.emplace().products;
    for (const char* name : {"Shield", "Armour"})
    {
        auto& product = products.emplace_back();
        product.name = name;
        product.licence_until = std::chrono::floor<days>(now) + days{7};
    }
    BOOST_TEST(value_of(made.finding(judge_av_licence_ending), "product") == "Shield");
}

BOOST_AUTO_TEST_CASE(an_account_without_password_is_weak_unless_it_is_disabled)
{
    BOOST_TEST(Case{}.verdict(judge_account_weak) == "unknown: accounts was not collected");
    Owned made;
    auto& guest = made.account("guest");
    BOOST_TEST(
        made.verdict(judge_account_weak) == "unknown: which accounts have a password was not told");
    guest.password_empty = false;
    BOOST_TEST(made.verdict(judge_account_weak) == "good");
    guest.password_empty = true;
    BOOST_TEST(made.verdict(judge_account_weak) == "bad warning");
    guest.administrator = true;
    BOOST_TEST(made.verdict(judge_account_weak) == "bad action");
    guest.enabled = false;
    BOOST_TEST(made.verdict(judge_account_weak) == "good");
    guest.enabled.reset(); // Not known to be disabled.
    const Finding finding = made.finding(judge_account_weak);
    BOOST_TEST(value_of(finding, "count") == "1");
    // Who it is belongs to those who may see accounts.
    BOOST_TEST(finding.evidence.to_json().find("guest") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_account_is_dormant_after_half_a_year)
{
    BOOST_TEST(Case{}.verdict(judge_account_dormant) == "unknown: accounts was not collected");
    Owned made;
    auto& one = made.account("one");
    BOOST_TEST(made.verdict(judge_account_dormant) == "unknown: no account told its last logon");
    one.last_logon_at = now - days{180} + 1ms;
    BOOST_TEST(made.verdict(judge_account_dormant) == "good");
    one.last_logon_at = now - days{180};
    BOOST_TEST(made.verdict(judge_account_dormant) == "bad info");
    made.account("two").last_logon_at = now - days{400};
    const Finding finding = made.finding(judge_account_dormant);
    BOOST_TEST(value_of(finding, "count") == "2");
    BOOST_TEST(value_of(finding, "since") == to_rfc3339(now - days{400}));
    for (auto& account : made.accounts.accounts)
        account.enabled = false;
    BOOST_TEST(made.verdict(judge_account_dormant).starts_with("unknown: "));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
