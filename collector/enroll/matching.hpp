#pragma once

#include "collector/storage/identity_store.hpp"
#include "common/base/id.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// Which known device a machine may be. A proposal for a person: nothing merges by itself. Pure.
namespace mimamori::collector::enroll {

struct Match
{
    DeviceId device;
    std::string name;
    std::optional<Timestamp> last_seen;
    std::vector<identity::Fact> common;

    /// They share the number of a board, disk or case. A hostname or network card in common, which
    /// move between machines, makes no more than a hint.
    bool is_likely{false};

    /// It reported a moment ago: if this is the same machine, two of it are alive.
    bool is_live{false};
};

inline constexpr std::size_t matches_max = 5;

/// A device that was heard of so recently is live.
inline constexpr std::chrono::minutes live_window{15};

/// The best few: likely ones first, then those with more in common, then the newest heard of. Hints
/// count only within the machine's own site, since names repeat elsewhere.
std::vector<Match> rank_matches(
    const std::vector<storage::Resemblance>& resemblances, const SiteId& site, Timestamp now);

} // namespace mimamori::collector::enroll
