#pragma once

#include "common/base/result.hpp"

#include <filesystem>

namespace mimamori::agent::app {

/// Where the agent's files are unless somebody says otherwise: in /etc/mimamori and
/// /var/lib/mimamori on Linux, in %ProgramData%\mimamori on Windows.
struct Places
{
    std::filesystem::path settings_file;
    std::filesystem::path enrolment_key_file;
    std::filesystem::path data_folder;
    std::filesystem::path log_file; ///< Empty: standard error, which the service manager keeps.
};

const Places& default_places();

/// Sees to it that nobody but the administrator can have written what lies in these places, before
/// it is believed. Nothing to do on Linux, where /etc is the administrator's; on Windows everybody
/// may make folders in %ProgramData%. Errors: forbidden, io.
Result<void> secure(const Places& places);

} // namespace mimamori::agent::app
