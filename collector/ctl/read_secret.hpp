#pragma once

#include "common/base/result.hpp"

#include <string>

namespace mimamori::collector::ctl {

/// A secret from standard input: typed twice at a terminal, which does not show it, after `prompt`
/// on standard error; else the first line. Errors: invalid_input when there is none, or when what
/// was typed differs; io when the terminal cannot be kept from showing it.
Result<std::string> read_secret(const std::string& prompt);

} // namespace mimamori::collector::ctl
