#include "collector/app/watched_clock.hpp"

#include <utility>

namespace mimamori::collector::app {

namespace {

using std::chrono::milliseconds;

bool is_jump(milliseconds by)
{
    return std::chrono::abs(by) >= WatchedClock::jump_min;
}

} // namespace

milliseconds steady_time()
{
    return std::chrono::floor<milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

WatchedClock::WatchedClock(const Clock& civil, milliseconds (*steady)())
    : civil_{civil}
    , steady_{steady}
    , apart_ms_{(civil.now().time_since_epoch() - steady()).count()}
{}

void WatchedClock::tell(Went went)
{
    went_ = std::move(went);
}

Timestamp WatchedClock::now() const
{
    std::int64_t known = apart_ms_;
    const Timestamp now = civil_.now();
    const milliseconds apart = now.time_since_epoch() - steady_();
    if (!is_jump(apart - milliseconds{known}))
    {
        // Slow corrections never add up to a jump. A jump that was told meanwhile stays told.
        apart_ms_.compare_exchange_strong(known, apart.count());
        return now;
    }
    const std::lock_guard lock{mutex_};
    // Somebody may have told it meanwhile: what was read before says nothing.
    const Timestamp now_again = civil_.now();
    const milliseconds apart_again = now_again.time_since_epoch() - steady_();
    const milliseconds by = apart_again - milliseconds{apart_ms_};
    if (is_jump(by) && went_)
        went_(by, now_again);
    apart_ms_ = apart_again.count();
    return now_again;
}

} // namespace mimamori::collector::app
