#include "agent/watch/recent_programs.hpp"

namespace mimamori::agent::watch {

bool RecentPrograms::was_seen(const std::string& key, Time now)
{
    const auto known = seen_.find(key);
    if (known != seen_.end() && now - known->second < remembered)
        return true;
    if (known == seen_.end() && seen_.size() >= programs_max)
        seen_.clear(); // Rare, and costs one look each.
    seen_[key] = now;
    return false;
}

bool StartRate::is_too_high(std::size_t starts, Time now)
{
    if (count_ == 0 || now - begin_ >= 2 * window)
    {
        begin_ = now;
        count_ = 0;
    }
    count_ += starts;
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - begin_);
    if (passed < window)
        return false;
    last_rate_ = count_ * 1000 / static_cast<std::size_t>(passed.count());
    count_ = 0;
    return last_rate_ > starts_per_s_max;
}

} // namespace mimamori::agent::watch
