#pragma once

#include "common/wire/sections.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::app {

/// What a probe found, in a line or a few, for the person who stands before the PC and compares it
/// with what the PC itself shows. Empty for a section that is not there. Names of users are left
/// out: they are only counted.
std::vector<std::string> found_lines(const wire::Facts& facts, std::string_view section);

} // namespace mimamori::agent::app
