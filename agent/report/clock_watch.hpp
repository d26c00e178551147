#pragma once

#include "common/base/time.hpp"
#include "common/wire/event.hpp"

#include <chrono>
#include <optional>

namespace mimamori::agent::report {

/// Time since the device was started, sleep included: what the civil clock is compared with.
std::chrono::milliseconds time_since_boot();

/// Notices when the device's civil clock is set.
class ClockWatch
{
public:
    /// Smaller corrections are everyday work of a time service.
    static constexpr std::chrono::seconds jump_min{60};

    /// `last_report_at`: the civil time at which an earlier run made its last report, if known.
    explicit ClockWatch(std::optional<Timestamp> last_report_at)
        : last_report_at_{last_report_at}
    {}

    /// Compares both clocks with the last time. An event when they no longer agree, or when the
    /// first look finds a clock that is behind what an earlier run has seen.
    std::optional<wire::Event> look(Timestamp civil, std::chrono::milliseconds since_boot);

private:
    std::optional<Timestamp> last_report_at_;
    std::optional<Timestamp> boot_; ///< By the civil clock.
};

} // namespace mimamori::agent::report
