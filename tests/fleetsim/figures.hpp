#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What a run has measured, and whether it may be believed. Pure.
namespace mimamori::fleetsim {

using Microseconds = std::chrono::microseconds;

/// Times of one kind. Keeps every one: percentiles are exact.
class Latencies
{
public:
    void add(Microseconds time);

    std::size_t count() const { return times_us_.size(); }

    /// The smallest time that at least `percent` of all do not exceed (nearest rank); nothing
    /// without any, or when there are too few for it to mean something: 1 / (1 - percent / 100).
    std::optional<Microseconds> percentile(double percent) const;

    std::optional<Microseconds> max() const;

private:
    mutable std::vector<std::uint32_t> times_us_;
    mutable bool sorted_{true};
};

/// What came back in place of a receipt, by reason.
class Failures
{
public:
    void add(const std::string& reason) { ++reasons_[reason]; }

    std::uint64_t total() const;

    const std::map<std::string, std::uint64_t>& reasons() const { return reasons_; }

private:
    std::map<std::string, std::uint64_t> reasons_;
};

/// Rows as the database has them, against acknowledgements as the agents got them.
struct Comparison
{
    std::uint64_t reports_acked{0};
    std::uint64_t reports_stored{0};
    std::uint64_t events_acked{0};
    std::uint64_t events_stored{0};
    std::uint64_t sections_compared{0};
    std::vector<std::string> differences; ///< The first few, for people.
    std::uint64_t differences_total{0};
};

/// One measured window.
struct Figures
{
    double window_s{0};
    std::uint64_t due{0};      ///< Reports that the schedule demanded in the window.
    std::uint64_t answered{0}; ///< Of those, acknowledged before the end.
    Latencies latency;         ///< From when a report was due to its receipt.
    Latencies lag;             ///< From when it was due to when it was sent: our own fault.
    Failures failures;
    std::uint64_t waiting_at_end{0}; ///< Sent, never answered, although there was time.
    double own_cpu_s{0};
    std::optional<Comparison> stored;
};

/// How strict to be.
struct Expectations
{
    bool failures_allowed{false}; ///< The collector is being killed, or everybody comes at once.
    bool rows_needed{true};
    bool schedule_kept{true}; ///< There is one: reports are due at times.

    /// Our own delay at the 99th percentile; above it the times tell more of us than of the server.
    Microseconds lag_max{std::chrono::milliseconds{100}};

    std::size_t samples_min{100};
};

/// Why the run is worth nothing; empty: it is valid.
std::vector<std::string> why_invalid(const Figures& figures, const Expectations& expected);

} // namespace mimamori::fleetsim
