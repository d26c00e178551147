#pragma once

#include "common/base/result.hpp"

#include <string>
#include <string_view>

namespace mimamori::agent::windows {

/// The subject of the certificate that signed a file, in it or in a catalogue of the system; empty
/// for a file that nobody signed, or whose signature is not valid. Nothing is asked of the network:
/// whether the certificate was revoked is not looked at. Reads the whole file.
Result<std::string> signer_of(std::string_view path);

} // namespace mimamori::agent::windows
