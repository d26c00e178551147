// Each rule from the facts that a device sends to what the page gets, and back.

#include "collector/judge/site_judge.hpp"
#include "collector/rules/system_rule.hpp"
#include "tests/unit/collector/api/rule_stories.hpp"

#include <iterator>

namespace mimamori::collector::api {
namespace {

using namespace test;

/// What the page gets of a rule's findings: state, and texts in both languages.
std::vector<std::string> shown(Browser& browser, std::string_view rule, const std::string& state)
{
    const Reply reply =
        browser.get("/api/v1/findings?rule=" + std::string{rule} + "&state=" + state);
    BOOST_TEST(reply.status == 200);
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < reply.count("/items"); ++i)
    {
        const std::string at = "/items/" + std::to_string(i);
        ids.push_back(reply.at(at + "/id"));
        for (const char* part : {"/title", "/line"})
        {
            const std::string ja = reply.at(at + part + "/ja");
            const std::string en = reply.at(at + part + "/en");
            BOOST_TEST((ja != en && !ja.empty() && !en.empty() && en != rule));
            BOOST_TEST((ja + en).find('?') == std::string::npos, ja << ' ' << en);
        }
        for (const char* part : {"/what", "/why", "/next"})
        {
            BOOST_TEST(reply.count(at + part + "/ja") > 0);
            BOOST_TEST(reply.count(at + part + "/ja") == reply.count(at + part + "/en"));
            for (const char* language : {"/ja/0", "/en/0"})
                BOOST_TEST(
                    reply.at(at + part + language).find('?') == std::string::npos,
                    reply.at(at + part + language));
        }
    }
    return ids;
}

BOOST_AUTO_TEST_SUITE(every_rule)

BOOST_AUTO_TEST_CASE(has_a_story)
{
    for (const rules::Rule& rule : rules::all_rules())
        BOOST_TEST(stories().contains(rule.id), rule.id);
}

BOOST_AUTO_TEST_CASE(goes_from_facts_to_the_page_and_ends_when_they_change)
{
    for (const rules::Rule& rule : rules::all_rules())
    {
        BOOST_TEST_CONTEXT(rule.id)
        {
            RuleSite site;
            const RuleStory& story = stories().at(rule.id);
            BOOST_TEST(shown(site.sato, rule.id, "active").empty());
            story.break_it(site);
            const auto ids = shown(site.sato, rule.id, "active");
            BOOST_TEST(!ids.empty());
            story.mend_it(site);
            BOOST_TEST(shown(site.sato, rule.id, "active").empty());
            BOOST_TEST(shown(site.sato, rule.id, "resolved") == ids);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(who_said_goodbye_is_silent_after_two_weeks_and_for_which_reason, RuleSite)
{
    wire::Event stopped;
    stopped.kind = wire::EventKind::agent_stopped;
    stopped.text = "service stop";
    heard(pc, {stopped});
    clock.advance(days{14} - 1ms);
    judge_anew(pc);
    BOOST_TEST(findings(pc, "device_silent") == Lines{});
    clock.advance(1ms);
    judge_anew(pc);
    BOOST_TEST(findings(pc, "device_silent") == Lines{"device_silent warning open"});
    const auto silent = finding(pc, "device_silent");
    BOOST_TEST(std::string{*silent.evidence.find("goodbye_reason")} == "service stop");
}

struct AboutStory
{
    std::string_view rule;
    void (*break_it)(rules::SystemFacts&, Timestamp);
};

BOOST_FIXTURE_TEST_CASE(about_the_collector_is_shown_without_a_device, RuleSite)
{
    const AboutStory all[] = {
        {"certificate_expiring",
         [](rules::SystemFacts& about, Timestamp now) {
             about.certificates = {{"root", "Site Root", now, rules::Urgency::over}};
         }},
        {"knowledge_old",
         [](rules::SystemFacts& about, Timestamp now) {
             about.knowledge = {{"os_lifecycle", std::chrono::floor<days>(now) - days{400}}};
         }},
        {"disk_low", [](rules::SystemFacts& about, Timestamp) { about.disk_free_bytes = 1; }},
        {"backup_old",
         [](rules::SystemFacts& about, Timestamp now) { about.backup_at = now - days{9}; }},
        {"break_glass_used",
         [](rules::SystemFacts& about, Timestamp now) {
             about.local_sign_ins = {{"admin", "192.0.2.7", now - 1h}};
         }},
        {"mail_failing",
         [](rules::SystemFacts& about, Timestamp now) {
             about.delivery_configured = true;
             about.delivery_failing_since = now - 1h;
         }},
        {"site_silent",
         [](rules::SystemFacts& about, Timestamp now) {
             about.events = {{"event", "Aoba", now - 1h, 100, 2, true, "PC-1, PC-2"}};
         }},
    };
    BOOST_TEST(std::size(all) == rules::system_rules().size());
    const auto look = [this](const rules::SystemFacts& system) {
        const auto outcomes = judge::judge_system(system, options.policy, clock.now());
        write([&](storage::Session& session) {
            return judge::store_site(
                session, SiteId{"root"}, outcomes, options.alerts, clock.now());
        });
    };
    rules::SystemFacts well;
    well.certificates = {{"root", "Site Root", clock.now(), rules::Urgency::none}};
    well.knowledge = {{"os_lifecycle", std::chrono::floor<days>(clock.now())}};
    well.backup_at = clock.now();
    well.disk_size_bytes = 1'000;
    well.disk_free_bytes = 900;
    for (const AboutStory& story : all)
    {
        BOOST_TEST_CONTEXT(story.rule)
        {
            rules::SystemFacts ill = well;
            story.break_it(ill, clock.now());
            look(ill);
            const auto ids = shown(sato, story.rule, "active");
            BOOST_TEST_REQUIRE(ids.size() == 1);
            const Reply detail = sato.get("/api/v1/findings/" + ids.front());
            BOOST_TEST(detail.at("/finding/device_id") == "");
            BOOST_TEST(detail.at("/finding/device") == "mimamori");
            const Reply kinds = sato.get("/api/v1/finding-groups?state=active");
            BOOST_TEST(kinds.at("/items/0/of_devices") == "false");
            look(well);
            BOOST_TEST(shown(sato, story.rule, "active").empty());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
