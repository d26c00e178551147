#pragma once

#include "common/base/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace mimamori::platform {

/// The last operating-system error as an Error: not_found, forbidden or io, message
/// "<step>: <reason>".
Error last_error(std::string_view step);

/// Reads a whole file (also of /proc and /sys, which say size 0).
/// Errors: not_found, forbidden, io; too_large when it has more than `bytes_max` bytes.
Result<std::string> read_file(
    const std::filesystem::path& path, std::size_t bytes_max = 16U * 1024 * 1024);

/// Puts `content` in place of `path` so that a crash leaves the old or the new file, never a mix:
/// written beside it, synced, renamed, folder synced. `owner_only` makes it mode 0600.
enum class FileAccess
{
    readable,
    owner_only
};
Result<void> replace_file(
    const std::filesystem::path& path,
    std::string_view content,
    FileAccess access = FileAccess::readable);

} // namespace mimamori::platform
