#pragma once

#include "common/base/result.hpp"
#include "common/wire/json_parse.hpp"
#include "common/wire/sections.hpp"

#include <cstddef>
#include <string_view>

namespace mimamori::wire {

/// Reads the JSON text of section number `index` (of `section_names`) into its member of `facts`,
/// in place of what is there. Errors as `from_json`, with the section's name as first place; the
/// member is absent then.
Result<void> read_section(
    std::size_t index, std::string_view text, Facts& facts, const JsonLimits& limits = {});

} // namespace mimamori::wire
