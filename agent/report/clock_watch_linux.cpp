#include "agent/report/clock_watch.hpp"

#include <ctime>

namespace mimamori::agent::report {

std::chrono::milliseconds time_since_boot()
{
    // The monotonic clock stands still while the machine sleeps; this one does not.
    timespec at{};
    ::clock_gettime(CLOCK_BOOTTIME, &at);
    return std::chrono::milliseconds{
        static_cast<std::int64_t>(at.tv_sec) * 1000 + at.tv_nsec / 1'000'000};
}

} // namespace mimamori::agent::report
