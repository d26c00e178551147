#pragma once

#include "collector/app/settings.hpp"
#include "collector/directory/directory.hpp"
#include "collector/directory/directory_settings.hpp"
#include "collector/storage/database.hpp"
#include "common/base/result.hpp"
#include "common/settings/table.hpp"

#include <string_view>
#include <vector>

namespace mimamori::collector::app {

// What the table of settings allows.
bool is_directory_filter(std::string_view text);
bool is_directory_attribute(std::string_view text);
bool is_directory_role(std::string_view text);

/// What is missing or does not go together in the section "directory".
std::vector<settings::Problem> directory_problems(const Settings& settings);

/// How the directory is asked, with its password read. Only when there is one. Errors: those of the
/// password's file; not_found when the CA's certificate cannot be read.
Result<directory::DirectorySettings> directory_settings_of(const Settings& settings);

/// Has the directory use the roles that administrators set on the page.
Result<void> load_directory_roles(storage::Database& database, directory::Directory& asked);

} // namespace mimamori::collector::app
