#pragma once

#include "agent/antivirus/allowed_places.hpp"
#include "agent/antivirus/platform_facts.hpp"
#include "common/base/result.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::agent::antivirus {

/// What one run asks the machine only once, and how much it may still read.
class MachineView
{
public:
    MachineView(const PlatformFacts& facts, std::size_t bytes_max);

    const PlatformFacts& facts() const { return facts_; }

    /// As `PlatformFacts::read_file_below`. Errors: too_large when the run has read as much as it
    /// may.
    Result<std::string> read_file(const PlacedPath& path, FileEnd end, std::size_t bytes_max);

    const Result<std::vector<std::string>>& process_names();

    const Result<std::vector<ServiceState>>& services();

    /// Versions of the antivirus packages that are installed.
    const Result<std::map<std::string, std::string>>& packages();

private:
    const PlatformFacts& facts_;
    std::size_t bytes_left_;
    std::optional<Result<std::vector<std::string>>> process_names_;
    std::optional<Result<std::vector<ServiceState>>> services_;
    std::optional<Result<std::map<std::string, std::string>>> packages_;
};

/// A placed path as people write it.
std::string shown(const PlacedPath& path);

} // namespace mimamori::agent::antivirus
