#pragma once

#include "agent/app/load_settings.hpp"
#include "agent/app/output.hpp"

#include <filesystem>
#include <string>

/// What each verb of the command line does. All return the exit code of the program: 0 done, 1 not
/// done, 2 cannot be done with these settings (systemd does not try again).
namespace mimamori::agent::app {

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_unusable = 2;

/// Runs the agent until it is asked to stop. While no settings name a collector it waits quietly:
/// somebody may write them, or a policy may arrive. A policy that changes is followed within a
/// minute.
int run(const SettingsRequest& request);

/// Asks the collector for a certificate and waits for at most a minute. `ticket` ("-": the first
/// line of standard input; empty: none) is kept for the service when it cannot be used now. Says
/// what to do next.
int enroll(const Loaded& loaded, const std::string& ticket, Output& out);

/// Prints how the agent on this machine is.
int print_status(const Loaded& loaded, Output& out);

/// Tries every probe and every source, and prints what was found or why not.
int doctor(const Loaded& loaded, Output& out);

/// Writes everything that the probes find into a file.
int snapshot(const std::filesystem::path& file, Output& out);

} // namespace mimamori::agent::app
