#pragma once

#include "tests/support/child_process.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mimamori::tests {

/// The build for Windows that the stories of this run are about: that of 64 bits, or that of 32
/// when MIMAMORI_WINE_BITS is 32. So each story can be told of both.
struct WindowsBuild
{
    std::string architecture; ///< "x64" or "x86".
    std::string agent;        ///< The program; so are the next two.
    std::string hold;
    std::string cycles;
};

const WindowsBuild& windows_build();

/// Memory of a running process.
struct ProcessMemory
{
    std::uint64_t private_kib{0}; ///< RssAnon: what no other process and no file shares.
    std::uint64_t resident_kib{0};
    std::uint64_t threads{0};
};

/// A Windows on which nothing has happened yet: a Wine prefix of its own.
class WinePrefix
{
public:
    /// Makes `folder`, which must not be there yet.
    explicit WinePrefix(std::filesystem::path folder);

    /// Ends whatever runs in it, and nothing else.
    ~WinePrefix();

    WinePrefix(const WinePrefix&) = delete;
    WinePrefix& operator=(const WinePrefix&) = delete;

    /// Runs a program of Windows, or of the prefix, to its end.
    ProgramOutput run(
        const std::vector<std::string>& words,
        std::chrono::seconds patience = std::chrono::minutes{2}) const;

    /// Writes what a .reg file says into the registry; throws when it is refused.
    void import_registry(const std::string& text) const;

    /// Ends all that runs in it; what is run next finds a system that has just started.
    void restart() const;

    /// Keeps Wine's service manager alive until this object goes.
    void stay_on();

    /// What a program of the prefix that runs costs, as Linux counts it: with what Wine itself
    /// holds in its process. Throws when there is no such program, or more than one.
    ProcessMemory memory_of(const std::string& program) const;

    /// Where C: lies on this machine.
    std::filesystem::path drive_c() const { return folder_ / "drive_c"; }

private:
    std::vector<std::string> command(const std::vector<std::string>& words) const;

    std::filesystem::path folder_;
    std::unique_ptr<ChildProcess> holder_;
};

} // namespace mimamori::tests
