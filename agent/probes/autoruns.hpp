#pragma once

#include "agent/probes/tree.hpp"
#include "common/wire/sections/services.hpp"

/// The parts of the services probe on Linux that have nothing to do with systemd.
namespace mimamori::agent::probes {

/// Adds the jobs of cron: system and users' crontabs, the hourly, daily, weekly and monthly
/// folders.
void read_cron(const Tree& tree, wire::ServicesSection& section);

/// Adds what starts with the machine or with a user's session: inittab, rc.local, ld.so.preload,
/// XDG autostart of the system and of each local user, users' own systemd units.
void read_autoruns(const Tree& tree, wire::ServicesSection& section);

} // namespace mimamori::agent::probes
