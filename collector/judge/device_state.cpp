#include "collector/judge/device_state.hpp"

#include "collector/rules/rule.hpp"

#include <variant>

namespace mimamori::collector::judge {

storage::JudgedState state_of(
    const std::vector<findings::FindingRecord>& records,
    const std::vector<findings::RuleOutcome>& outcomes)
{
    storage::JudgedState state;
    bool silent = false;
    for (const findings::FindingRecord& record : records)
    {
        if (!findings::counts(record))
            continue;
        silent = silent || record.rule == "device_silent";
        state.open_action += record.severity == rules::Severity::action ? 1 : 0;
        state.open_warning += record.severity == rules::Severity::warning ? 1 : 0;
        state.open_info += record.severity == rules::Severity::info ? 1 : 0;
    }
    for (const findings::RuleOutcome& outcome : outcomes)
    {
        const rules::Rule* rule = rules::find_rule(outcome.rule);
        const bool matters = rule && rule->when_unknown == rules::WhenUnknown::device_unknown;
        if (matters && std::holds_alternative<rules::Unknown>(outcome.verdict))
            ++state.unknown_rules;
    }

    // Nothing else of a silent device is known to be still so.
    if (silent)
        state.state = "silent";
    else if (state.open_action > 0)
        state.state = "action";
    else if (state.open_warning > 0)
        state.state = "warning";
    else if (state.unknown_rules > 0)
        state.state = "unknown";
    else
        state.state = state.open_info > 0 ? "info" : "good";
    return state;
}

} // namespace mimamori::collector::judge
