#include "collector/app/watched_clock.hpp"

#include <utility>

namespace mimamori::collector::app {

using std::chrono::milliseconds;

milliseconds steady_time()
{
    return std::chrono::floor<milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

WatchedClock::WatchedClock(const Clock& civil, milliseconds (*steady)())
    : civil_{civil}
    , steady_{steady}
    , asked_ms_{steady().count()}
    , apart_ms_{civil.now().time_since_epoch().count() - asked_ms_}
{}

void WatchedClock::tell(Went went)
{
    const std::lock_guard lock{mutex_};
    went_ = std::move(went);
}

WatchedClock::Look WatchedClock::look() const
{
    Look look;
    look.now = civil_.now();
    look.steady = steady_();
    look.apart = look.now.time_since_epoch() - look.steady;
    const milliseconds set = look.apart - milliseconds{apart_ms_};
    const milliseconds still = look.steady - milliseconds{asked_ms_};
    if (std::chrono::abs(set) >= jump_min)
        look.went = set;
    else if (still >= standstill_min)
        look.went = still;
    return look;
}

Timestamp WatchedClock::now() const
{
    std::int64_t apart = apart_ms_;
    const Look first = look();
    if (first.went == milliseconds{0})
    {
        asked_ms_ = first.steady.count();
        // Slow corrections never add up to a jump. A jump that was told meanwhile stays told.
        apart_ms_.compare_exchange_strong(apart, first.apart.count());
        return first.now;
    }
    const std::lock_guard lock{mutex_};
    const Look again = look(); // Somebody may have told it meanwhile.
    if (again.went != milliseconds{0} && went_)
        went_(again.went, again.now);
    apart_ms_ = again.apart.count();
    asked_ms_ = again.steady.count();
    return again.now;
}

} // namespace mimamori::collector::app
