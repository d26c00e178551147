#pragma once

#include "agent/probes/probe.hpp"
#include "common/wire/sections/processes.hpp"

namespace mimamori::agent::probes {

/// Looks at all processes and lists the distinct programs of the last 30 days.
///
/// Programs that are new to `Memory::programs` are also left in `Memory::new_programs`, so that
/// whoever runs the probe can make events of them. Cost: two small reads a process; new programs
/// are hashed at the bounded rate of ProgramMemory.
wire::ProcessesSection read_processes(const ProbeContext& context);

} // namespace mimamori::agent::probes
