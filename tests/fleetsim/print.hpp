#pragma once

#include "tests/fleetsim/fleet.hpp"

#include <string>
#include <vector>

namespace mimamori::fleetsim {

/// The outcome for people, in a dozen lines; `invalid` as of `why_invalid`.
std::string to_text(
    const Options& options, const RunReport& report, const std::vector<std::string>& invalid);

/// The same for scripts: one JSON object.
std::string to_json(
    const Options& options, const RunReport& report, const std::vector<std::string>& invalid);

} // namespace mimamori::fleetsim
