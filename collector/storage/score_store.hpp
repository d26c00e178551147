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
#include <string_view>
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

/// Of one device, by the name of its state: 100, 50 or 0.
std::int64_t score_of(std::string_view state);

void add(StateCounts& sum, const StateCounts& more);

/// All sites as they are now.
std::vector<SiteScore> site_scores(Session& session);

/// Each site with those below it added; a ring, which cannot come about, is counted once.
std::vector<SiteScore> with_those_below(const std::vector<SiteScore>& scores);

/// Keeps how all sites and devices are now as the last word about `day`. A site without devices has
/// no row, nor has a device that is as it was the day before.
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

/// How one device was at the end of a day.
struct DeviceDay
{
    Date day{};
    std::string state;
};

/// Each day from `since` to `today` on which the device was in use, the oldest first.
std::vector<DeviceDay> device_score_history(
    Session& session, std::int64_t device_no, Date since, Date today);

} // namespace mimamori::collector::storage
