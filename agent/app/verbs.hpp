#pragma once

#include "agent/app/settings.hpp"
#include "common/settings/table.hpp"

#include <filesystem>
#include <istream>
#include <ostream>
#include <string>
#include <vector>

/// What each verb of the command line does. All return the exit code of the program: 0 done, 1 not
/// done, 2 cannot be done with these settings (systemd does not try again).
namespace mimamori::agent::app {

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_unusable = 2;

/// Where the settings are unless `--config` says otherwise.
inline constexpr const char* default_file = "/etc/mimamori/agent.toml";

/// The settings in force for one call of the program.
struct Loaded
{
    Settings settings;
    std::vector<settings::Shown> shown;
    std::filesystem::path file; ///< Empty: there is none.
};

/// Runs the agent until it is asked to stop.
int run(const Loaded& loaded);

/// Asks the collector for a certificate and waits for at most a minute. `ticket` ("-": the first
/// line of `in`; empty: none) is kept for the service when it cannot be used now. Says what to do
/// next.
int enroll(const Loaded& loaded, const std::string& ticket, std::istream& in, std::ostream& out);

/// Prints how the agent on this machine is.
int print_status(const Loaded& loaded, std::ostream& out);

/// Tries every probe and every source, and prints what was found or why not.
int doctor(const Loaded& loaded, std::ostream& out);

/// Writes everything that the probes find into a file.
int snapshot(const std::filesystem::path& file, std::ostream& out);

} // namespace mimamori::agent::app
