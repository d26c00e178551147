#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mimamori::agent::windows {

/// One process.
struct ProgramRow
{
    std::uint32_t id{0};
    std::uint32_t parent{0};
    std::string name; ///< File name only: "MsMpEng.exe".
    std::string path; ///< Empty: may not be looked at, or a part of the kernel.
    std::string user; ///< "NT AUTHORITY\SYSTEM"; empty: not known.
    std::uint32_t session{0};
    Timestamp started_at{};
};

/// The running processes, only for reading. Errors: forbidden, io.
class Programs
{
public:
    virtual ~Programs() = default;

    /// All processes: names cheap, path and user as far as they may be read.
    virtual Result<std::vector<ProgramRow>> list() const = 0;

    /// The command line of one process. Errors: not_found, forbidden, unsupported.
    virtual Result<std::string> command_line(std::uint32_t process) const = 0;
};

} // namespace mimamori::agent::windows
