#include "collector/people/login_throttle.hpp"

#include <algorithm>

namespace mimamori::collector::people {

std::chrono::seconds LoginThrottle::penalty(std::size_t count, std::size_t free_tries) const
{
    if (count < free_tries)
        return std::chrono::seconds{0};
    constexpr std::size_t doublings_max =
        20; // Far beyond any longest wait; keeps the shift defined.
    const std::size_t doublings = std::min(count - free_tries, doublings_max);
    return std::min(config_.first_wait * (std::int64_t{1} << doublings), config_.longest_wait);
}

std::chrono::seconds LoginThrottle::wait_in(
    const Table& table, const std::string& key, std::size_t free_tries, Timestamp now) const
{
    const auto found = table.find(key);
    if (found == table.end())
        return std::chrono::seconds{0};
    const auto free_at = found->second.last + penalty(found->second.count, free_tries);
    return std::max(
        std::chrono::ceil<std::chrono::seconds>(free_at - now), std::chrono::seconds{0});
}

std::chrono::seconds LoginThrottle::wait(
    const std::string& name, const std::string& address, Timestamp now) const
{
    return std::max(
        wait_in(names_, name, config_.free_tries, now),
        wait_in(addresses_, address, config_.free_tries_of_address, now));
}

void LoginThrottle::count(Table& table, const std::string& key, Timestamp now)
{
    if (table.size() >= config_.entries_max && !table.contains(key))
    {
        const auto older = [](const auto& a, const auto& b) {
            return a.second.last < b.second.last;
        };
        table.erase(std::min_element(table.begin(), table.end(), older));
    }
    Failures& failures = table[key];
    // A quiet hour forgives: the counter is against guessing, not against forgetting.
    if (now - failures.last > std::chrono::hours{1})
        failures.count = 0;
    ++failures.count;
    failures.last = now;
}

void LoginThrottle::failed(const std::string& name, const std::string& address, Timestamp now)
{
    count(names_, name, now);
    count(addresses_, address, now);
}

void LoginThrottle::succeeded(const std::string& name)
{
    names_.erase(name);
}

} // namespace mimamori::collector::people
