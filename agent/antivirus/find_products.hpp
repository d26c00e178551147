#pragma once

#include "agent/antivirus/definitions.hpp"
#include "agent/antivirus/platform_facts.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections/antivirus.hpp"

#include <cstddef>

namespace mimamori::agent::antivirus {

/// How much of a machine's files one run reads at most.
inline constexpr std::size_t run_bytes_max = 8U * 1024 * 1024;

/// Looks for every product of the definitions and reads what its sources tell.
///
/// Each member that stays empty is listed in the product's `unknown` with the places that were
/// asked and what each answered, unless the definitions say that the product has no such thing.
/// `update_tried_at` is rounded down to the day: a working updater tries every hour, and that must
/// not make the section look changed.
///
/// Cost: the list of processes, the package database and some small files; no program is started.
/// Run it off the I/O thread.
wire::AntivirusSection find_products(
    const Definitions& definitions, const PlatformFacts& facts, Timestamp now);

} // namespace mimamori::agent::antivirus
