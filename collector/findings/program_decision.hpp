#pragma once

#include "collector/rules/policy.hpp"
#include "collector/rules/site_view.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections/processes.hpp"

#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What makes a program known: decisions of people, and learning. Pure.
namespace mimamori::collector::findings {

enum class Decision
{
    allow,
    refuse ///< Never learned, never allowed by a wider decision.
};
BOOST_DESCRIBE_ENUM(Decision, allow, refuse)

/// What tells the program that a decision is about.
enum class DecisionKind
{
    hash,   ///< SHA-256 of the content, wherever it lies.
    signer, ///< Everything of a signer or package.
    path    ///< Path and name: weak, and refused where people can put programs.
};
BOOST_DESCRIBE_ENUM(DecisionKind, hash, signer, path)

enum class DecisionScope
{
    device, ///< Value: the device's id.
    model,  ///< Value: the model's name.
    site    ///< Value: id of a site or department, with all below it.
};
BOOST_DESCRIBE_ENUM(DecisionScope, device, model, site)

/// What a person decided about a program.
struct ProgramDecision
{
    std::int64_t no{0}; ///< 0: not stored yet.
    Decision decision{Decision::allow};
    DecisionKind kind{DecisionKind::hash};
    std::string value;
    DecisionScope scope{DecisionScope::device};
    std::string scope_value;
    std::optional<Timestamp> until;
    std::string reason;
    std::string decided_by;
    Timestamp decided_at{};
    std::string ended_by;
    std::optional<Timestamp> ended_at;

    friend bool operator==(const ProgramDecision&, const ProgramDecision&) = default;
};

/// Checks a new decision about `program`. Errors: invalid_input when the reason is missing, the
/// end is not ahead, the program has no such hash or signer, or a path is to be allowed where
/// people can put programs.
Result<void> check_decision(
    const ProgramDecision& decision, const wire::Program& program, Timestamp now);

/// The value by which a decision of that kind knows the program; empty when it cannot.
std::string decision_value(const wire::Program& program, DecisionKind kind);

/// The same program through its versions: signed programs by signer and path, unless people can
/// put programs there; others by content, or by path while the content is not read. A number made
/// from a hash.
std::int64_t line_of(const wire::Program& program, bool user_place);

/// Where a device stands, for the scope of decisions.
struct DevicePlace
{
    DeviceId device;
    std::string model;
    std::vector<SiteId> sites; ///< Its own first, then those above it.
};

/// What decisions say about a program on a device now.
struct Decided
{
    std::optional<Decision> decision;
    std::optional<Timestamp> until; ///< When that may change by itself.
};

/// The strongest of `decisions` that fits: refuse before allow.
Decided decide(
    const std::vector<const ProgramDecision*>& decisions, const DevicePlace& place, Timestamp now);

/// What is known about a program on a model.
struct LearningFacts
{
    bool learnable{false}; ///< Not in a user's place, no lookalike, no remote tool.
    Timestamp learning_until{};
    std::uint32_t devices_in_time{0};       ///< Of the model, that had it before the end.
    std::uint32_t model_devices_in_time{0}; ///< Of the model, enrolled before the end.
};

/// Whether the program is learned. While learning lasts, what only one of many devices has is
/// settling: neither known nor worth an alarm.
rules::Standing learned_standing(
    const LearningFacts& facts, const rules::Policy& policy, Timestamp now);

/// When the learning of a model ends.
Timestamp learning_end(
    Timestamp first_device_at,
    const std::optional<Timestamp>& set_by_person,
    const rules::Policy& policy);

} // namespace mimamori::collector::findings
