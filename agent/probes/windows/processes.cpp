#include "agent/probes/processes.hpp"

#include "agent/probes/windows/sections.hpp"

namespace mimamori::agent::probes::windows {

wire::ProcessesSection read_processes(const ProbeContext& context)
{
    return probes::read_processes(context);
}

} // namespace mimamori::agent::probes::windows
