#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::probes {

/// What a unit file of systemd and its drop-ins say, as far as we tell it.
struct UnitFile
{
    std::string description;
    std::string type; ///< Of a service: "simple", "oneshot", …
    std::string user;
    bool dynamic_user{false};
    std::vector<std::string> commands;  ///< ExecStart, without the marks in front of the path.
    std::vector<std::string> listens;   ///< Of a socket: ListenStream, ListenDatagram, ListenFIFO.
    std::vector<std::string> schedules; ///< Of a timer: "OnCalendar=daily", "OnBootSec=15min".
    std::string triggers;               ///< Of a timer: Unit=.
    bool installable{false};            ///< Has an [Install] section: can be enabled.
};

/// Adds what one file says; an empty assignment clears a list, as systemd.syntax(7) says.
void apply_unit_text(std::string_view text, UnitFile& unit);

/// The template a unit is an instance of, "getty@.service" for "getty@tty1.service"; empty for
/// other units.
std::string template_of(std::string_view name);

/// `text` with the instance ("tty1") in place of %i and %I.
std::string with_instance(std::string_view text, std::string_view name);

/// Whether it is a template that is no unit by itself: "getty@.service".
bool is_template(std::string_view name);

} // namespace mimamori::agent::probes
