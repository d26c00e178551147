#include "collector/rules/site_view.hpp"

#include <algorithm>

namespace mimamori::collector::rules {

std::optional<Timestamp> end_of_first(std::span<const Sighting> sightings, std::chrono::days days)
{
    if (sightings.empty())
        return {};
    const auto first = std::min_element(
        sightings.begin(), sightings.end(),
        [](const Sighting& a, const Sighting& b) { return a.first_seen_at < b.first_seen_at; });
    return first->first_seen_at + days;
}

const std::string& account_key(const wire::Account& account)
{
    return account.id.empty() ? account.name : account.id;
}

} // namespace mimamori::collector::rules
