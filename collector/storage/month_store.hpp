#pragma once

#include "collector/findings/month_report.hpp"
#include "collector/storage/session.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The monthly report: composed while its month goes on, kept when it has ended. Functions for
/// works of `Database`.
namespace mimamori::collector::storage {

inline constexpr std::size_t month_comment_bytes_max = 2'000;

/// The month "2026-10"; nothing when it is none of the years 2000 to 2999.
std::optional<std::chrono::year_month> parse_month(std::string_view text);

std::string to_text(std::chrono::year_month month);

/// The month of a moment, by the site's wall clocks.
std::chrono::year_month month_of(Timestamp moment, std::chrono::minutes utc_offset);

/// What there is to tell of a month, up to `now` or its end.
findings::MonthReport compose_month(
    Session& session,
    std::chrono::year_month month,
    Timestamp now,
    std::chrono::minutes utc_offset);

/// Keeps the report of the month before that of `now`, unless it is kept already or nothing was
/// watched then.
void keep_month_if_due(Session& session, Timestamp now, std::chrono::minutes utc_offset);

/// A report with what people wrote to it.
struct KeptMonth
{
    std::string month;
    std::optional<findings::MonthReport> report; ///< Absent: the month has not ended.
    std::string comment;
    std::string comment_by;
};

/// Months whose reports are kept, the newest first.
std::vector<std::string> list_months(Session& session);

/// A month that nothing is known of has neither report nor comment. Errors: io for a damaged body.
Result<KeptMonth> find_month(Session& session, std::chrono::year_month month);

/// Errors: invalid_input for more than `month_comment_bytes_max`.
Result<void> put_month_comment(
    Session& session,
    std::chrono::year_month month,
    std::string_view comment,
    std::string_view who);

} // namespace mimamori::collector::storage
