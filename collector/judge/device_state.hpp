#pragma once

#include "collector/findings/lifecycle.hpp"
#include "collector/findings/record.hpp"
#include "collector/storage/summary_store.hpp"

#include <vector>

namespace mimamori::collector::judge {

/// The device's state and counters from its findings and from what the rules could not tell.
storage::JudgedState state_of(
    const std::vector<findings::FindingRecord>& records,
    const std::vector<findings::RuleOutcome>& outcomes);

} // namespace mimamori::collector::judge
