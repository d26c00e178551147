#pragma once

#include "agent/probes/program_memory.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections/patches.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mimamori::agent::probes {

/// When the running kernel was started. Kept because the kernel's own answer is computed from an
/// uptime and moves with every correction of the clock.
struct BootMemory
{
    std::string boot_id;
    Timestamp booted_at{};

    friend bool operator==(const BootMemory&, const BootMemory&) = default;
};
BOOST_DESCRIBE_STRUCT(BootMemory, (), (boot_id, booted_at))

/// Which updates wait, as long as the files that say so do not change. Not kept on disk.
struct PendingMemory
{
    std::string inputs; ///< Tells the files' states apart; empty: nothing known.
    std::uint32_t count{0};
    std::uint32_t security_count{0};
    std::vector<wire::PendingPatch> packages;
    std::vector<std::string> not_understood;
};

/// What the probes remember between two runs: small, and lost without harm.
///
/// Its parts live as files in the agent's data folder. Not thread-safe: it belongs to the thread
/// that runs the probes.
class Memory
{
public:
    /// `folder`: the agent's data folder; empty: nothing is kept on disk. `root`: as in
    /// ProbeContext.
    Memory(
        const std::filesystem::path& folder, const std::filesystem::path& root, const Clock& clock);

    /// Takes up what earlier runs left. A part that cannot be read starts empty; the error names
    /// the first such part.
    Result<void> load();

    /// Writes the parts that changed.
    Result<void> save();

    ProgramMemory programs;
    BootMemory boot;
    PendingMemory pending;

private:
    std::filesystem::path boot_file_;
    BootMemory stored_boot_;
};

} // namespace mimamori::agent::probes
