#include "collector/people/login_throttle.hpp"

#include <algorithm>
#include <cstdint>

namespace mimamori::collector::people {
namespace {

/// Only ASCII letters have a case for the database.
std::string folded(std::string name)
{
    for (char& c : name)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return name;
}

std::string pair_of(const std::string& name, const std::string& address)
{
    return address + ' ' + folded(name);
}

} // namespace

std::chrono::seconds LoginThrottle::wait_in(
    const Table& table, const std::string& key, std::size_t free_tries, Timestamp now) const
{
    const auto found = table.find(key);
    if (found == table.end() || found->second.count < free_tries)
        return std::chrono::seconds{0};
    // Far beyond any longest wait; keeps the shift defined.
    constexpr std::size_t doublings_max = 20;
    const std::size_t doublings = std::min(found->second.count - free_tries, doublings_max);
    const auto penalty =
        std::min(config_.first_wait * (std::int64_t{1} << doublings), config_.longest_wait);
    return std::max(
        std::chrono::ceil<std::chrono::seconds>(found->second.last + penalty - now),
        std::chrono::seconds{0});
}

std::chrono::seconds LoginThrottle::wait(
    const std::string& name, const std::string& address, Timestamp now) const
{
    const std::string pair = pair_of(name, address);
    const auto here = std::max(
        wait_in(pairs_, pair, config_.free_tries, now),
        wait_in(addresses_, address, config_.free_tries_of_address, now));
    const auto known = pairs_.find(pair);
    if (known != pairs_.end() && known->second.proven)
        return here;
    return std::max(here, wait_in(names_, folded(name), config_.free_tries_of_name, now));
}

LoginThrottle::Failures& LoginThrottle::entry(Table& table, const std::string& key)
{
    if (table.size() >= config_.entries_max && !table.contains(key))
    {
        const auto older = [](const auto& a, const auto& b) {
            return a.second.last < b.second.last;
        };
        table.erase(std::min_element(table.begin(), table.end(), older));
    }
    return table[key];
}

void LoginThrottle::count(Table& table, const std::string& key, Timestamp now)
{
    Failures& failures = entry(table, key);
    // A quiet hour forgives: the counter is against guessing, not against forgetting.
    if (now - failures.last > std::chrono::hours{1})
        failures.count = 0;
    ++failures.count;
    failures.last = now;
}

void LoginThrottle::failed(const std::string& name, const std::string& address, Timestamp now)
{
    count(pairs_, pair_of(name, address), now);
    count(addresses_, address, now);
    count(names_, folded(name), now);
}

void LoginThrottle::succeeded(const std::string& name, const std::string& address, Timestamp now)
{
    Failures& here = entry(pairs_, pair_of(name, address));
    here.count = 0;
    here.last = now;
    here.proven = true;
}

} // namespace mimamori::collector::people
