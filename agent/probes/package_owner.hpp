#pragma once

#include "agent/probes/tree.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace mimamori::agent::probes {

/// The package that brought a file.
struct PackageOwner
{
    std::string package; ///< With its manager: "dpkg:openssh-server".
    std::string version;

    friend bool operator==(const PackageOwner&, const PackageOwner&) = default;
};

/// The owners of the files `paths` as the package manager's database has them; a file that no
/// package brought is not in the answer. Cost: one pass through the file lists of all packages.
std::map<std::string, PackageOwner> find_package_owners(
    const Tree& tree, const std::set<std::string>& paths);

// The parts that decide rather than read.

/// Names under which dpkg may list the file: since /bin became a link to /usr/bin, packages list
/// either.
std::vector<std::string> listed_names(const std::string& path);

/// The package that a list file of dpkg belongs to: "libc6" of "libc6:amd64.list"; empty for other
/// files.
std::string_view package_of_list_file(std::string_view name);

} // namespace mimamori::agent::probes
