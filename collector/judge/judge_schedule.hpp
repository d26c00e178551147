#pragma once

#include "common/base/id.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace mimamori::collector::judge {

/// Which device is judged when. Pure; asking twice for a device asks once.
class JudgeSchedule
{
public:
    /// A device is judged at most once in this time, so that a busy one costs no more than others.
    static constexpr std::chrono::milliseconds pause{1'000};

    /// However little changes, each device is looked at this often: what the rules do not foresee
    /// (a changed clock, a table edited by hand) is not missed for ever.
    static constexpr std::chrono::hours at_latest{24};

    /// As soon as it may be.
    void soon(const DeviceId& device, Timestamp now);

    /// At `moment` unless it is asked for earlier; `now` is when it was judged.
    void judged(const DeviceId& device, std::optional<Timestamp> moment, Timestamp now);

    /// Not again, unless somebody asks.
    void forget(const DeviceId& device);

    /// Takes out what is due at `now`, the most overdue first, at most `count_max`. Of the same
    /// moment those asked for first: neighbours in the database are asked for, and judged,
    /// together.
    std::vector<DeviceId> take_due(Timestamp now, std::size_t count_max);

    /// When the next one is due; nothing when none is known.
    std::optional<Timestamp> next_due() const;

    std::size_t size() const { return devices_.size(); }

private:
    struct Entry
    {
        std::optional<Timestamp> due;
        std::uint64_t place{0}; ///< Among those due at the same moment.
        std::optional<Timestamp> judged_at;
    };

    struct Due
    {
        Timestamp at{};
        std::uint64_t place{0};
        DeviceId device;

        friend bool operator<(const Due& a, const Due& b)
        {
            return std::tie(a.at, a.place) < std::tie(b.at, b.place);
        }
    };

    void set_due(const DeviceId& device, Entry& entry, Timestamp due);

    std::unordered_map<DeviceId, Entry> devices_;
    std::set<Due> due_;
    std::uint64_t next_place_{0};
};

} // namespace mimamori::collector::judge
