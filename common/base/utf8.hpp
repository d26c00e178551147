#pragma once

#include <string>
#include <string_view>

namespace mimamori {

/// Whether `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

/// `text` with every ill-formed byte and every NUL replaced by U+FFFD. What a device calls itself
/// comes from outside and must always be storable and printable.
std::string to_valid_utf8(std::string_view text);

/// The longest prefix of the well-formed `text` that has at most `bytes_max` bytes and does not
/// cut a character in two.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max);

/// The well-formed `text` as it may stand inside a sentence: one that turns the direction of
/// writing stands between U+2068 and U+2069, without such marks of its own, so that it turns
/// nothing else and cannot end that. Any other stays as it is.
std::string isolated(std::string_view text);

/// `text` for one log line: shortened to 200 bytes, control characters and quotes escaped.
std::string for_log(std::string_view text);

} // namespace mimamori
