#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace mimamori::agent::watch {

/// Who sits at the machine: the user of the session that the seat shows (Linux: systemd-logind's
/// files below `root`, then the newest local entry of utmp(5); Windows: the session of the
/// console). Empty: nobody, or not known.
std::string console_user(const std::filesystem::path& root);

/// The value of `name` in lines of "name=value"; empty when it is not there.
std::string value_of(std::string_view text, std::string_view name);

} // namespace mimamori::agent::watch
