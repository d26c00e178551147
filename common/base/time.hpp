#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mimamori {

/// A moment of civil time: UTC, milliseconds. RFC 3339 with `Z` in JSON, INTEGER `…_ms` in SQL.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// A calendar day without a time, such as the end of support. "2026-01-31" in JSON.
using Date = std::chrono::sys_days;

/// Milliseconds since 1970-01-01T00:00:00Z.
constexpr std::int64_t to_ms(Timestamp moment)
{
    return moment.time_since_epoch().count();
}

/// The inverse of `to_ms`.
constexpr Timestamp from_ms(std::int64_t ms)
{
    return Timestamp{std::chrono::milliseconds{ms}};
}

/// "2026-01-31T23:59:59.000Z" (RFC 3339, always UTC, always milliseconds).
std::string to_rfc3339(Timestamp moment);

/// Understands RFC 3339 with any offset and 0 to 9 fraction digits; nothing for anything else,
/// for dates that do not exist and for years outside 1601 to 9999.
std::optional<Timestamp> parse_rfc3339(std::string_view text);

/// "2026-01-31".
std::string to_iso_date(Date day);

/// Understands "2026-01-31"; nothing for anything else or for days that do not exist.
std::optional<Date> parse_iso_date(std::string_view text);

/// Where the program learns what time it is. Passed in, so that tests can say what time it is.
class Clock
{
public:
    virtual ~Clock() = default;

    virtual Timestamp now() const = 0;
};

/// The operating system's clock.
class SystemClock final : public Clock
{
public:
    Timestamp now() const override
    {
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
};

} // namespace mimamori
