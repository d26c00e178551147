#include "agent/app/probe_run.hpp"

#include "agent/app/resources.hpp"
#include "agent/probes/memory.hpp"
#include "agent/probes/probe.hpp"

#include <algorithm>

namespace mimamori::agent::app {

wire::Facts run_probes(
    const std::vector<std::string_view>& names,
    const std::function<void(const ProbedOnce&, const wire::Facts&)>& each,
    const Clock& clock)
{
    const std::filesystem::path root{"/"};
    const probes::RunningSystem live;
    probes::Memory memory{{}, root, clock};
    wire::Facts facts;
    for (const auto& probe : probes::all_probes())
    {
        const bool is_wanted =
            names.empty() || std::find(names.begin(), names.end(), probe.name) != names.end();
        if (!is_wanted)
            continue;
        const auto cpu = thread_cpu_time();
        const auto begun = std::chrono::steady_clock::now();
        probe.run({root, clock, live, memory, {}}, facts);
        ProbedOnce once{probe.name};
        once.cpu = thread_cpu_time() - cpu;
        once.wall = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - begun);
        if (each)
            each(once, facts);
    }
    return facts;
}

} // namespace mimamori::agent::app
