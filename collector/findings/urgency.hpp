#pragma once

#include <string_view>

namespace mimamori::collector::findings {

/// Whether what a rule finds gets worse while it waits: somebody may be at work on the device, or
/// it is about to fail. Such things come before others of the same severity, however few points
/// they bring.
bool cannot_wait(std::string_view rule);

} // namespace mimamori::collector::findings
