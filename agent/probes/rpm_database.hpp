#pragma once

#include "agent/probes/rpm_header.hpp"
#include "agent/probes/tree.hpp"
#include "common/base/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// The database of installed rpm packages. Its SQLite form (rpm 4.16 and later: Red Hat 9, Fedora)
/// is read directly; the older Berkeley DB and the NDB form are not.
namespace mimamori::agent::probes {

/// Calls `take` for every installed package, until it returns false. Returns the file that was
/// read. The file is opened so that nothing is written beside it.
/// Errors: not_found when there is no rpm database; unsupported for a form that is not read, with
/// its path in the message; io, forbidden, invalid_input.
Result<std::string> for_each_rpm(
    const Tree& tree, const std::function<bool(const RpmPackage&)>& take);

/// The package that brought the file: nothing when none did or the database is not readable.
std::optional<RpmPackage> rpm_owner(const Tree& tree, const std::string& path);

/// Whether changes wait beside the database that are not in it yet (rpm is at work, or did not
/// end well).
bool rpm_changes_wait(const Tree& tree);

} // namespace mimamori::agent::probes
