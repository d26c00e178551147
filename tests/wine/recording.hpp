#pragma once

#include "tests/wine/wine_prefix.hpp"

#include <string>
#include <vector>

namespace mimamori::tests {

/// Makes a prefix into a recorded machine of tests/recorded/windows, as far as Wine lets us: the
/// registry, the version of the system, services that are installed but do not run, files. Later
/// recordings are laid over earlier ones. Throws when a recording is not there.
void lay(const WinePrefix& prefix, const std::vector<std::string>& recordings);

} // namespace mimamori::tests
