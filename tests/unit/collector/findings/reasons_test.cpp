#include "collector/findings/reasons.hpp"
#include "collector/rules/profile_facts.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

#include <set>

namespace mimamori::collector::findings {
namespace {

using namespace rules::test;

/// The reasons that all rules give for a device.
void collect(const Case& made, std::set<std::string>& reasons)
{
    for (const rules::Rule& rule : rules::all_rules())
    {
        const auto verdict = made.judge(rule.judge).verdict;
        if (const auto* unknown = std::get_if<rules::Unknown>(&verdict))
            reasons.insert(unknown->reason);
        if (const auto* not_applicable = std::get_if<rules::NotApplicable>(&verdict))
            reasons.insert(not_applicable->reason);
    }
}

/// Every section arrived, and none says anything.
Case mute()
{
    Case made;
    wire::Facts& facts = made.device.facts;
    facts.os.emplace();
    facts.patches.emplace();
    facts.antivirus.emplace();
    facts.usb.emplace();
    facts.processes.emplace();
    facts.interfaces.emplace();
    facts.neighbours.emplace();
    facts.listeners.emplace();
    facts.accounts.emplace();
    facts.security.emplace();
    facts.hardware.emplace();
    facts.self.emplace();
    return made;
}

BOOST_AUTO_TEST_SUITE(reasons)

BOOST_AUTO_TEST_CASE(what_rules_say_of_themselves_is_said_in_both_languages)
{
    std::set<std::string> found;
    collect(Case{}, found);
    collect(mute(), found);

    Case odd = mute();
    odd.device.sender.may_report = false;
    odd.device.facts.hardware->chassis = "desktop";
    odd.device.facts.hardware->disks.emplace_back().kind = "virtual";
    odd.device.facts.os->family = "linux";
    odd.device.facts.os->distribution = "testix";
    odd.device.facts.os->version = "9";
    auto& product = odd.device.facts.antivirus->products.emplace_back();
    product.name = "Shield";
    product.has_pattern = true;
    collect(odd, found);
    product.pattern_built_at = now + days{9};
    collect(odd, found);
    odd.device.facts.antivirus->products.front().has_pattern = false;
    odd.device.facts.os->version = "3";
    collect(odd, found);
    odd.device.facts.os->version.clear();
    collect(odd, found);
    odd.device.facts.os->distribution = "otherix";
    collect(odd, found);
    odd.device.facts.os->family = "windows";
    odd.device.facts.os->build = 1;
    collect(odd, found);
    Case quiet = mute();
    quiet.site.services_unread = rules::why_items_unread(quiet.device.facts.services);
    quiet.site.peers_unread = rules::why_items_unread(quiet.device.facts.peers);
    collect(quiet, found);
    Case early = mute();
    early.device.sender.last_seen_at = now - days{1};
    early.device.sender.listening_since = now;
    collect(early, found);

    BOOST_TEST(found.size() > 25);
    for (const std::string& reason : found)
    {
        const Bilingual text = reason_of(reason);
        BOOST_TEST(text.en == reason);
        BOOST_TEST(text.ja != reason, reason << " has no Japanese text");
        BOOST_TEST(text.ja.find_first_of("?{}") == std::string::npos, text.ja);
    }
}

struct ReasonCase
{
    const char* reason;
    const char* ja;
};

BOOST_AUTO_TEST_CASE(values_are_carried_over)
{
    const ReasonCase cases[] = {
        {"os was not collected", "OSの情報がまだ届いていません"},
        {"Shield: no source tells the pattern date",
         "Shieldの定義の日付が、どこにも書かれていません"},
        {"build 7 (Pro) is not in the table of 2026-03-01",
         "版7（Pro）は2026-03-01の資料にありません"},
        {"testix 9 is not in the table of 2026-03-01", "testix 9は2026-03-01の資料にありません"},
        {"no antivirus product", "ウイルス対策ソフトがありません"},
        {"read /etc/os-release: Permission denied", "read /etc/os-release: Permission denied"},
        {"no antivirus product at all", "no antivirus product at all"},
        {" was not collected", " was not collected"},
        {"", ""},
    };
    for (const ReasonCase& c : cases)
        BOOST_TEST(reason_of(c.reason).ja == c.ja);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::findings
