#pragma once

#include "agent/windows/machine.hpp"
#include "common/base/result.hpp"
#include "common/wire/sections/services.hpp"

#include <string_view>

/// The parts of the services probe on Windows that are no services.
namespace mimamori::agent::probes::windows {

/// Adds what starts when the machine starts or somebody logs on: Run keys of both views and of the
/// people who are logged on, start-up folders, Winlogon, AppInit_DLLs, debuggers of image files.
void read_autoruns(const agent::windows::Machine& machine, wire::ServicesSection& section);

/// Adds the tasks of the task scheduler, from its own files below System32\Tasks.
void read_tasks(const agent::windows::Machine& machine, wire::ServicesSection& section);

/// Understands one file of the task scheduler, UTF-16 or UTF-8; `name` as people see it:
/// "\Microsoft\Windows\Defrag\ScheduledDefrag". Errors: invalid_input.
Result<wire::ScheduledTask> parse_task(std::string_view file, std::string_view name);

} // namespace mimamori::agent::probes::windows
