#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace mimamori::fleetsim {

/// What some processes together have used up to now.
struct ProcessUsage
{
    double cpu_s{0};
    std::uint64_t pss_bytes{0};
    std::uint64_t rss_bytes{0};
};

/// Nothing when one of them is gone or may not be read.
std::optional<ProcessUsage> usage_of(const std::vector<std::int64_t>& processes);

/// CPU time of this program.
double own_cpu_s();

} // namespace mimamori::fleetsim
