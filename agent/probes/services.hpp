#pragma once

#include "agent/probes/probe.hpp"
#include "agent/probes/unit_file.hpp"
#include "common/wire/sections/services.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::probes {

/// Reads what starts by itself: services and sockets, timers and cron, autostart entries.
///
/// Sources on Linux: systemd's unit files, drop-ins and enabling links; states over D-Bus, or from
/// the control groups when the bus does not answer; init scripts and inittab; crontabs; XDG
/// autostart files, rc.local, ld.so.preload. Homes on network file systems are not looked into.
/// Cost: about 400 small files.
wire::ServicesSection read_services(const ProbeContext& context);

// The parts that decide rather than read. They build and are tested on every platform.

/// Where a unit was found and what its links say.
struct UnitPlacing
{
    bool masked{false};
    bool enabled{false};       ///< By a link of the administrator.
    bool vendor_wanted{false}; ///< By a link that came with a package.
};

/// "automatic", "disabled", "static" or "masked".
std::string start_type_of(const UnitPlacing& placing, const UnitFile& unit);

/// "running", "stopped" or "failed" for what systemd says. A oneshot service that is at work just
/// now counts as stopped: it is over in a moment.
std::string state_word(const UnitState& state);

/// The service of a unit with everything known about it.
wire::Service describe_service(
    const std::string& name, const UnitFile& unit, const UnitPlacing& placing, std::string state);

/// Whether lines of a crontab(5) name the user.
enum class CrontabKind
{
    of_system, ///< Minute hour day month weekday USER command.
    of_user
};

/// The jobs of a crontab at `path`. `account` is the one of a user's crontab.
std::vector<wire::ScheduledTask> parse_crontab(
    std::string_view text, CrontabKind kind, const std::string& path, const std::string& account);

/// The entry of an XDG autostart file; nothing when it is hidden or switched off.
std::optional<wire::Autorun> parse_desktop_file(std::string_view text, const std::string& path);

/// The lines of an inittab(5) that start something.
std::vector<wire::Autorun> parse_inittab(std::string_view text);

/// The commands of a shell script such as rc.local, as one text: no comments, no exit; empty when
/// it does nothing.
std::string script_commands(std::string_view text);

/// Sorts everything and cuts it at the report's limits.
void settle_services(wire::ServicesSection& section);

} // namespace mimamori::agent::probes
