#pragma once

#include "collector/findings/alerting.hpp"
#include "collector/findings/lifecycle.hpp"
#include "collector/storage/session.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

/// Between verdicts and the table of findings: the same for devices and for sites.
namespace mimamori::collector::judge {

/// Verdicts against what is stored: what becomes of each finding. `active` are all of the device
/// that are not resolved.
std::vector<findings::Change> changes_of(
    storage::Session& session,
    std::int64_t device_no,
    std::vector<findings::FindingRecord> active,
    const std::vector<findings::RuleOutcome>& outcomes,
    findings::Resolving resolving,
    Timestamp now,
    const findings::Measured& measured = {});

std::vector<findings::FindingRecord> records_of(const std::vector<findings::Change>& changes);

/// What `store_changes` did.
struct StoredChanges
{
    std::size_t changes{0}; ///< Findings that opened, ended, or changed visibly.
    std::size_t alerts{0};
};

/// Stores findings, their history and the alerts about them, in a work of the writer.
StoredChanges store_changes(
    storage::Session& session,
    std::int64_t device_no,
    std::vector<findings::Change>& changes,
    const findings::AlertPolicy& alerts,
    Timestamp now);

} // namespace mimamori::collector::judge
