#pragma once

#include <compare>
#include <string_view>

namespace mimamori::agent::probes {

/// Which of two Debian package versions is the newer one, as deb-version(7) and the policy manual
/// (5.6.12) say: epoch, then upstream version, then revision; a missing epoch or revision is 0;
/// '~' sorts before everything, even before the end.
std::strong_ordering compare_debian_versions(std::string_view a, std::string_view b);

} // namespace mimamori::agent::probes
