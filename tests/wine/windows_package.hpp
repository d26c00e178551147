#pragma once

#include "tests/wine/wine_site.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mimamori::tests {

/// Version 0.1.<third> of the agent as an MSI, made as a release makes it, in `folder`. The program
/// in it is the one that was built, but for the version it says.
std::filesystem::path make_msi(const std::filesystem::path& folder, unsigned third);

/// Runs Windows Installer without a window, `what` being "/i", "/x", "/fa"; its log is
/// `installer_log`. The exit code is 0 or not: Wine passes on a part of the number only.
ProgramOutput install(
    const WinePc& pc,
    const std::string& what,
    const std::filesystem::path& msi,
    const std::vector<std::string>& properties = {});

/// What Windows Installer wrote last, whatever its letters: bytes without zeros.
std::string installer_log(const WinePc& pc);

/// The texts and numbers of a key, as `reg query` shows them; empty when there is no such key.
/// Whatever is not ASCII may be spoilt on its way.
std::map<std::string, std::string> registry_values(const WinePc& pc, const std::string& key);

/// Where the package puts its program.
std::filesystem::path installed_program(const WinePc& pc);

} // namespace mimamori::tests
