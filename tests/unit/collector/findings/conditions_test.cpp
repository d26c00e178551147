#include "collector/findings/actions.hpp"
#include "collector/findings/conditions.hpp"
#include "collector/findings/lifecycle.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::collector::findings {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const Timestamp now = parse_rfc3339("2026-03-10T12:00:00Z").value();

Measured isolated()
{
    Measured measured;
    measured.networks_joined = 1;
    measured.newest_neighbour = Timestamp{};
    measured.newest_medium = Timestamp{};
    measured.newest_network = now - days{90};
    return measured;
}

FindingRecord waived(std::vector<std::string> conditions)
{
    FindingRecord record;
    record.no = 1;
    record.rule = "av_missing";
    record.severity = rules::Severity::action;
    record.first_seen_at = record.opened_at = record.last_seen_at = now - days{2};
    const Waive waive{now + days{30}, "isolated", std::move(conditions), "Dr. Mori"};
    return apply(record, waive, "sato", now).value();
}

std::vector<RuleOutcome> still_missing()
{
    rules::Finding finding;
    finding.severity = rules::Severity::action;
    return {{"av_missing", rules::bad(std::move(finding))}};
}

BOOST_AUTO_TEST_SUITE(conditions)

/// What of a finding that was waived with that condition is broken.
std::string broken(const std::string& condition, const Measured& measured)
{
    std::vector<std::string> conditions;
    conditions.push_back(condition);
    const FindingRecord record = waived(std::move(conditions));
    return broken_condition(record, measured);
}

BOOST_AUTO_TEST_CASE(a_condition_holds_only_while_it_is_measured_and_true)
{
    Measured measured = isolated();
    for (const char* condition : {"one_cable", "no_new_neighbour", "no_usb", "same_network"})
        BOOST_TEST(broken(condition, measured) == "");
    measured.networks_joined = 0;
    measured.newest_neighbour = measured.newest_medium = measured.newest_network = now;
    for (const char* condition : {"one_cable", "no_new_neighbour", "no_usb", "same_network"})
        BOOST_TEST(broken(condition, measured) == "");
    measured.networks_joined = 2;
    measured.newest_neighbour = measured.newest_medium = measured.newest_network = now + 1ms;
    for (const char* condition : {"one_cable", "no_new_neighbour", "no_usb", "same_network"})
        BOOST_TEST(broken(condition, measured) == condition);
    const Measured nothing;
    for (const char* condition : {"one_cable", "no_new_neighbour", "no_usb", "same_network"})
        BOOST_TEST(broken(condition, nothing) == condition);
    BOOST_TEST(broken_condition(waived({}), {}) == "");
    FindingRecord newer = waived({});
    newer.conditions = {"of a newer program"};
    BOOST_TEST(broken_condition(newer, isolated()) == "of a newer program");
}

BOOST_AUTO_TEST_CASE(a_waiver_ends_with_its_condition_and_says_which)
{
    const auto record = waived({"one_cable", "no_usb"});
    BOOST_TEST(record.approver == "Dr. Mori");
    BOOST_TEST((record.waived_at == now));
    auto changes = advance({record}, still_missing(), Resolving::allowed, now + 1min, isolated());
    BOOST_TEST_REQUIRE(changes.size() == 1);
    BOOST_TEST((changes[0].record.state == FindingState::waived));

    Measured plugged = isolated();
    plugged.newest_medium = now + 1min;
    changes = advance({record}, still_missing(), Resolving::allowed, now + 1min, plugged);
    BOOST_TEST_REQUIRE(changes.size() == 1);
    BOOST_TEST((changes[0].kind == ChangeKind::woken));
    BOOST_TEST(changes[0].store);
    BOOST_TEST((changes[0].record.state == FindingState::open));
    BOOST_TEST(changes[0].record.broken == "no_usb");
    BOOST_TEST(!changes[0].record.until.has_value());

    // Also while the rule itself cannot tell.
    const std::vector<RuleOutcome> unknown{{"av_missing", rules::Unknown{"unread"}}};
    changes = advance({record}, unknown, Resolving::allowed, now + 1min, plugged);
    BOOST_TEST((changes[0].kind == ChangeKind::woken));
    // And what is not wrong any more is over.
    const std::vector<RuleOutcome> good{{"av_missing", rules::Good{}}};
    changes = advance({record}, good, Resolving::allowed, now + 1min, plugged);
    BOOST_TEST((changes[0].kind == ChangeKind::resolved));

    // Waived again, the old reason of its end is gone.
    FindingRecord again = record;
    again.state = FindingState::open;
    again.broken = "no_usb";
    BOOST_TEST(apply(again, Waive{now + days{1}, "x", {"no_usb"}, {}}, "sato", now)->broken == "");
}

BOOST_AUTO_TEST_CASE(conditions_are_checked_when_they_are_set)
{
    const auto refused = [](std::vector<std::string> conditions) {
        return apply({}, Waive{now + days{1}, "x", std::move(conditions), {}}, "sato", now)
            .has_error();
    };
    BOOST_TEST(!refused({"one_cable", "no_new_neighbour", "no_usb", "same_network"}));
    BOOST_TEST(refused({"no_wind"}));
    BOOST_TEST(refused({""}));
    BOOST_TEST(refused({"one_cable", "one_cable"}));
    const Waive long_name{now + days{1}, "x", {}, std::string(201, 'x')};
    BOOST_TEST(apply({}, long_name, "sato", now).has_error());
    BOOST_TEST(apply({}, Waive{now + days{1}, "x", {}, {}}, "sato", now)->approver == "sato");
}

BOOST_AUTO_TEST_CASE(what_is_measured_comes_from_facts_that_were_read)
{
    wire::Facts facts;
    rules::SiteView site;
    site.neighbours_unread = "neighbours was not collected";
    BOOST_TEST((measure(facts, site) == Measured{}));
    site.neighbours_unread.clear();
    site.strangers = {{"m", "a", now - days{3}}, {"n", "b", now - days{1}}};
    site.networks = {{"10.0.0.0/24", now - days{9}}};
    site.media.emplace_back().last_attached_at = now - days{2};
    facts.usb.emplace();
    auto& adapters = facts.interfaces.emplace().adapters;
    for (const char* kind : {"ethernet", "wifi", "bridge", "ethernet"})
    {
        auto& adapter = adapters.emplace_back();
        adapter.kind = kind;
        adapter.link_up = true;
        adapter.addresses = {"10.0.0.1/24"};
    }
    adapters.back().link_up = false;
    const Measured measured = measure(facts, site);
    BOOST_TEST((measured == Measured{2, now - days{1}, now - days{2}, now - days{9}}));
    site.strangers_not_kept = 1; // One of them may be the newest.
    BOOST_TEST(!measure(facts, site).newest_neighbour.has_value());
    facts.usb->from.unknown = {{"", "unread"}};
    BOOST_TEST(!measure(facts, site).newest_medium.has_value());
}

BOOST_AUTO_TEST_CASE(conditions_survive_their_text)
{
    const std::vector<std::string> some{"one_cable", "no_usb"};
    BOOST_TEST((conditions_of_text(text_of_conditions(some)) == some));
    BOOST_TEST(conditions_of_text("").empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::findings
