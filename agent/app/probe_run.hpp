#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

namespace mimamori::agent::app {

/// One probe that ran once, for the verbs that look without running the agent.
struct ProbedOnce
{
    std::string_view name;
    std::chrono::milliseconds wall{0};
    std::chrono::milliseconds cpu{0};
};

/// Runs probes on the calling thread, in their order, and returns what they found together.
/// `names` empty: all there are. `each` is called after each of them. Keeps nothing on disk.
wire::Facts run_probes(
    const std::vector<std::string_view>& names,
    const std::function<void(const ProbedOnce&, const wire::Facts&)>& each,
    const Clock& clock);

} // namespace mimamori::agent::app
