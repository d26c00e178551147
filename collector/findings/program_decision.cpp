#include "collector/findings/program_decision.hpp"

#include "collector/findings/actions.hpp"
#include "collector/rules/program_kind.hpp"
#include "common/crypto/hash.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mimamori::collector::findings {

Result<void> check_decision(
    const ProgramDecision& decision, const wire::Program& program, Timestamp now)
{
    const auto refuse = [](std::string why) { return Error{Errc::invalid_input, std::move(why)}; };
    if (decision.reason.empty())
        return refuse("reason: must not be empty");
    if (decision.reason.size() > reason_bytes_max)
        return refuse(fmt::format("reason: at most {} bytes", reason_bytes_max));
    if (decision.until && *decision.until <= now)
        return refuse("until: must lie ahead");
    if (decision.scope_value.empty())
        return refuse("scope: must name a device, a model or a site");
    if (decision.value.empty())
        return refuse(
            decision.kind == DecisionKind::hash ? "kind: the content of the program is not known"
                                                : "kind: the program is not signed");
    if (decision.kind == DecisionKind::path && decision.decision == Decision::allow
        && rules::is_user_place(program))
        return refuse("kind: users can replace this file, so its path proves nothing");
    return {};
}

std::string decision_value(const wire::Program& program, DecisionKind kind)
{
    switch (kind)
    {
    case DecisionKind::hash:
        return program.sha256;
    case DecisionKind::signer:
        return program.signer;
    case DecisionKind::path:
        return rules::comparable_path(program.path);
    }
    return {};
}

std::int64_t line_of(const wire::Program& program, bool user_place)
{
    const std::string path = rules::comparable_path(program.path);
    std::string key = "path " + path;
    if (!program.signer.empty() && !user_place)
        key = "signed " + program.signer + ' ' + path;
    else if (!program.sha256.empty())
        key = "content " + program.sha256;
    std::uint64_t number = 0;
    const auto hash = crypto::sha256(key);
    for (std::size_t i = 0; i < 8; ++i)
        number = number << 8U | hash[i];
    return static_cast<std::int64_t>(number >> 1U);
}

Decided decide(
    const std::vector<const ProgramDecision*>& decisions, const DevicePlace& place, Timestamp now)
{
    const auto fits = [&place](const ProgramDecision& decision) {
        switch (decision.scope)
        {
        case DecisionScope::device:
            return decision.scope_value == place.device.text();
        case DecisionScope::model:
            return decision.scope_value == place.model;
        case DecisionScope::site:
            return std::any_of(
                place.sites.begin(), place.sites.end(),
                [&decision](const SiteId& site) { return site.text() == decision.scope_value; });
        }
        return false;
    };
    Decided decided;
    for (const ProgramDecision* decision : decisions)
    {
        if (decision->ended_at || (decision->until && *decision->until <= now) || !fits(*decision))
            continue;
        if (decision->until && (!decided.until || *decision->until < *decided.until))
            decided.until = decision->until;
        if (decision->decision == Decision::refuse || !decided.decision)
            decided.decision = decision->decision;
    }
    return decided;
}

rules::Standing learned_standing(
    const LearningFacts& facts, const rules::Policy& policy, Timestamp now)
{
    if (!facts.learnable || facts.devices_in_time == 0)
        return rules::Standing::unknown;
    // Of one or two devices "only one has it" says nothing.
    if (facts.model_devices_in_time <= policy.few_devices || facts.devices_in_time >= 2)
        return rules::Standing::learned;
    return now < facts.learning_until ? rules::Standing::settling : rules::Standing::unknown;
}

Timestamp learning_end(
    Timestamp first_device_at,
    const std::optional<Timestamp>& set_by_person,
    const rules::Policy& policy)
{
    return set_by_person.value_or(first_device_at + policy.learning);
}

} // namespace mimamori::collector::findings
