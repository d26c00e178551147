#include "collector/rules/backup_old.hpp"
#include "collector/rules/break_glass_used.hpp"
#include "collector/rules/certificate_expiring.hpp"
#include "collector/rules/disk_low.hpp"
#include "collector/rules/knowledge_old.hpp"
#include "collector/rules/mail_failing.hpp"
#include "collector/rules/site_silent.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

namespace mimamori::collector::rules {
namespace {

using namespace test;

/// A collector of which all is well.
struct About
{
    SystemFacts facts;
    Policy policy;
    Timestamp at{now};

    About()
    {
        facts.certificates = {{"root", "Site Root", now + days{4'000}, Urgency::none}};
        facts.knowledge = {{"os_lifecycle", std::chrono::floor<days>(now)}};
        facts.disk_size_bytes = 1'000;
        facts.disk_free_bytes = 500;
        facts.delivery_configured = true;
        facts.site_made_at = now - days{400};
        facts.backup_at = now - days{1};
    }

    Judgement judge(Judgement (*rule)(const SystemInputs&)) const
    {
        return rule({facts, policy, at});
    }

    std::string verdict(Judgement (*rule)(const SystemInputs&)) const
    {
        return describe(judge(rule).verdict);
    }

    Finding finding(Judgement (*rule)(const SystemInputs&)) const
    {
        const auto verdict = judge(rule).verdict;
        const auto* bad = std::get_if<Bad>(&verdict);
        BOOST_TEST_REQUIRE(bad != nullptr);
        BOOST_TEST_REQUIRE(bad->findings.size() == 1);
        return bad->findings.front();
    }
};

BOOST_AUTO_TEST_SUITE(about_rules)

BOOST_AUTO_TEST_CASE(a_collector_that_is_well_has_no_finding)
{
    for (const SystemRule& rule : system_rules())
        BOOST_TEST(About{}.verdict(rule.judge) == "good", rule.id);
}

BOOST_AUTO_TEST_CASE(a_certificate_is_as_urgent_as_the_authority_says)
{
    About made;
    auto& certificate = made.facts.certificates[0];
    certificate.urgency = Urgency::soon;
    BOOST_TEST(made.verdict(judge_certificate_expiring) == "bad warning");
    certificate.urgency = Urgency::now;
    BOOST_TEST(made.verdict(judge_certificate_expiring) == "bad action");
    BOOST_TEST(value_of(made.finding(judge_certificate_expiring), "case") == "(none)");
    certificate.urgency = Urgency::over;
    const Finding finding = made.finding(judge_certificate_expiring);
    BOOST_TEST((finding.severity == Severity::action));
    BOOST_TEST(finding.subject == "root Site Root");
    BOOST_TEST(value_of(finding, "case") == "over");
    BOOST_TEST(value_of(finding, "certificate") == "Site Root");
    made.facts.certificates.push_back({"web_port", "web", now, Urgency::soon});
    BOOST_TEST(made.verdict(judge_certificate_expiring) == "bad 2 action warning");
    made.facts.certificates.clear();
    BOOST_TEST(made.verdict(judge_certificate_expiring) == "unknown: no certificate was read");
}

BOOST_AUTO_TEST_CASE(knowledge_grows_old)
{
    About made;
    made.at = Timestamp{made.facts.knowledge[0].data_date} + days{60} - 1ms;
    BOOST_TEST(made.verdict(judge_knowledge_old) == "good");
    BOOST_TEST((made.judge(judge_knowledge_old).look_again_at == made.at + 1ms));
    made.at += 1ms;
    BOOST_TEST(made.verdict(judge_knowledge_old) == "bad info");
    made.at = Timestamp{made.facts.knowledge[0].data_date} + days{180} - 1ms;
    BOOST_TEST(made.verdict(judge_knowledge_old) == "bad info");
    made.at += 1ms;
    const Finding finding = made.finding(judge_knowledge_old);
    BOOST_TEST((finding.severity == Severity::warning));
    BOOST_TEST(finding.subject == "os_lifecycle");
    BOOST_TEST(value_of(finding, "data_date") == "2026-03-10");
    made.facts.knowledge.clear();
    BOOST_TEST(made.verdict(judge_knowledge_old) == "unknown: no knowledge file was read");
}

struct DiskCase
{
    std::uint64_t free;
    std::optional<std::uint64_t> days_left;
    const char* expected;
};

BOOST_AUTO_TEST_CASE(a_disk_is_low_by_its_free_space_or_by_its_growth)
{
    const DiskCase cases[] = {
        {100, {}, "good"},        {99, {}, "bad warning"},  {30, {}, "bad warning"},
        {29, {}, "bad action"},   {0, {}, "bad action"},    {500, 61, "good"},
        {500, 60, "bad warning"}, {500, 15, "bad warning"}, {500, 14, "bad action"},
        {500, 0, "bad action"},
    };
    for (const DiskCase& c : cases)
    {
        About made;
        made.facts.disk_free_bytes = c.free;
        made.facts.disk_days_left = c.days_left;
        BOOST_TEST(made.verdict(judge_disk_low) == c.expected, c.free);
    }
    About made;
    made.facts.disk_days_left = 61;
    made.facts.disk_free_bytes = 99;
    BOOST_TEST(value_of(made.finding(judge_disk_low), "case") == "(none)");
    BOOST_TEST(value_of(made.finding(judge_disk_low), "free_percent") == "9");
    made.facts.disk_days_left = 60;
    BOOST_TEST(value_of(made.finding(judge_disk_low), "case") == "growing");
    BOOST_TEST(value_of(made.finding(judge_disk_low), "weeks_left") == "8");
    made.facts.disk_size_bytes = 0;
    BOOST_TEST(made.verdict(judge_disk_low) == "unknown: the disk could not be asked");
    made.facts.disk_size_bytes.reset();
    BOOST_TEST(made.verdict(judge_disk_low) == "unknown: the disk could not be asked");
    made.facts.disk_size_bytes = 1'000;
    made.facts.disk_free_bytes.reset();
    BOOST_TEST(made.verdict(judge_disk_low) == "unknown: the disk could not be asked");
}

BOOST_AUTO_TEST_CASE(delivery_that_fails_for_a_while_is_told)
{
    About made;
    made.facts.delivery_failing_since = now;
    made.facts.delivery_problem = "connect 10.0.0.25:25: Connection refused";
    made.at = now + 15min - 1ms;
    BOOST_TEST(made.verdict(judge_mail_failing) == "good");
    BOOST_TEST((made.judge(judge_mail_failing).look_again_at == now + 15min));
    made.at = now + 15min;
    const Finding finding = made.finding(judge_mail_failing);
    BOOST_TEST((finding.severity == Severity::warning));
    BOOST_TEST(value_of(finding, "detail") == made.facts.delivery_problem);
    made.at = now + 4h - 1ms;
    BOOST_TEST(made.verdict(judge_mail_failing) == "bad warning");
    made.at = now + 4h;
    BOOST_TEST(made.verdict(judge_mail_failing) == "bad action");
    made.facts.delivery_configured = false;
    BOOST_TEST(made.verdict(judge_mail_failing) == "not applicable: nobody is to be told");
}

BOOST_AUTO_TEST_CASE(silence_of_a_site_says_when_and_later_who_is_back)
{
    About made;
    made.facts.events = {{"e1", "Aoba", now - 1h, 100, 100, false, ""}};
    Finding finding = made.finding(judge_site_silent);
    BOOST_TEST(finding.subject == "e1");
    BOOST_TEST((finding.severity == Severity::action));
    BOOST_TEST(value_of(finding, "site") == "Aoba");
    BOOST_TEST(value_of(finding, "devices") == "100");
    BOOST_TEST((finding.evidence.find("case") == nullptr));

    // Devices that come back change nothing until people are told.
    made.facts.events[0].missing = 60;
    BOOST_TEST((made.finding(judge_site_silent) == finding));
    made.facts.events[0].told_of_return = true;
    made.facts.events[0].missing = 1;
    made.facts.events[0].missing_names = "PC-7";
    finding = made.finding(judge_site_silent);
    BOOST_TEST(value_of(finding, "case") == "returning");
    BOOST_TEST(value_of(finding, "back") == "99");
    BOOST_TEST(value_of(finding, "missing") == "1");
    BOOST_TEST(value_of(finding, "missing_devices") == "PC-7");
    made.facts.events[0].missing = 0;
    BOOST_TEST(value_of(made.finding(judge_site_silent), "case") == "back");

    made.facts.events.push_back({"e2", "Wakaba", now, 5, 5, false, ""});
    const auto verdict = made.judge(judge_site_silent).verdict;
    BOOST_TEST(std::get<Bad>(verdict).findings.size() == 2);
}

BOOST_AUTO_TEST_CASE(a_copy_is_old_after_a_week_and_a_day)
{
    struct Age
    {
        std::chrono::milliseconds since;
        const char* expected;
    };

    const Age ages[] = {
        {days{8} - 1ms, "good"},
        {days{8}, "bad warning"},
        {days{31} - 1ms, "bad warning"},
        {days{31}, "bad action"}};
    for (const Age& age : ages)
    {
        About made;
        made.facts.backup_at = now - age.since;
        BOOST_TEST(made.verdict(judge_backup_old) == age.expected);
        // Without any copy the site's own age counts.
        made.facts.site_made_at = made.facts.backup_at;
        made.facts.backup_at.reset();
        BOOST_TEST(made.verdict(judge_backup_old) == age.expected);
    }
    About made;
    made.facts.backup_at = now - days{9};
    BOOST_TEST(value_of(made.finding(judge_backup_old), "backup_at") == to_rfc3339(now - days{9}));
    made.facts.backup_at.reset();
    BOOST_TEST(value_of(made.finding(judge_backup_old), "case") == "never");
    made.facts.site_made_at.reset();
    BOOST_TEST(made.verdict(judge_backup_old) == "unknown: the record of changes is empty");
}

BOOST_AUTO_TEST_CASE(who_used_the_emergency_account_is_asked_for_a_month)
{
    About made;
    made.facts.local_sign_ins = {{"admin", "192.0.2.7", now - days{30} + 1ms}};
    const Finding finding = made.finding(judge_break_glass_used);
    BOOST_TEST((finding.severity == Severity::action));
    BOOST_TEST(finding.subject == "admin");
    BOOST_TEST(value_of(finding, "address") == "192.0.2.7");
    BOOST_TEST((finding.happened_at == now - days{30} + 1ms));
    made.facts.local_sign_ins.push_back({"second", "192.0.2.8", now});
    BOOST_TEST(made.verdict(judge_break_glass_used) == "bad 2 action action");
    made.facts.local_sign_ins = {{"admin", "192.0.2.7", now - days{30}}};
    BOOST_TEST(made.verdict(judge_break_glass_used) == "good");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
