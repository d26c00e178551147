#pragma once

#include "collector/storage/session.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

/// How long the disk lasts. Functions for works of `Database`, and a pure part.
namespace mimamori::collector::storage {

/// How large the database was at a moment.
struct SizeSample
{
    Timestamp at{};
    std::uint64_t used_bytes{0}; ///< Without pages that are free to be used again.
};

/// Measures now and keeps it as the sample of its day.
SizeSample take_size_sample(Session& session, Timestamp now);

/// Those of the last `days_max` days, oldest first.
std::vector<SizeSample> size_samples(Session& session, std::size_t days_max = 30);

/// What can be foreseen.
struct DiskForecast
{
    std::uint64_t bytes_a_day{0}; ///< Growth; 0 when the database does not grow.

    /// Nothing when it does not grow, or when there is less than a day to judge by.
    std::optional<std::uint64_t> days_left;
};

/// Foresees from the growth between the oldest and the newest sample. Pure.
DiskForecast forecast(const std::vector<SizeSample>& samples, std::uint64_t disk_free_bytes);

} // namespace mimamori::collector::storage
