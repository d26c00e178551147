#pragma once

#include "common/base/result.hpp"

#include <cstdint>
#include <filesystem>

namespace mimamori::collector::storage {

/// A copy that was checked.
struct CopiedDatabase
{
    std::uint64_t bytes{0};
    std::uint64_t devices{0}; ///< That stand in it.
};

/// Writes a whole and consistent copy of the database in `from` to the new file `to`, while the
/// collector may go on writing, and checks it from end to end.
///
/// Errors: not_found without a database, conflict when `to` exists, io; then there is no copy.
Result<CopiedDatabase> copy_database(
    const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace mimamori::collector::storage
