#pragma once

#include "common/base/time.hpp"

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace mimamori::collector::enroll {

/// Counts what each source does in an hour. Bounded: with too many sources the oldest hour is
/// forgotten first. Any thread; the caller says what time it is.
class SourceRates
{
public:
    static constexpr std::chrono::hours window{1};
    static constexpr std::size_t sources_max{20'000};

    /// Whether `source` may do it once more within the hour that began with its first time; counts
    /// it if so.
    bool admit(const std::string& source, std::size_t hourly_max, Timestamp now);

    /// Whether `admit` would say no; counts nothing.
    bool is_exhausted(const std::string& source, std::size_t hourly_max, Timestamp now);

private:
    struct Count
    {
        Timestamp since{};
        std::size_t times{0};
    };

    void make_room(Timestamp now);

    std::mutex mutex_;
    std::unordered_map<std::string, Count> counts_;
};

} // namespace mimamori::collector::enroll
