#include "collector/rules/policy_table.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

#include <set>

namespace mimamori::collector::rules {
namespace {

using namespace test;

std::string refusal(std::string_view key, std::string_view value)
{
    Policy policy;
    const auto done = set_value(policy, key, value);
    return done ? "accepted" : done.error().message;
}

BOOST_AUTO_TEST_SUITE(policy_table)

BOOST_AUTO_TEST_CASE(every_value_can_be_read_and_set_to_its_limits)
{
    std::set<std::string_view> keys;
    for (const PolicyField& field : policy_fields())
    {
        BOOST_TEST_CONTEXT(field.key)
        {
            BOOST_TEST(keys.insert(field.key).second);
            Policy policy;
            const std::string standard = value_of(policy, field);
            BOOST_TEST(set_value(policy, field.key, standard).has_value());
            BOOST_TEST(value_of(policy, field) == standard);
            if (std::holds_alternative<std::vector<std::string> Policy::*>(field.member))
                continue;
            for (const std::int64_t limit : {field.least, field.most})
            {
                const std::string text = std::to_string(limit);
                BOOST_TEST(set_value(policy, field.key, text).has_value());
                BOOST_TEST(value_of(policy, field) == text);
            }
            BOOST_TEST(set_value(policy, field.key, std::to_string(field.least - 1)).has_error());
            BOOST_TEST(set_value(policy, field.key, std::to_string(field.most + 1)).has_error());
        }
    }
    for (const PolicyField& field : policy_fields())
        BOOST_TEST((field.not_above.empty() || keys.contains(field.not_above)), field.key);
}

BOOST_AUTO_TEST_CASE(what_is_refused_says_which_value_and_what_is_allowed)
{
    const char* days_1_365 = "av_stale_warning_days: a whole number from 1 to 365";
    for (const char* value : {"", "0", "366", "-1", "3.5", "3 ", "three", "99999999999999999999"})
        BOOST_TEST(refusal("av_stale_warning_days", value) == days_1_365, value);
    BOOST_TEST(refusal("av_stale_warning_days", "365") == "accepted");
    BOOST_TEST(refusal("no_such", "1") == "no such value of a policy: no_such");
    BOOST_TEST(
        refusal("rules_off", "av_stale no_rule") == "rules_off: names of rules, between blanks");
    BOOST_TEST(refusal("rules_off", "av_stale rdp_on") == "accepted");
    const char* networks = "issued_networks: networks such as 10.20.7.0/24, between blanks";
    for (const char* value : {"10.20.7.0", "10.20.7.1/24", "10.20.7.0/33", "fd00::/64", "x"})
        BOOST_TEST(refusal("issued_networks", value) == networks, value);
    BOOST_TEST(refusal("issued_networks", "10.20.7.0/24  10.20.8.0/24") == "accepted");
    std::string many;
    for (int i = 0; i < 200; ++i)
        many += "10.0." + std::to_string(i) + ".0/24 ";
    BOOST_TEST(refusal("issued_networks", many) == "accepted");
    BOOST_TEST(refusal("issued_networks", many + "10.1.0.0/24") == "issued_networks: at most 200");
    BOOST_TEST(refusal("issued_networks", "") == "accepted");
}

BOOST_AUTO_TEST_CASE(a_list_has_each_word_once)
{
    Policy policy;
    BOOST_TEST(set_value(policy, "rules_off", "rdp_on  av_stale rdp_on").has_value());
    BOOST_TEST((policy.rules_off == std::vector<std::string>{"rdp_on", "av_stale"}));
}

BOOST_AUTO_TEST_CASE(a_warning_comes_no_later_than_its_action)
{
    Policy policy;
    BOOST_TEST(check_policy(policy).has_value());
    policy.av_stale_warning = policy.av_stale_action;
    BOOST_TEST(check_policy(policy).has_value());
    policy.av_stale_warning += days{1};
    BOOST_TEST(
        check_policy(policy).error().message
        == "av_stale_warning_days: 8 is above av_stale_action_days (7)");
}

BOOST_AUTO_TEST_CASE(a_policy_that_leaves_no_rule_is_refused)
{
    Policy policy;
    for (const Rule& rule : all_rules())
        policy.rules_off.emplace_back(rule.id);
    BOOST_TEST(check_policy(policy).error().message == "rules_off: no rule would be left");
    policy.rules_off.pop_back();
    BOOST_TEST(check_policy(policy).has_value());
}

BOOST_AUTO_TEST_CASE(the_ready_policies_fit_and_grow_stricter)
{
    const Policy ume = policy_of(PolicyLevel::ume);
    const Policy take = policy_of(PolicyLevel::take);
    const Policy matsu = policy_of(PolicyLevel::matsu);
    for (const Policy& policy : {ume, take, matsu})
        BOOST_TEST(check_policy(policy).has_value());
    for (const PolicyField& field : policy_fields())
        BOOST_TEST(value_of(take, field) == value_of(Policy{}, field), field.key);
    BOOST_TEST((ume.av_stale_warning > take.av_stale_warning));
    BOOST_TEST((take.av_stale_warning > matsu.av_stale_warning));
    BOOST_TEST(
        (ume.silent_action > take.silent_action && take.silent_action > matsu.silent_action));
    BOOST_TEST(ume.patch_months_action > take.patch_months_action);
    BOOST_TEST(take.patch_months_action > matsu.patch_months_action);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
