#include "collector/enroll/matching.hpp"

#include <algorithm>
#include <tuple>

namespace mimamori::collector::enroll {
namespace {

bool is_strong(const identity::Fact& fact)
{
    return fact.kind != identity::FactKind::mac && fact.kind != identity::FactKind::hostname;
}

bool is_better(const Match& one, const Match& other)
{
    return std::tuple{one.is_likely, one.common.size(), one.last_seen}
           > std::tuple{other.is_likely, other.common.size(), other.last_seen};
}

} // namespace

std::vector<Match> rank_matches(
    const std::vector<storage::Resemblance>& resemblances, const SiteId& site, Timestamp now)
{
    std::vector<Match> matches;
    for (const storage::Resemblance& one : resemblances)
    {
        const bool likely = std::any_of(one.common.begin(), one.common.end(), is_strong);
        if (!likely && one.site != site)
            continue;
        const bool live = one.last_seen && now - *one.last_seen < live_window;
        matches.push_back({one.device, one.name, one.last_seen, one.common, likely, live});
    }
    std::stable_sort(matches.begin(), matches.end(), is_better);
    if (matches.size() > matches_max)
        matches.resize(matches_max);
    return matches;
}

} // namespace mimamori::collector::enroll
