#pragma once

#include "collector/findings/texts.hpp"

#include <string_view>

namespace mimamori::collector::findings {

/// Why a rule could not tell, or is not about a device, in both languages. What a probe told of its
/// source ("open /proc/net/tcp: Permission denied") is the same in both: it is for people who know
/// computers, and for a search.
Bilingual reason_of(std::string_view reason);

} // namespace mimamori::collector::findings
