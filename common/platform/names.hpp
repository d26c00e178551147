#pragma once

#include "common/base/result.hpp"

#include <filesystem>

/// What std::filesystem does with the names of files, with our errors. It would bring the streams
/// and locales of the standard library with it: half a megabyte in a static program.
namespace mimamori::platform {

/// Whether there is a file or folder of this name; no also when nobody may know.
bool is_there(const std::filesystem::path& path);

/// That there is no such file is no error. Errors: forbidden, io.
Result<void> remove_file(const std::filesystem::path& path);

/// A file that is already named `to` is replaced. Errors: not_found, forbidden, io.
Result<void> rename_file(const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace mimamori::platform
