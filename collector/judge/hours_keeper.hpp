#pragma once

#include "collector/storage/database.hpp"
#include "collector/storage/liveness.hpp"
#include "common/async/asio.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace mimamori::collector::judge {

/// Learns in which hours of the week each device is usually heard (rules::UsualHours): after each
/// hour of the site's clocks it notes who was heard in it. An hour during which this collector did
/// not listen from end to end, or that it looks back upon late, teaches nothing.
class HoursKeeper
{
public:
    struct Parts
    {
        storage::Database& database;
        const storage::Liveness& liveness;
        const Clock& clock;
        std::chrono::minutes utc_offset{0}; ///< Of the site's wall clocks.
    };

    /// What the parts name lives longer.
    explicit HoursKeeper(Parts parts);

    /// Goes on until it is cancelled.
    awaitable<void> run();

    /// Notes the hour that ended, if one did since the last call. Failures are logged; what could
    /// not be stored is not learned.
    awaitable<void> look_once();

private:
    awaitable<void> note(Timestamp hour_began);

    Parts parts_;
    std::optional<std::int64_t> hour_; ///< The one that runs, counted from 1970.
};

} // namespace mimamori::collector::judge
