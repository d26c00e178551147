#pragma once

#include "common/base/time.hpp"

#include <chrono>

namespace mimamori::collector::rules {

/// Whether most of a Japanese hospital is closed on that day of the site's calendar as on a Sunday:
/// the public holidays (国民の祝日に関する法律, with substitute holidays and days between two of
/// them), and 29 December to 3 January (行政機関の休日に関する法律). The two equinoxes are known
/// for the years for which the National Astronomical Observatory has announced them, 2026 and 2027;
/// in other years they are ordinary days. Pure.
bool is_closed_day(Date day);

/// The clocks of Japan. Elsewhere no day is closed.
inline constexpr std::chrono::minutes japan_offset{9 * 60};

/// The same of a moment, by the site's wall clocks.
bool is_closed_day(Timestamp at, std::chrono::minutes utc_offset);

} // namespace mimamori::collector::rules
