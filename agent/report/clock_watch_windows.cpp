#include "agent/report/clock_watch.hpp"

#include <windows.h>

namespace mimamori::agent::report {

std::chrono::milliseconds time_since_boot()
{
    // Counts the time that the machine sleeps, too.
    return std::chrono::milliseconds{static_cast<std::int64_t>(::GetTickCount64())};
}

} // namespace mimamori::agent::report
