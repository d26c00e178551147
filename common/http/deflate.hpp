#pragma once

#include "common/base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace mimamori::http {

/// Limits of one packed body.
struct InflateLimits
{
    std::size_t packed_size_max{1024U * 1024};
    std::size_t size_max{8U * 1024 * 1024};
};

/// The forms a body can be packed in: `Content-Encoding: deflate` (zlib, RFC 1950) and `gzip`.
enum class Packing
{
    deflate,
    gzip
};

/// How much memory packing may take for how good a result.
enum class PackEffort
{
    small,  ///< 30 KiB of memory; for the agent.
    normal, ///< zlib's defaults, 260 KiB.
};

/// Errors: too_large beyond a limit (never holds more than `size_max` bytes), invalid_input for
/// damaged, cut short or followed by something.
Result<std::string> inflate(
    std::string_view packed, Packing packing, const InflateLimits& limits = {});

std::string deflate(
    std::string_view plain, Packing packing, PackEffort effort = PackEffort::normal);

} // namespace mimamori::http
