#include "collector/rules/rule.hpp"
#include "collector/rules/system_rule.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

#include <set>

namespace mimamori::collector::rules {
namespace {

using namespace test;

BOOST_AUTO_TEST_SUITE(rule_set)

BOOST_AUTO_TEST_CASE(rules_have_names_of_their_own)
{
    std::set<std::string_view> names;
    for (const Rule& rule : all_rules())
        BOOST_TEST(names.insert(rule.id).second);
    for (const char* name :
         {"av_missing", "av_stale", "av_off", "av_unknown", "os_unsupported", "os_support_ending",
          "patch_behind", "process_unknown", "usb_unregistered", "neighbour_unknown",
          "device_silent", "clock_wrong", "log_gap", "device_cloned"})
        BOOST_TEST(names.contains(name));
    for (const SystemRule& rule : system_rules())
        BOOST_TEST(names.insert(rule.id).second);
}

BOOST_AUTO_TEST_CASE(nothing_is_good_about_a_device_that_never_reported)
{
    Case made;
    made.site.programs_unread = "processes was not collected";
    made.site.neighbours_unread = "neighbours was not collected";
    made.site.services_unread = "services was not collected";
    made.site.peers_unread = "peers was not collected";
    // What the collector itself sees is known: it listens, and no stream is broken.
    const std::set<std::string_view> known{
        "device_silent", "agent_stopped", "log_gap", "device_cloned"};
    for (const Rule& rule : all_rules())
    {
        const std::string verdict = made.verdict(rule.judge);
        BOOST_TEST_CONTEXT(rule.id)
        {
            BOOST_TEST((verdict == "good") == known.contains(rule.id));
        }
    }
}

BOOST_AUTO_TEST_CASE(facts_age_with_the_clock_until_their_device_counts_as_silent)
{
    Case made;
    const Knowledge knowledge{lifecycle(), windows_builds()};
    const Inputs in{made.device, made.policy, knowledge, made.site, made.at};
    made.device.sender.last_seen_at = now - 10min + 1ms;
    BOOST_TEST((facts_at(in) == now));
    made.device.sender.last_seen_at = now - 10min;
    BOOST_TEST((facts_at(in) == now - 10min));
}

BOOST_AUTO_TEST_CASE(evidence_survives_its_json)
{
    Evidence evidence;
    evidence.set("text", "\"quoted\"\nüあ").set("number", std::int64_t{-5});
    evidence.set("when", now).set("day", parse_iso_date("2026-01-31").value());
    evidence.set("number", std::int64_t{6});
    const auto read = Evidence::from_json(evidence.to_json());
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST((*read == evidence));
    BOOST_TEST(*read->find("number") == "6");
    BOOST_TEST(read->find("nothing") == nullptr);
    BOOST_TEST(Evidence::from_json("[]").has_error());
    BOOST_TEST(Evidence::from_json("{\"a\": 1}").has_error());
    BOOST_TEST(Evidence::from_json("{").has_error());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
