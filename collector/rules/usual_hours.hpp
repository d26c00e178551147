#pragma once

#include "common/base/time.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace mimamori::collector::rules {

/// The hours of the week in which a device was heard in the last weeks, by the site's wall clocks:
/// a PC that is switched off every night without a goodbye is not silent at three in the morning.
class UsualHours
{
public:
    static constexpr int hours_a_week = 168; ///< Hour 0 is Monday from 0:00 to 1:00.

    /// So many weeks must be known of an hour before it says anything; then it is "learned".
    static constexpr int weeks_least = 2;

    /// Older weeks than these are forgotten.
    static constexpr int weeks_most = 7;

    /// Reads what `to_text` wrote; of anything else nothing is known.
    static UsualHours from_text(std::string_view text);

    /// 168 pairs of hexadecimal digits.
    std::string to_text() const;

    /// Notes whether the device was heard in that hour of the week that has just passed.
    void observed(int hour, bool heard);

    int weeks_known(int hour) const;
    int weeks_heard(int hour) const;

    /// The device is heard then at least every other week; so is one of which too little is known.
    bool is_usual(int hour) const;

    /// It was heard then in every week that is known.
    bool is_certain(int hour) const;

    friend bool operator==(const UsualHours&, const UsualHours&) = default;

private:
    static constexpr std::uint8_t nothing_known = 1;

    /// Of each hour the last weeks, the newest in the lowest bit, above them a 1 that ends them.
    std::array<std::uint8_t, hours_a_week> weeks_{[] {
        std::array<std::uint8_t, hours_a_week> all{};
        all.fill(nothing_known);
        return all;
    }()};
};

/// The hour of the week at a moment. `utc_offset`: of the site's wall clocks.
int hour_of_week(Timestamp at, std::chrono::minutes utc_offset);

/// When a device that was heard last at `heard_at` counts as silent. In the middle of hours in
/// which it was always heard: after `limit`. Else when it has missed a whole usual hour, since
/// people come late and leave early.
Timestamp silent_from(
    const UsualHours& hours,
    Timestamp heard_at,
    std::chrono::milliseconds limit,
    std::chrono::minutes utc_offset);

} // namespace mimamori::collector::rules
