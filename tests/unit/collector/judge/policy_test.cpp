#include "collector/judge/policy_decisions.hpp"
#include "collector/judge/verdict_list.hpp"
#include "tests/unit/collector/judge/judge_fixture.hpp"

namespace mimamori::collector::judge {
namespace {

using namespace test;
using storage::PolicyRow;
using storage::PolicyScope;

using Settings = std::vector<rules::PolicySetting>;

/// A hospital with a department.
struct PolicySite : Site
{
    PolicySite()
    {
        write([&](storage::Session& session) -> Result<bool> {
            session
                .prepared("INSERT INTO site (id, parent_id, name, created_at_ms) VALUES"
                          " ('hospital', 'root', 'Hospital', 0), ('ward', 'hospital', 'Ward', 0)")
                ->run();
            return true;
        });
    }

    DeviceId device_at(const std::string& name, const std::string& site, int stale_days)
    {
        const auto device = add_device(name);
        write([&](storage::Session& session) {
            return storage::move_device(session, device, SiteId{site});
        });
        put(device, "antivirus", antivirus(clock.now() - days{stale_days}));
        return device;
    }

    PolicyRow row(PolicyScope scope, const std::string& value, Settings settings)
    {
        PolicyRow made;
        made.scope = scope;
        made.scope_value = value;
        made.settings = std::move(settings);
        made.reason = "so decided";
        made.set_by = "sato";
        made.set_at = clock.now();
        return made;
    }

    Result<void> set(const PolicyRow& policy)
    {
        auto done = database->write_and_wait(
            [&](storage::Session& session) { return set_policy(session, policy, options.policy); });
        evaluator->forget();
        return done;
    }

    std::string refusal(const PolicyRow& policy)
    {
        const auto done = set(policy);
        return done ? "accepted" : done.error().message;
    }

