#pragma once

#include "common/base/time.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>

namespace mimamori::collector::app {

/// Time since some moment, which nobody can set and which stands still while the machine sleeps.
std::chrono::milliseconds steady_time();

/// A clock that tells when it was set, or when the machine slept: a virtual one that was suspended
/// wakes hours later. Any thread.
class WatchedClock final : public Clock
{
public:
    /// Smaller corrections are everyday work of a time service.
    static constexpr std::chrono::seconds jump_min{60};

    /// Told how far the clock went, ahead or back, and what it says. Must not ask this clock.
    using Went = std::function<void(std::chrono::milliseconds by, Timestamp now)>;

    /// `civil` outlives it.
    WatchedClock(const Clock& civil, std::chrono::milliseconds (*steady)());

    /// Before threads ask what time it is; what went before is not told.
    void tell(Went went);

    /// `went` has returned before anybody sees the time after a jump.
    Timestamp now() const override;

private:
    const Clock& civil_;
    std::chrono::milliseconds (*steady_)();
    Went went_;
    mutable std::mutex mutex_; ///< One jump is told once, and the others wait until it was.
    mutable std::atomic<std::int64_t> apart_ms_; ///< The civil clock minus the steady one.
};

} // namespace mimamori::collector::app
