#pragma once

#include "agent/app/given_settings.hpp"
#include "agent/app/settings.hpp"
#include "common/base/result.hpp"
#include "common/settings/table.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace mimamori::agent::app {

/// Where to look for settings.
struct SettingsRequest
{
    std::filesystem::path file; ///< Empty: that of `default_places`, which need not be there.
    settings::Layer command_line{settings::Source::command_line, "command line", {}};
};

/// The settings in force.
struct Loaded
{
    Settings settings;
    std::vector<settings::Shown> shown;
    std::vector<settings::PassedOver> passed_over; ///< Mistakes of policy and installer.
    std::filesystem::path file;                    ///< Empty: there is none.
    GivenSettings given;                           ///< What policy and installer said.
};

/// Reads the file and puts everything together: built in, installer, file, policy, command line,
/// each over the one before. Errors: as `read_toml_file` and `settings::load`; mistakes in policy
/// and installer are no error.
Result<Loaded> load_settings(const SettingsRequest& request, GivenSettings given);

/// With what policy and installer say now. Errors: these and those of `read_given_settings`.
Result<Loaded> load_settings(const SettingsRequest& request);

} // namespace mimamori::agent::app
