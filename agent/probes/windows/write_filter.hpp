#pragma once

#include "agent/windows/machine.hpp"
#include "common/wire/sections/security.hpp"

#include <string_view>

namespace mimamori::agent::probes::windows {

/// Reads whether a write filter throws away what is written: UWF tells it by WMI; of the older
/// FBWF and EWF only the driver is seen, and whether it protects a volume stays unknown.
void read_write_filter(
    const agent::windows::Machine& machine,
    std::string_view data_folder,
    wire::SecuritySection& section);

} // namespace mimamori::agent::probes::windows
