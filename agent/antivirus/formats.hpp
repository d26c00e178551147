#pragma once

#include "agent/antivirus/definitions.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <string>
#include <string_view>

/// From the text of a source to a version, a moment or a state. Whatever comes in, nothing else
/// comes out, and no message repeats a byte of the input: it may come from any file of a vendor.
namespace mimamori::agent::antivirus {

/// The longest version that is told.
inline constexpr std::size_t version_bytes_max = 64;

/// A version: begins with a digit, then digits, letters and any of ".+~:_-", at most 64 bytes.
/// Errors: invalid_input; not_found for a value that means "not used" (0, or nothing).
Result<std::string> parse_version(Format format, std::string_view raw);

/// A moment, or a moment of the machine's own civil time.
struct Moment
{
    Timestamp at{};
    bool is_local{false}; ///< `at` counts as if the machine's civil time were UTC.
};

/// A moment from 1990 to 2100. `raw` is text, or the bytes of a binary value for `filetime` and
/// `symantec_bytes`; `now` serves `days_left`. Errors: invalid_input; not_found for a value that
/// means "never" or "not used".
Result<Moment> parse_moment(Format format, std::string_view raw, Timestamp now);

/// Whether a state is on. Errors: invalid_input when it is neither.
Result<bool> parse_state(const Source& source, std::string_view raw);

/// "a" sorts before "b" when their runs of digits are compared as numbers: 9.10 is above 9.9.
bool is_lower_version(std::string_view a, std::string_view b);

} // namespace mimamori::agent::antivirus
