#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/antivirus.hpp"

#include <chrono>
#include <cstddef>
#include <string_view>

namespace mimamori::agent::probes {

/// How far back a section tells what antivirus products found, and how much of it.
inline constexpr std::chrono::days detections_kept{7};
inline constexpr std::size_t detections_max = 50;

/// Whether the section has that product.
bool has_product(const wire::AntivirusSection& section, std::string_view id);

/// Brings the list into its order: newest first, at most `detections_max` (and says so).
void settle_detections(wire::AntivirusSection& section);

} // namespace mimamori::agent::probes
