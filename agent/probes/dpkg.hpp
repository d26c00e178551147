#pragma once

#include "agent/probes/tree.hpp"
#include "common/base/result.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The database of dpkg (and of opkg, which has the same form).
namespace mimamori::agent::probes {

/// One installed package. The views live as long as the stanza they come from.
struct DpkgPackage
{
    std::string_view name;
    std::string_view version;
    std::string_view architecture;
    std::string_view origin;
    std::string_view maintainer;
};

/// The package of one stanza of the status file, if it is installed (also half-configured or
/// waiting for triggers: its files are there).
std::optional<DpkgPackage> installed_package(std::string_view stanza);

/// "Debian OpenSSH Maintainers" of "Debian OpenSSH Maintainers <debian-ssh@lists.debian.org>".
std::string_view maintainer_name(std::string_view maintainer);

/// Calls `take` for every installed package. Returns the status file that was read.
/// Errors: not_found when there is no such database.
Result<std::string> for_each_installed(
    const Tree& tree, const std::function<void(const DpkgPackage&)>& take);

/// The time of the newest installation or upgrade in a dpkg.log(5), in the machine's local time:
/// "2026-03-01 09:15:00".
std::optional<std::string> newest_change(std::string_view dpkg_log);

} // namespace mimamori::agent::probes
