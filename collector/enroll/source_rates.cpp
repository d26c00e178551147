#include "collector/enroll/source_rates.hpp"

#include <algorithm>

namespace mimamori::collector::enroll {

bool SourceRates::admit(const std::string& source, std::size_t hourly_max, Timestamp now)
{
    const std::lock_guard lock{mutex_};
    make_room(now);
    Count& count = counts_[source];
    // A clock that was set back must not lock anybody out.
    const bool is_over = now >= count.since + window || now < count.since;
    if (is_over)
        count = Count{now, 0};
    if (count.times >= hourly_max)
        return false;
    ++count.times;
    return true;
}

bool SourceRates::is_exhausted(const std::string& source, std::size_t hourly_max, Timestamp now)
{
    const std::lock_guard lock{mutex_};
    const auto found = counts_.find(source);
    return found != counts_.end() && now >= found->second.since
           && now < found->second.since + window && found->second.times >= hourly_max;
}

void SourceRates::make_room(Timestamp now)
{
    if (counts_.size() < sources_max)
        return;
    std::erase_if(counts_, [&](const auto& entry) { return now >= entry.second.since + window; });
    if (counts_.size() < sources_max)
        return;
    const auto oldest =
        std::min_element(counts_.begin(), counts_.end(), [](const auto& a, const auto& b) {
            return a.second.since < b.second.since;
        });
    counts_.erase(oldest);
}

} // namespace mimamori::collector::enroll
