#pragma once

#include "common/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What Windows tells about itself, behind interfaces: the probes decide on any platform, and only
/// the implementations (`*_windows.cpp`) call the system.
namespace mimamori::agent::windows {

/// The registry's types that we read. The numbers are Windows' own (winnt.h); others pass through.
enum class ValueType : std::uint32_t
{
    none = 0,
    text = 1,        ///< REG_SZ.
    expand_text = 2, ///< REG_EXPAND_SZ: names of variables in it are not replaced.
    binary = 3,      ///< REG_BINARY.
    dword = 4,       ///< REG_DWORD.
    texts = 7,       ///< REG_MULTI_SZ.
    qword = 11       ///< REG_QWORD.
};

/// A registry value as it is stored: nothing guarantees that the bytes fit the type.
struct RegistryValue
{
    ValueType type{ValueType::none};
    std::string data; ///< Text is UTF-16LE, numbers are little endian.
};

/// The largest value that is read.
inline constexpr std::size_t value_bytes_max = 64U * 1024;

/// UTF-8 of UTF-16LE, up to the first NUL. Errors: invalid_input for an odd number of bytes or a
/// surrogate without its partner.
Result<std::string> utf8_of_utf16(std::string_view bytes);

/// The inverse, without NUL at the end. `text` is UTF-8; what is not becomes U+FFFD.
std::string utf16_of_utf8(std::string_view text);

// How a value is understood. Errors: invalid_input when type or size do not fit; the message says
// which type it has, never its content.

/// REG_SZ or REG_EXPAND_SZ.
Result<std::string> text_of(const RegistryValue& value);

/// REG_MULTI_SZ, without empty ones.
Result<std::vector<std::string>> texts_of(const RegistryValue& value);

/// REG_DWORD or REG_QWORD.
Result<std::uint64_t> number_of(const RegistryValue& value);

/// The bytes of REG_BINARY.
Result<std::string> binary_of(const RegistryValue& value);

} // namespace mimamori::agent::windows
