#pragma once

#include "common/base/result.hpp"

#include <filesystem>

namespace mimamori::platform {

/// Makes `folder`, and those above it, unless it is there, and closes it to everybody but the
/// administrator and, on Linux, the account of this program: mode 0700; on Windows a list of
/// SYSTEM and the administrators that takes nothing over from above and holds for all that lies in
/// the folder.
///
/// Errors: forbidden when the folder was made by somebody else, who could have put things there
/// (Windows, where everybody may make folders in %ProgramData%); io.
Result<void> make_private_folder(const std::filesystem::path& folder);

/// Whether nobody but the administrator, or the account of this program, can have written the file:
/// on Windows by its owner; on Linux always, as such files lie in /etc. Errors: forbidden, with the
/// owner in its message; not_found; io.
Result<void> check_trusted(const std::filesystem::path& file);

} // namespace mimamori::platform
