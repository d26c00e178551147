#pragma once

#include "common/base/result.hpp"
#include "tests/fleetsim/figures.hpp"
#include "tests/fleetsim/simulated_agent.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace mimamori::fleetsim {

/// Compares what the agents were promised with what is in the collector's SQLite file, which is
/// opened read-only: every acknowledged report and event is there exactly once and with its
/// content, nothing else of these streams is, and the current sections are those of the agents.
/// What an agent still waits for may be there or not. Errors: io.
Result<Comparison> compare_with_database(
    const std::filesystem::path& file, const std::vector<std::unique_ptr<SimulatedAgent>>& agents);

} // namespace mimamori::fleetsim
