#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections/processes.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::probes {

class ProcessSource;

/// Bounds of a ProgramMemory.
struct ProgramLimits
{
    std::size_t programs_max{4'000};
    std::chrono::hours forget_after{24 * 30};                     ///< Since it last ran.
    std::uint64_t hash_bytes_per_s{8ULL * 1024 * 1024};           ///< Average rate of hashing.
    std::uint64_t hash_burst_bytes{32ULL * 1024 * 1024};          ///< At once, after a rest.
    std::uint64_t hash_at_once_bytes{4ULL * 1024 * 1024};         ///< Of many new ones in one look.
    std::uint64_t hash_file_bytes_max{2ULL * 1024 * 1024 * 1024}; ///< Larger ones: no hash.
};

/// Whether command lines of programs are kept and shown.
enum class CommandLines
{
    dropped,
    kept
};

/// The distinct executables that were seen running on this machine, kept in one file of the
/// agent's data folder.
///
/// Two processes run the same program when their executables have the same path and the same
/// content. Content is told by SHA-256, read at a bounded rate and remembered by (device, inode,
/// size, times), so that an unchanged file is hashed once. A program that was not seen
/// for `forget_after` is forgotten and counts as new again.
///
/// Not thread-safe: use it on the thread that runs the probes.
class ProgramMemory
{
public:
    /// `file`: where it is kept; empty: nowhere. `root`: as in ProbeContext.
    ProgramMemory(
        std::filesystem::path file,
        const std::filesystem::path& root,
        const Clock& clock,
        ProgramLimits limits = {});

    /// With another source of processes.
    ProgramMemory(
        std::filesystem::path file,
        std::unique_ptr<ProcessSource> source,
        const Clock& clock,
        ProgramLimits limits = {});
    ~ProgramMemory();
    ProgramMemory(const ProgramMemory&) = delete;
    ProgramMemory& operator=(const ProgramMemory&) = delete;

    /// Takes up what the file holds. A file that is missing is an empty memory; one that cannot be
    /// understood is an error, and the memory stays empty.
    Result<void> load();

    /// Writes the file if anything changed since the last time. Call it after new programs and
    /// every few minutes.
    Result<void> save();

    /// Whether `load` found no earlier memory: everything that runs now is then new to us, though
    /// not new on the machine.
    bool first_run() const;

    /// Dropped unless the site enables it.
    void set_command_lines(CommandLines choice);

    /// Looks at one process. Returns its program if it is new: a path never seen, or a known path
    /// with other content. Nothing for a known program, a kernel thread, a process that is gone or
    /// that we may not look at.
    ///
    /// The hash is in it unless the rate does not allow reading the file now; then a new path is
    /// returned without hash at once, and `continue_hashing` returns it again with its hash. A
    /// known path whose file changed is returned only when its content is known to differ.
    /// Cost: a few small files of /proc, for a new program also its file and the package database.
    std::optional<wire::Program> observe(std::uint32_t pid);

    /// `observe` for all processes, cheaper for many new ones: for polling, at start, and now and
    /// then while events tell of new processes (it notes which programs still run). It hashes at
    /// most `hash_at_once_bytes`; call `continue_hashing` for the rest.
    /// Errors: of listing /proc.
    Result<std::vector<wire::Program>> observe_all();

    /// Hashes what waits, as far as the rate allows now. Returns the programs that were completed.
    std::vector<wire::Program> continue_hashing();

    /// Whether anything waits for `continue_hashing`.
    bool hashing_pending() const;

    /// All programs, sorted by path and hash.
    std::vector<wire::Program> programs() const;

    /// Why processes could not be looked at, as of the last `observe_all`; empty: all could.
    const std::string& blind_spot() const;

    /// What the programs are found by: "/proc".
    std::string_view source_name() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace mimamori::agent::probes
