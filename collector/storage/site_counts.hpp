#pragma once

#include "collector/storage/device_list.hpp"
#include "collector/storage/session.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// Where the devices of which state stand. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// A site with devices of its own; those of the sites below it count there.
struct SiteCounts
{
    std::string id;
    std::string name; ///< Empty: the root.
    StateCounts counts;
    std::int64_t waived{0}; ///< Devices with an accepted risk.

    /// The rule that most of its devices have open or acknowledged, and how many; empty and 0
    /// when there is nothing to do.
    std::string rule;
    std::int64_t rule_devices{0};
};

/// By id. Sites without devices are left out.
std::vector<SiteCounts> count_by_site(Session& session);

/// Devices in use with an accepted risk, by the site they belong to; sites without one are left
/// out.
std::map<std::string, std::int64_t> waived_by_site(Session& session);

} // namespace mimamori::collector::storage
