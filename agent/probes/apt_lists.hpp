#pragma once

#include "agent/probes/apt_policy.hpp"
#include "agent/probes/tree.hpp"
#include "common/base/result.hpp"
#include "common/wire/sections/patches.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// Which installed packages have a newer version in the lists that apt fetched last. Nothing is
/// started and nothing fetched: this is what `apt list --upgradable` would print.
namespace mimamori::agent::probes {

/// What comes out.
struct PendingPackages
{
    std::uint32_t count{0};
    std::uint32_t security_count{0};
    std::vector<wire::PendingPatch> packages; ///< Security first, then by name.
};

/// Collects the versions of installed packages from the lists and decides at the end.
class PendingSearch
{
public:
    /// `native`: the machine's own architecture in Debian's words, "amd64".
    PendingSearch(AptPolicy policy, std::string native);

    void add_installed(
        std::string_view name, std::string_view version, std::string_view architecture);

    /// One stanza of a Packages file of `release`.
    void offer(std::string_view stanza, const AptRelease& release);

    PendingPackages finish() const;

private:
    struct Offer
    {
        std::string version;
        int priority{0};
        bool security{false};
    };

    struct Installed
    {
        std::string name; ///< With ":i386" when it is not of the native architecture.
        std::string version;
        int priority{100}; ///< What is installed has 100 by itself.
        std::vector<Offer> offers;
    };

    Installed* find(std::string_view name, std::string_view architecture);
    std::string key_of(std::string_view name, std::string_view architecture) const;

    AptPolicy policy_;
    std::string native_;
    std::unordered_map<std::string, std::size_t> by_name_;
    std::vector<Installed> installed_;
    std::string scratch_;
};

/// A Packages file in apt's folder of lists.
struct AptList
{
    std::string file;
    AptRelease release;
};

/// Joins the Packages files among `names` with their Release or InRelease file. `read_release`
/// returns the beginning of such a file.
std::vector<AptList> match_lists(
    const std::vector<std::string>& names,
    const std::function<std::string(const std::string&)>& read_release);

/// Reads dpkg's status and all lists. Errors: those of the files; not_found when there are no
/// lists. `not_understood`: see `parse_preferences`.
Result<PendingPackages> find_pending_packages(
    const Tree& tree, std::vector<std::string>& not_understood);

/// Changes whenever an input of `find_pending_packages` changes: names, sizes and times of all
/// files. Cheap.
std::string pending_inputs(const Tree& tree);

} // namespace mimamori::agent::probes
