#pragma once

#include "collector/notify/week_hours.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

/// Reading what people write on the command line about alerts.
namespace mimamori::collector::ctl {

/// "mon,tue 18:00-08:30", "mon-fri 08:30-17:15", "daily 22:00-06:00". Errors: invalid_input.
Result<notify::WeekHours> parse_hours(std::string_view text);

/// The same for several.
Result<std::vector<notify::WeekHours>> parse_all_hours(const std::vector<std::string>& texts);

/// "2026-12-01", "2026-12-01 18:00" on the site's wall clocks, or RFC 3339. Errors: invalid_input.
Result<Timestamp> parse_moment(std::string_view text, std::chrono::minutes utc_offset);

} // namespace mimamori::collector::ctl
