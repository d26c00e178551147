#pragma once

#include "agent/probes/tree.hpp"
#include "common/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the system says about running processes.
namespace mimamori::agent::probes {

/// The executable of one process.
struct Executable
{
    std::string path;    ///< As the process started it; "/usr/bin/vi" even when deleted since.
    std::string open_as; ///< What to open to read exactly this file.
    FileStatus file;
};

/// Who runs a process and who started it.
struct ProcessOrigin
{
    std::uint32_t user{0}; ///< Effective.
    std::uint32_t parent{0};
};

/// The numbers of all processes, sorted.
Result<std::vector<std::uint32_t>> all_processes(const Tree& tree);

/// Errors: not_found for kernel threads and processes that are gone, forbidden, io.
Result<Executable> executable_of(const Tree& tree, std::uint32_t process);

/// The file alone, of a process of the live machine. Errors: as `executable_of`.
Result<FileStatus> executable_file(const Tree& tree, std::uint32_t process);

Result<ProcessOrigin> origin_of(const Tree& tree, std::uint32_t process);

/// The command line with blanks between the arguments, at most 1,024 bytes.
std::string command_line_of(const Tree& tree, std::uint32_t process);

/// Whether someone who is not the administrator may replace the file: it or a folder above it
/// belongs to another user, or is writable for a group other than root's or for all.
bool is_user_writable(const Tree& tree, const std::string& path);

// The parts that decide rather than read.

/// Understands /proc/PID/status.
std::optional<ProcessOrigin> parse_process_status(std::string_view text);

/// The path behind /proc/PID/exe, which carries " (deleted)" when the file is gone.
std::string executable_path(std::string_view link_target);

/// Whether a file or folder with this status lets ordinary users write or replace. A sticky folder
/// that belongs to root lets nobody replace what is not theirs.
bool lets_users_write(const FileStatus& status);

} // namespace mimamori::agent::probes