    std::string stale(const DeviceId& device)
    {
        judge(device);
        const auto lines = findings(device, "av_stale");
        return lines.empty() ? "" : lines.front();
    }
};

BOOST_AUTO_TEST_SUITE(policies)

BOOST_FIXTURE_TEST_CASE(what_is_set_nearer_to_the_device_counts, PolicySite)
{
    const auto pc = device_at("pc", "ward", 4);
    const char* warning = "av_stale warning open";
    BOOST_TEST(stale(pc) == warning);
    const Settings late{{"av_stale_warning_days", "5"}};
    const Settings early{{"av_stale_warning_days", "2"}};
    const Settings action{{"av_stale_warning_days", "1"}, {"av_stale_action_days", "4"}};
    BOOST_TEST(set(row(PolicyScope::site, "root", late)).has_value());
    BOOST_TEST(stale(pc) == "");
    BOOST_TEST(set(row(PolicyScope::site, "ward", early)).has_value());
    BOOST_TEST(stale(pc) == warning);
    BOOST_TEST(set(row(PolicyScope::model, "Maker M1", late)).has_value());
    BOOST_TEST(stale(pc) == "");
    BOOST_TEST(set(row(PolicyScope::device, "pc", action)).has_value());
    BOOST_TEST(stale(pc) == "av_stale action open");
    // A neighbour of another department has only what is set above both.
    BOOST_TEST(stale(device_at("other", "hospital", 4)) == "");

    write([&](storage::Session& session) {
        return unset_policy(
            session, PolicyScope::device, "pc", "sato", "tried", clock.now(), options.policy);
    });
    evaluator->forget();
    BOOST_TEST(stale(pc) == "");
    const auto gone = database->write_and_wait([&](storage::Session& session) {
        return unset_policy(
            session, PolicyScope::device, "pc", "sato", "tried", clock.now(), options.policy);
    });
    BOOST_TEST((gone.error().code == Errc::not_found));
}

BOOST_FIXTURE_TEST_CASE(an_isolated_network_has_limits_of_its_own, PolicySite)
{
    const auto inside = device_at("inside", "ward", 20);
    const auto outside = device_at("outside", "ward", 20);
    wire::InterfacesSection interfaces;
    auto& adapter = interfaces.adapters.emplace_back();
    adapter.kind = "ethernet";
    adapter.link_up = true;
    adapter.addresses = {"192.168.50.7/24"};
    put(inside, "interfaces", interfaces);
    adapter.addresses = {"192.168.51.7/24"};
    put(outside, "interfaces", interfaces);
    auto zone =
        row(PolicyScope::zone, "dialysis",
            {{"av_stale_warning_days", "30"}, {"av_stale_action_days", "60"}});
    zone.networks = {"192.168.50.0/24"};
    BOOST_TEST(set(zone).has_value());
    BOOST_TEST(stale(inside) == "");
    BOOST_TEST(stale(outside) == "av_stale action open");
    // The narrower zone goes first.
    auto narrow =
        row(PolicyScope::zone, "a pump",
            {{"av_stale_warning_days", "10"}, {"av_stale_action_days", "60"}});
    narrow.networks = {"192.168.50.7/32"};
    BOOST_TEST(set(narrow).has_value());
    BOOST_TEST(stale(inside) == "av_stale warning open");
}

BOOST_FIXTURE_TEST_CASE(a_ready_policy_is_where_a_site_begins, PolicySite)
{
    const auto pc = device_at("pc", "ward", 4);
    auto small = row(PolicyScope::site, "root", {});
    small.level = "ume";
    BOOST_TEST(set(small).has_value());
    BOOST_TEST(stale(pc) == "");
    auto strict = row(PolicyScope::site, "ward", {{"av_stale_action_days", "4"}});
    strict.level = "matsu";
    BOOST_TEST(set(strict).has_value());
    BOOST_TEST(stale(pc) == "av_stale action open");
}

BOOST_FIXTURE_TEST_CASE(a_rule_that_is_switched_off_is_not_applicable, PolicySite)
{
    const auto pc = device_at("pc", "ward", 4);
    BOOST_TEST(stale(pc) != "");
    BOOST_TEST(set(row(PolicyScope::device, "pc", {{"rules_off", "av_stale"}})).has_value());
    BOOST_TEST(stale(pc) == "");
    const std::string verdicts =
        database.text("SELECT verdicts FROM judged WHERE device_no = " + std::to_string(no_of(pc)));
    BOOST_TEST(verdicts.find("switched off by the policy") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(what_makes_no_sense_is_refused_and_changes_nothing, PolicySite)
{
    const auto pc = device_at("pc", "ward", 4);
    judge(pc);
    const Settings good{{"av_stale_warning_days", "5"}};
    const auto zone_of = [&](std::vector<std::string> networks) {
        auto zone = row(PolicyScope::zone, "z", good);
        zone.networks = std::move(networks);
        return zone;
    };
    BOOST_TEST(refusal(row(PolicyScope::site, "nowhere", good)) == "no site nowhere");
    BOOST_TEST(refusal(row(PolicyScope::model, "Nobody X", good)) == "no device model Nobody X");
    BOOST_TEST(refusal(row(PolicyScope::device, "nobody", good)) == "no device nobody");
    BOOST_TEST(refusal(row(PolicyScope::site, "", good)) == "scope_value: 1 to 200 bytes");
    BOOST_TEST(refusal(row(PolicyScope::site, "root", {})) == "settings: nothing is set");
    BOOST_TEST(
        refusal(row(PolicyScope::site, "root", {good[0], good[0]}))
        == "av_stale_warning_days: stands twice");
    BOOST_TEST(refusal(zone_of({})) == "networks: a zone has 1 to 50 of them");
    BOOST_TEST(refusal(zone_of({"10.0.0.1/24"})) == "networks: such as 192.168.50.0/24");
    BOOST_TEST(refusal(zone_of({"0.0.0.0/0"})) == "networks: 0.0.0.0/0 covers everything");
    BOOST_TEST(refusal(zone_of({"10.0.0.0/7"})) == "networks: 10.0.0.0/7 covers everything");
    BOOST_TEST(refusal(zone_of({"10.0.0.0/8"})) == "accepted");
    auto unreasoned = row(PolicyScope::site, "root", good);
    unreasoned.reason.clear();
    BOOST_TEST(refusal(unreasoned) == "reason: 1 to 2000 bytes");
    auto levelled = row(PolicyScope::device, "pc", good);
    levelled.level = "ume";
    BOOST_TEST(refusal(levelled) == "level: only for a site");
    levelled = row(PolicyScope::site, "root", good);
    levelled.level = "bamboo";
    BOOST_TEST(refusal(levelled) == "level: one of ume, take, matsu");
    std::string all;
    for (const rules::Rule& rule : rules::all_rules())
        all += std::string{rule.id} + ' ';
    BOOST_TEST(
        refusal(row(PolicyScope::site, "root", {{"rules_off", all}}))
        == "rules_off: no rule would be left");
    BOOST_TEST(database.number("SELECT count(*) FROM policy") == 1); // The zone.
    BOOST_TEST(database.number("SELECT count(*) FROM policy_change") == 1);
}

BOOST_FIXTURE_TEST_CASE(a_change_must_fit_what_is_set_further_down, PolicySite)
{
    BOOST_TEST(set(row(PolicyScope::site, "ward", {{"av_stale_action_days", "4"}})).has_value());
    BOOST_TEST(
        refusal(row(PolicyScope::site, "root", {{"av_stale_warning_days", "5"}}))
        == "av_stale_warning_days: 5 is above av_stale_action_days (4)");
    BOOST_TEST(set(row(PolicyScope::site, "root", {{"av_stale_warning_days", "4"}})).has_value());
    // And so must taking one away.
    BOOST_TEST(set(row(PolicyScope::site, "hospital",
                       {{"av_stale_warning_days", "20"}, {"av_stale_action_days", "30"}}))
                   .has_error());
    BOOST_TEST(set(row(PolicyScope::site, "ward",
                       {{"av_stale_warning_days", "2"}, {"av_stale_action_days", "4"}}))
                   .has_value());
    BOOST_TEST(set(row(PolicyScope::site, "hospital",
                       {{"av_stale_warning_days", "20"}, {"av_stale_action_days", "30"}}))
                   .has_value());
}

BOOST_FIXTURE_TEST_CASE(every_change_is_kept_with_who_when_and_why, PolicySite)
{
    BOOST_TEST(set(row(PolicyScope::site, "root", {{"av_stale_warning_days", "4"}})).has_value());
    clock.advance(1h);
    auto second = row(PolicyScope::site, "root", {{"av_stale_warning_days", "5"}});
    second.set_by = "suzuki";
    second.reason = "holidays";
    BOOST_TEST(set(second).has_value());
    write([&](storage::Session& session) {
        return unset_policy(
            session, PolicyScope::site, "root", "sato", "over", clock.now(), options.policy);
    });
    const auto changes =
        read([&](storage::Session& session) -> Result<std::vector<storage::PolicyChange>> {
            return storage::policy_changes(session, {}, 10);
        });
    BOOST_TEST_REQUIRE(changes.size() == 3);
    BOOST_TEST(changes[0].after == "");
    BOOST_TEST(changes[0].who == "sato");
    BOOST_TEST(changes[1].before == "av_stale_warning_days=4");
    BOOST_TEST(changes[1].after == "av_stale_warning_days=5");
    BOOST_TEST(changes[1].who == "suzuki");
    BOOST_TEST(changes[1].reason == "holidays");
    BOOST_TEST((changes[1].at == begin + 1h));
    BOOST_TEST(changes[2].before == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
