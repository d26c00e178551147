#pragma once

#include "common/base/result.hpp"

#include <string>
#include <string_view>

namespace mimamori::platform {

/// Bytes that are of no use on another machine, as far as the platform can do that: on Windows they
/// are encrypted with the machine's own key (DPAPI), on Linux they stay as they are and the file's
/// mode alone protects them. Errors: io.
Result<std::string> seal(std::string_view bytes);

/// The bytes that were sealed on this machine. Errors: invalid_input when they were not, or were
/// changed since.
Result<std::string> unseal(std::string_view sealed);

/// The name of the file that holds `name` sealed: "key.pem" on Linux, "key.pem.dpapi" on
/// Windows.
std::string sealed_name(std::string_view name);

} // namespace mimamori::platform
