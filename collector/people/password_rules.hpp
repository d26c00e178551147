#pragma once

#include "common/base/result.hpp"

#include <string_view>

namespace mimamori::collector::people {

/// Whether a password may be chosen by the person of that name. What is guessed first is refused:
/// too short or too long (8 to 200 bytes), fewer than four different characters, a run such as
/// "12345678" or "qwertyui", the name, this program's name, or one of the passwords that
/// everybody tries. No demand for signs of several kinds: they make passwords worse to remember
/// and not worse to guess (NIST SP 800-63B, 5.1.1.2). Pure. Errors: invalid_input, saying why.
Result<void> check_password_rules(std::string_view password, std::string_view name);

} // namespace mimamori::collector::people
