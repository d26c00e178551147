#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/event.hpp"

#include <boost/describe/class.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::report {

/// A probe as the plan sees it.
struct PlannedProbe
{
    std::string name; ///< Of its section.
    std::chrono::seconds interval{900};
};

/// What one probe may cost each time.
struct ProbeBudget
{
    std::chrono::milliseconds cpu{2'000};
    std::chrono::milliseconds wall{30'000};
};

/// A probe that cost too much: kept across restarts, so that the guilty one does not come back.
struct HeldProbe
{
    std::string name;
    std::uint32_t strikes{0};
    Timestamp until{};
    std::string why; ///< "cpu 2100 ms of 2000 ms".

    friend bool operator==(const HeldProbe&, const HeldProbe&) = default;
};
BOOST_DESCRIBE_STRUCT(HeldProbe, (), (name, strikes, until, why))

struct HeldProbes
{
    std::vector<HeldProbe> probes;

    friend bool operator==(const HeldProbes&, const HeldProbes&) = default;
};
BOOST_DESCRIBE_STRUCT(HeldProbes, (), (probes))

/// Decides which probe runs when, and which one is held back. No timer, no I/O, no clock.
///
/// Probes that are due at nearly the same time run together. One that breaks its budget, or during
/// which the agent died, is skipped for a quarter of an hour, twice that the next time, and so on
/// up to a day; one good run clears it.
class InventoryPlan
{
public:
    using Time = std::chrono::steady_clock::time_point;

    /// Due so much later, it still runs now.
    static constexpr std::chrono::seconds together{60};

    /// A section that is asked for again and again is found out at most this often.
    static constexpr std::chrono::seconds refresh_gap{1};

    static constexpr std::chrono::minutes hold_first{15};
    static constexpr std::chrono::hours hold_max{24};

    /// `first`: when the first full look begins.
    InventoryPlan(std::vector<PlannedProbe> probes, ProbeBudget budget, Time first);

    /// When there is something to do.
    Time next() const;

    /// Takes the probe that runs now; nothing when none is due.
    std::optional<std::string> take_due(Time now);

    /// Asks for a section soon, whatever its interval.
    void refresh(std::string_view name, Time now);

    /// The default rhythm, in which intervals are meant, is 15 minutes; another one scales them.
    void set_rhythm(std::chrono::seconds rhythm);

    std::chrono::seconds rhythm() const { return rhythm_; }

    /// A probe ended. An event when it broke its budget.
    std::optional<wire::Event> ran(
        std::string_view name,
        std::chrono::milliseconds cpu,
        std::chrono::milliseconds wall,
        Timestamp now);

    /// A probe could not end: it ran out of memory, hangs, or the agent died with it.
    wire::Event broke(std::string_view name, std::string_view why, Timestamp now);

    /// Why a probe may not run now; nothing when it may.
    const HeldProbe* held(std::string_view name, Timestamp now) const;

    const HeldProbes& held() const { return held_; }

    void set_held(HeldProbes held) { held_ = std::move(held); }

    const ProbeBudget& budget() const { return budget_; }

private:
    struct Entry
    {
        PlannedProbe probe;
        Time due;
        Time refreshed{};
    };

    wire::Event hold(std::string_view name, std::string why, Timestamp now);
    std::chrono::milliseconds interval_of(const Entry& entry) const;

    std::vector<Entry> entries_;
    ProbeBudget budget_;
    HeldProbes held_;
    std::chrono::seconds rhythm_{900};
};

} // namespace mimamori::agent::report
