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

/// A clock that tells when it was set, or when the program stood still: a virtual machine that was
/// suspended wakes hours later. Any thread.
class WatchedClock final : public Clock
{
public:
    /// Smaller corrections are everyday work of a time service.
    static constexpr std::chrono::seconds jump_min{60};

    /// Somebody asks every second what time it is; when nobody did for so long, nobody ran.
    static constexpr std::chrono::minutes standstill_min{3};

    /// Told how far the clock went, ahead or back, and what it says. Must not ask this clock.
    using Went = std::function<void(std::chrono::milliseconds by, Timestamp now)>;

    /// `civil` outlives it.
    WatchedClock(const Clock& civil, std::chrono::milliseconds (*steady)());

    /// What went before is not told. Empty: nobody is told any more, when this returns.
    void tell(Went went);

    /// `went` has returned before anybody sees the time after a jump.
    Timestamp now() const override;

private:
    struct Look
    {
        Timestamp now{};
        std::chrono::milliseconds steady{0};
        std::chrono::milliseconds apart{0};
        std::chrono::milliseconds went{0}; ///< 0: it did not.
    };

    Look look() const;

    const Clock& civil_;
    std::chrono::milliseconds (*steady_)();
    Went went_;
    mutable std::mutex mutex_; ///< One jump is told once, and the others wait until it was.
    mutable std::atomic<std::int64_t> asked_ms_; ///< When somebody asked last, by the steady clock.
    mutable std::atomic<std::int64_t> apart_ms_; ///< The civil clock minus the steady one.
};

} // namespace mimamori::collector::app
