#pragma once

#include "agent/probes/tree.hpp"

#include <string>
#include <string_view>

namespace mimamori::agent::watch {

/// Who sits at the machine: the user of the session that the seat shows (Linux: systemd-logind's
/// files, then the newest local entry of utmp(5)). Empty: nobody, or not known.
std::string console_user(const probes::Tree& tree);

/// The value of `name` in lines of "name=value"; empty when it is not there.
std::string value_of(std::string_view text, std::string_view name);

} // namespace mimamori::agent::watch
