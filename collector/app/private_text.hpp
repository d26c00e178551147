#pragma once

#include "common/base/result.hpp"

#include <filesystem>
#include <string>

namespace mimamori::collector::app {

/// The password in a file that only we may read, without the end of its line. Errors: forbidden
/// when others may read it; io, not_found, too_large.
Result<std::string> read_password(const std::filesystem::path& path);

} // namespace mimamori::collector::app
