#pragma once

#include "collector/app/settings.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <filesystem>

namespace mimamori::collector::ctl {

/// A copy of everything that the collector must not lose.
struct Backup
{
    std::filesystem::path folder; ///< "mimamori-20261122T150000Z" in the chosen one.
    std::uint64_t database_bytes{0};
    std::uint64_t devices{0}; ///< That stand in the copy.
};

/// Copies the data folder into a new folder below `into`, the database whole and checked, while the
/// collector may run. The settings file and what it names elsewhere are not in it.
///
/// The copy gets its name when it is complete: one that was cut off ends in ".partial".
/// Errors: not_found without a site, conflict when that copy exists, io.
Result<Backup> make_backup(
    const app::Settings& settings, const std::filesystem::path& into, Timestamp now);

} // namespace mimamori::collector::ctl
