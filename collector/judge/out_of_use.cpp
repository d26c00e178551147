#include "collector/judge/out_of_use.hpp"

#include "collector/storage/ledger_field.hpp"

#include <algorithm>
#include <array>

namespace mimamori::collector::judge {

namespace {

constexpr std::array<std::string_view, 2> rules_of_silence{"device_silent", "agent_stopped"};

bool is_off(const rules::Policy& policy, std::string_view rule)
{
    return std::find(policy.rules_off.begin(), policy.rules_off.end(), rule)
           != policy.rules_off.end();
}

bool is_about_silence(std::string_view rule)
{
    return std::find(rules_of_silence.begin(), rules_of_silence.end(), rule)
           != rules_of_silence.end();
}

} // namespace

rules::Judgement judgement_of(
    const rules::Rule& rule, const rules::Inputs& inputs, std::string_view stage)
{
    if (is_off(inputs.policy, rule.id))
        return {rules::NotApplicable{"switched off by the policy"}, {}};
    if (stage == storage::in_use)
        return rule.judge(inputs);
    const rules::SenderFacts& sender = inputs.device.sender;
    const Timestamp at_rest = sender.last_seen_at + at_rest_after;
    if (is_about_silence(rule.id) || !sender.may_report || inputs.now >= at_rest)
        return {rules::NotApplicable{"the ledger says that it is not in use"}, {}};
    rules::Judgement judgement = rule.judge(inputs);
    rules::look_again(judgement, at_rest, inputs.now);
    return judgement;
}

} // namespace mimamori::collector::judge
