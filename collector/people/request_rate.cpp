#include "collector/people/request_rate.hpp"

#include <functional>

namespace mimamori::collector::people {

using namespace std::chrono_literals;

std::chrono::seconds RequestRate::wait(std::string_view credential, Time now)
{
    const std::lock_guard lock{lock_};
    if (now - minute_ >= 1min || counts_.size() >= config_.credentials_max)
    {
        counts_.clear();
        minute_ = now;
    }
    // No secret lies in this table: the hash tells credentials apart well enough to count.
    if (++counts_[std::hash<std::string_view>{}(credential)] <= config_.requests_per_minute)
        return 0s;
    return std::chrono::ceil<std::chrono::seconds>(minute_ + 1min - now);
}

} // namespace mimamori::collector::people
