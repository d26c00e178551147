#pragma once

#include <string_view>

namespace mimamori::agent::app {

/// "0.1.0".
std::string_view version();

/// The commit it was built from; empty when that was not known.
std::string_view build();

/// "linux x86_64".
std::string_view platform();

} // namespace mimamori::agent::app
