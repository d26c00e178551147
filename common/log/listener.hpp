#pragma once

#include "common/log/log.hpp"

namespace mimamori::log {

/// Hears warnings and errors besides the sink: Windows' event log. Nullptr: nobody. Call it before
/// other threads log.
void also_tell(void (*listener)(Level level, std::string_view line));

} // namespace mimamori::log
