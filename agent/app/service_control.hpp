#pragma once

#include "agent/app/output.hpp"

#include <filesystem>
#include <functional>
#include <string>

/// The agent as a service of Windows. systemd needs none of this.
namespace mimamori::agent::app {

/// As the service manager knows it.
inline constexpr const char* service_name = "mimamori-agent";

/// Whether this platform has that.
bool has_service_control();

/// "install", "remove" or "run". `config`: the settings file that the service reads; empty: the
/// usual one. `serve`: what "run" does inside the service. Exit codes as in verbs.hpp.
///
/// install: registered for the account LocalSystem, started with the machine, started again when it
/// dies; its messages registered with the event log. Not started.
/// remove: stopped and forgotten; files stay.
/// run: what the service manager starts.
int control_service(
    const std::string& what,
    const std::filesystem::path& config,
    const std::function<int()>& serve,
    Output& out);

} // namespace mimamori::agent::app
