#pragma once

#include "collector/storage/device_list.hpp"
#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// The score of each site and day. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// How the devices of one site were, the sites below it not counted.
struct SiteScore
{
    SiteId site;
    SiteId parent;
    std::string name;
    StateCounts counts;
    std::int64_t waived{0}; ///< Devices with an accepted risk.
};

/// The score that a clerk can recompute: (good + warning / 2) / all × 100, rounded down; nothing
/// without devices. Unknown and silent devices count as nought.
std::optional<std::int64_t> score_of(const StateCounts& counts);

void add(StateCounts& sum, const StateCounts& more);

/// All sites as they are now.
std::vector<SiteScore> site_scores(Session& session);

/// Each site with those below it added; a ring, which cannot come about, is counted once.
std::vector<SiteScore> with_those_below(const std::vector<SiteScore>& scores);

/// Keeps how all sites are now as the last word about `day`. A site without devices has no row.
void keep_scores(Session& session, Date day);

/// How the sites were at the end of the newest day from `earliest` to `latest` that was kept, by
/// site id; sites below are not counted. Empty: no such day.
std::map<std::string, StateCounts> scores_before(Session& session, Date earliest, Date latest);

struct DayScore
{
    Date day{};
    StateCounts counts;
    std::int64_t waived{0};
};

/// Of the site and all below it, oldest first, from `since` on.
std::vector<DayScore> score_history(Session& session, const SiteId& site, Date since);

} // namespace mimamori::collector::storage
