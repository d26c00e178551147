#pragma once

#include "collector/findings/conditions.hpp"
#include "collector/findings/record.hpp"
#include "collector/rules/verdict.hpp"
#include "common/base/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::findings {

/// What one rule said about the device.
struct RuleOutcome
{
    std::string rule;
    rules::Verdict verdict;
};

enum class ChangeKind
{
    kept,     ///< Nothing that anybody is told. Stored when `Change::store` says so.
    opened,   ///< New.
    reopened, ///< Was resolved, is wrong again.
    worsened, ///< Its severity rose.
    eased,    ///< Its severity fell.
    woken,    ///< Snoozing or waiver ended, or it happened again while put off.
    resolved
};
BOOST_DESCRIBE_ENUM(ChangeKind, kept, opened, reopened, worsened, eased, woken, resolved)

/// What becomes of one finding.
struct Change
{
    ChangeKind kind{ChangeKind::kept};
    bool store{false}; ///< The record differs from what was given.
    FindingRecord record;
};

/// Whether findings of the device may end now.
enum class Resolving
{
    allowed,
    held ///< Two machines speak for the device: neither may say that all is well.
};

/// Brings verdicts and records together.
///
/// `records` are all active findings of the device and those resolved ones whose rule and subject
/// `outcomes` name; others may be among them and are left alone. Only a rule that looked resolves:
/// good, not applicable, or bad without that subject; unknown never does. A finding that a person
/// resolved opens again when something happened after that; one about a lasting state opens again
/// at once, since it still lasts. A finding whose rule no longer exists is resolved. A waiver ends
/// when `measured` breaks one of its conditions, or cannot tell of it.
std::vector<Change> advance(
    std::vector<FindingRecord> records,
    const std::vector<RuleOutcome>& outcomes,
    Resolving resolving,
    Timestamp now,
    const Measured& measured = {});

/// When a snoozed or waived finding among `records` wakes next.
std::optional<Timestamp> next_waking(const std::vector<FindingRecord>& records, Timestamp now);

} // namespace mimamori::collector::findings
