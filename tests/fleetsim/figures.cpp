#include "tests/fleetsim/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace mimamori::fleetsim {
namespace {

/// The part of the demanded reports that must have been answered.
constexpr double answered_share_min = 0.99;

} // namespace

void Latencies::add(Microseconds time)
{
    const auto most = std::numeric_limits<std::uint32_t>::max();
    const auto us = std::clamp<std::int64_t>(time.count(), 0, most);
    times_us_.push_back(static_cast<std::uint32_t>(us));
    sorted_ = false;
}

std::optional<Microseconds> Latencies::percentile(double percent) const
{
    if (times_us_.empty())
        return std::nullopt;
    const double count = static_cast<double>(times_us_.size());
    if (count * (100.0 - percent) < 100.0 - 1e-9)
        return std::nullopt;
    if (!sorted_)
    {
        std::sort(times_us_.begin(), times_us_.end());
        sorted_ = true;
    }
    const double rank = std::ceil(percent / 100.0 * count - 1e-9);
    const std::size_t at = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
    return Microseconds{times_us_[std::min(at, times_us_.size() - 1)]};
}

std::optional<Microseconds> Latencies::max() const
{
    if (times_us_.empty())
        return std::nullopt;
    return Microseconds{*std::max_element(times_us_.begin(), times_us_.end())};
}

std::uint64_t Failures::total() const
{
    std::uint64_t sum = 0;
    for (const auto& [reason, count] : reasons_)
        sum += count;
    return sum;
}

std::vector<std::string> why_invalid(const Figures& figures, const Expectations& expected)
{
    std::vector<std::string> reasons;
    if (figures.latency.count() < expected.samples_min)
        reasons.push_back(fmt::format(
            "{} answers are too few, at least {}", figures.latency.count(), expected.samples_min));
    if (!expected.failures_allowed && figures.failures.total() > 0)
        reasons.push_back(fmt::format("{} failures", figures.failures.total()));
    if (figures.waiting_at_end > 0)
        reasons.push_back(
            fmt::format("{} agents still wait for an answer", figures.waiting_at_end));
    const double due = static_cast<double>(figures.due);
    const double share = figures.due > 0 ? static_cast<double>(figures.answered) / due : 0.0;
    if (expected.schedule_kept && !expected.failures_allowed && share < answered_share_min)
        reasons.push_back(fmt::format(
            "{} of {} reports that were due have been answered", figures.answered, figures.due));
    const auto lag = figures.lag.percentile(99);
    if (expected.schedule_kept && lag && *lag > expected.lag_max)
        reasons.push_back(fmt::format(
            "the generator was late itself: {} ms at the 99th percentile", lag->count() / 1'000));
    if (!figures.stored)
    {
        if (expected.rows_needed)
            reasons.emplace_back("acknowledgements were not compared with the database");
        return reasons;
    }
    if (figures.stored->differences_total > 0)
        reasons.push_back(fmt::format(
            "the database differs from the acknowledgements in {} places",
            figures.stored->differences_total));
    return reasons;
}

} // namespace mimamori::fleetsim
