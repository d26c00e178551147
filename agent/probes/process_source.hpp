#pragma once

#include "agent/probes/process.hpp"
#include "common/base/result.hpp"
#include "common/wire/sections/processes.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::agent::probes {

/// SHA-256 of one file, read in steps, so that a big one costs nobody a moment.
class HashSteps
{
public:
    virtual ~HashSteps() = default;

    /// Reads on, at most `bytes_max`; `read_bytes` says how many it were. Returns the hash in hex
    /// when the end was reached, nothing before.
    virtual Result<std::optional<std::string>> advance(
        std::uint64_t bytes_max, std::uint64_t& read_bytes) = 0;

    /// The file that was opened.
    virtual const FileStatus& status() const = 0;
};

/// The running processes and their executables, as ProgramMemory needs them.
///
/// Not thread-safe.
class ProcessSource
{
public:
    virtual ~ProcessSource() = default;

    /// What is told of `sources` in the section: "/proc".
    virtual std::string_view name() const = 0;

    /// What to say when processes may not be looked at.
    virtual std::string_view blind_spot() const = 0;

    /// The numbers of all processes, sorted.
    virtual Result<std::vector<std::uint32_t>> processes() = 0;

    /// Called before each round of the functions below.
    virtual void begin_look() = 0;

    /// Errors: not_found for processes without executable and those that are gone, forbidden, io.
    virtual Result<Executable> executable_of(std::uint32_t process) const = 0;

    /// Tells one state of one executable from all others, as cheaply as can be: most processes that
    /// start run a program that was looked at a moment ago. Errors: as `executable_of`.
    virtual Result<std::string> executable_key(std::uint32_t process) const;

    /// Fills in user, parent, user_writable, and the command line if it is wanted.
    virtual void describe(
        std::uint32_t process, bool with_command_line, wire::Program& program) const = 0;

    /// Fills in what the package manager or the files say about who made the programs. Cheap.
    virtual void add_makers(const std::vector<wire::Program*>& programs) = 0;

    /// Fills in the signer where finding it reads the whole file: asked once the file was hashed,
    /// and so at the same bounded rate.
    virtual void add_signer(wire::Program&) const {}

    /// Opens a file by `Executable::open_as` or by its path. Errors: not_found, forbidden, io.
    virtual Result<std::unique_ptr<HashSteps>> open(const std::string& path) const = 0;
};

/// The processes of this machine. `root`: as in ProbeContext; Windows has no use for it.
std::unique_ptr<ProcessSource> make_process_source(const std::filesystem::path& root);

} // namespace mimamori::agent::probes
