#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The binary logs of logons: utmp(5), wtmp, lastlog. The record forms are those of glibc on x86
/// and 64-bit ARM alike up to the session field, which this program does not need.
namespace mimamori::agent::probes {

/// One logon of wtmp.
struct LogonRecord
{
    std::string user;
    std::string line; ///< Terminal: "tty1", "pts/0", ":0".
    std::string host; ///< Where from: a name or address; ":0" for terminals on a display.
    std::int64_t at_s{0};
};

/// Size of one record of wtmp on this kind of machine.
enum class UtmpForm : std::size_t
{
    compact = 384, ///< x86, x86_64, 32-bit ARM.
    wide = 400     ///< 64-bit ARM and others.
};

/// The logons (USER_PROCESS records) in `log`, oldest first. A part of a record at the beginning,
/// where a log was cut, is passed over: records are counted from the end.
std::vector<LogonRecord> parse_wtmp(std::string_view log, UtmpForm form);

/// The form that fits the architecture that uname(2) tells.
UtmpForm utmp_form_of(std::string_view machine);

/// Size of one user's record in lastlog; the record of user N begins at N times this.
inline constexpr std::size_t lastlog_record_bytes = 292;

/// When the user of this record last logged on, in seconds since 1970; 0: never.
std::int64_t parse_lastlog_record(std::string_view record);

} // namespace mimamori::agent::probes
