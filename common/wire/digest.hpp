#pragma once

#include <string>
#include <string_view>

namespace mimamori::wire {

/// What tells two section bodies apart: the first 16 bytes of the SHA-256 of the JSON text, in hex.
/// The text is `to_json` of the section; the collector computes it from what it received.
std::string digest_of(std::string_view text);

} // namespace mimamori::wire
