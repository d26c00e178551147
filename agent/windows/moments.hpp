#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <string_view>

/// Moments in the forms in which Windows and installers write them down. Nothing is guessed: what
/// may mean two days means none. Errors everywhere: invalid_input, with the reason; not_found for
/// what means "never". All of them must lie in the years 1990 to 2100.
namespace mimamori::agent::windows {

/// 100 ns since 1601, UTC. 0 and the largest number mean never.
Result<Timestamp> moment_of_filetime(std::uint64_t ticks);

/// Eight bytes, little endian.
Result<Timestamp> moment_of_filetime_bytes(std::string_view bytes);

/// Sixteen bytes: year, month, day of week, day, hour, minute, second, milliseconds; UTC.
Result<Timestamp> moment_of_systemtime_bytes(std::string_view bytes);

/// WMI's "20261114031245.500000+540": minutes east of UTC at the end.
Result<Timestamp> moment_of_cim(std::string_view text);

/// "2026-11-14 03:12:45" and "2026-11-14T03:12:45Z", UTC.
Result<Timestamp> moment_of_iso(std::string_view text);

/// A day as people and installers write it: "20261114", "2026/11/14", "2026年11月14日", with the
/// Japanese era ("令和8年11月14日", "R8.11.14", "R08/11/14", "平成元年…"), or with the year last
/// ("11/23/2026") when only one order of day and month gives a day that exists. Full-width digits
/// count, and what follows the day (a time) is left out.
Result<Date> parse_local_date(std::string_view text);

} // namespace mimamori::agent::windows
