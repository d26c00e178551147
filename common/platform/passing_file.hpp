#pragma once

#include "common/base/result.hpp"

#include <filesystem>
#include <string_view>

namespace mimamori::platform {

/// Puts `content` in place of `path` so that a reader sees the old or the new file, never a mix.
/// Nothing is synced: for what is written again within minutes. After a crash of the machine the
/// file may be empty.
Result<void> replace_passing_file(const std::filesystem::path& path, std::string_view content);

} // namespace mimamori::platform
