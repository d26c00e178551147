#pragma once

#include "agent/antivirus/definitions.hpp"
#include "common/base/result.hpp"

#include <string>
#include <string_view>

/// From the bytes of a file to the piece that a source means.
namespace mimamori::agent::antivirus {

/// The value of `key` in lines "key value" or "key = value"; '#' and ';' begin comments, the case
/// of keys is ignored, the last one wins. Errors: not_found.
Result<std::string> config_value(std::string_view text, std::string_view key);

/// The value of "key=value" below "[section]", or anywhere when `section` is empty. The case of
/// both is ignored, the first one wins. Errors: not_found.
Result<std::string> ini_value(
    std::string_view text, std::string_view section, std::string_view key);

/// Follows `find`, `last`, `separator` and `part` of a source. What comes out is at most one line
/// and 256 bytes. Errors: not_found.
Result<std::string> extract(std::string_view text, const Source& source);

/// UTF-16 little endian, ASCII characters only; others become '?'.
std::string ascii_of_utf16le(std::string_view bytes);

} // namespace mimamori::agent::antivirus
