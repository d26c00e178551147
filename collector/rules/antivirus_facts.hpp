#pragma once

#include "collector/rules/rule.hpp"

#include <string>
#include <vector>

/// What the antivirus rules share.
namespace mimamori::collector::rules {

/// Why nothing can be said about the antivirus of a device; empty when the section was read.
std::string why_antivirus_unknown(const wire::Facts& facts);

/// Products with patterns that protect the device: those switched on; if none is, those of which
/// nobody knows; if none is either, all. Pointers into `section`.
std::vector<const wire::AntivirusProduct*> protecting(const wire::AntivirusSection& section);

/// Why the build date of a product's pattern cannot be used at `at`; empty when it can.
std::string why_pattern_unknown(
    const wire::AntivirusProduct& product, const Policy& policy, Timestamp at);

/// The name for people: "ClamAV", else the definitions' key.
const std::string& product_name(const wire::AntivirusProduct& product);

} // namespace mimamori::collector::rules
