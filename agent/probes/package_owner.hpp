#pragma once

#include "agent/probes/tree.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::probes {

/// The package that brought a file.
struct PackageOwner
{
    std::string package; ///< With its manager: "dpkg:openssh-server".
    std::string version;

    friend bool operator==(const PackageOwner&, const PackageOwner&) = default;
};

/// Tells which packages brought programs, as the package manager's database has it.
///
/// dpkg keeps one list of files for each package and no index, so the first question, and the first
/// one after packages changed, goes through all lists; the others open one or two files.
class PackageOwners
{
public:
    /// The owners of the files `paths`; a file that no package brought is not in the answer.
    std::map<std::string, PackageOwner> find(const Tree& tree, const std::set<std::string>& paths);

private:
    struct Mark
    {
        std::uint32_t path_hash;
        std::uint32_t list; ///< Number in `lists_`.
    };

    bool refresh(const Tree& tree);
    std::optional<std::string> package_of(const Tree& tree, const std::string& name) const;

    std::string inputs_;             // State of dpkg's folder when the index was made.
    std::vector<std::string> lists_; // Names of dpkg's list files.
    std::vector<Mark> marks_;        // Of the files that are indexed, sorted.
};

// The parts that decide rather than read.

/// Names under which dpkg may list the file: since /bin became a link to /usr/bin, packages list
/// either.
std::vector<std::string> listed_names(const std::string& path);

/// The package that a list file of dpkg belongs to: "libc6" of "libc6:amd64.list"; empty for other
/// files.
std::string_view package_of_list_file(std::string_view name);

/// Whether the index holds files of this name. Most files of a system are documents, headers,
/// libraries and scripts of an interpreter: none that a process runs, but for a few that are then
/// looked for in all lists.
bool is_indexed(std::string_view path);

} // namespace mimamori::agent::probes
