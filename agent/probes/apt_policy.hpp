#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Which of several versions apt would install: apt_preferences(5).
namespace mimamori::agent::probes {

/// What a repository says about itself (fields of its Release file), and where it is.
struct AptRelease
{
    std::string origin{};
    std::string label{};
    std::string suite{}; ///< Also called archive: "stable", "jammy-security".
    std::string codename{};
    std::string version{};
    std::string host{};
    std::string component{}; ///< Of one list: "main".
    bool not_automatic{false};
    bool automatic_upgrades{false}; ///< ButAutomaticUpgrades.
};

/// The fields of a Release or InRelease file; the signature and the checksums are not looked at.
AptRelease parse_release_file(std::string_view text);

/// Whether what this repository brings are security updates: Debian's, Ubuntu's (also ESM), and
/// whoever calls suite or label so.
bool is_security(const AptRelease& release);

/// One record of a preferences file.
struct AptPin
{
    std::vector<std::string> packages; ///< Names or shell patterns; "*" alone: the general form.
    std::string kind;                  ///< "version", "release" or "origin".
    std::string condition;
    int priority{0};
};

/// The records of a preferences file. `not_understood` gets the Package lines of those that use a
/// form we do not know (regular expressions, source packages).
std::vector<AptPin> parse_preferences(
    std::string_view text, std::vector<std::string>& not_understood);

/// The rules that order versions.
struct AptPolicy
{
    std::vector<AptPin> pins; ///< In the order in which apt reads them.
    std::string default_release;
};

/// The priority of one version of one package from one repository.
int priority_of(
    const AptPolicy& policy,
    std::string_view package,
    std::string_view version,
    const AptRelease& release);

} // namespace mimamori::agent::probes
