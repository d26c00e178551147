#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace mimamori::agent::report {

/// Decides when the agent sends its next report. No timer, no I/O, no clock: the caller says what
/// time it is.
///
/// Reports are `heartbeat` apart; something urgent is sent after `gather`, together with what else
/// happens meanwhile. After failure number n in a row the wait is a random time between a half and
/// the whole of `retry_first * 2^(n-1)`, or of `retry_max` if that is less. What the collector
/// ordered is never cut short, not even for something urgent.
class ReportSchedule
{
public:
    using Time = std::chrono::steady_clock::time_point;
    using Wait = std::chrono::milliseconds;

    struct Config
    {
        Wait heartbeat{std::chrono::minutes{1}};
        Wait start_spread{std::chrono::seconds{5}}; ///< The first report comes within this.
        Wait gather{500};
        Wait retry_first{std::chrono::seconds{2}};
        Wait retry_max{std::chrono::minutes{5}};
        Wait unwanted_first{std::chrono::minutes{2}}; ///< First wait when we are not let in.
    };

    /// Bounds of what a collector may order.
    static constexpr Wait heartbeat_min{std::chrono::seconds{5}};
    static constexpr Wait heartbeat_max{std::chrono::hours{24}};
    static constexpr Wait backoff_max{std::chrono::hours{24}};

    ReportSchedule(const Config& config, Time now, std::uint64_t seed);

    /// When the next report is due.
    Time next() const;

    /// Something urgent waits since `now`.
    void ask_soon(Time now);

    /// Something waits that needs no gathering.
    void ask_now(Time now);

    /// A report was acknowledged; `backoff` is what the receipt ordered, 0 for nothing.
    void delivered(Time now, std::chrono::seconds backoff);

    /// A report was not acknowledged. `retry_after` is what the collector asked for, 0 for nothing.
    void failed(Time now, std::chrono::seconds retry_after);

    /// The collector does not know us: as `failed`, but slower.
    void unwanted(Time now);

    /// The next report may not be sent before some moments have passed.
    void pause(Time now);

    void set_heartbeat(Wait heartbeat);

    Wait heartbeat() const { return config_.heartbeat; }

private:
    Wait random_between(Wait least, Wait most);
    Wait jittered(std::chrono::seconds ordered);
    Wait next_retry();

    Config config_;
    std::mt19937_64 random_;
    Time due_;        ///< The next heartbeat, or something urgent.
    Time not_before_; ///< Back-off.
    Time last_;       ///< The last attempt.
    Wait retry_ceiling_;
};

} // namespace mimamori::agent::report
